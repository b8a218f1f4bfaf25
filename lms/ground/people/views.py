"""Pages of people and units."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, Role, allow
from lms.ground.accounts.models import Account
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.people import actions, queries, rules
from lms.ground.people.forms import (
    LoginNameForm,
    NumberForm,
    OpenAccountForm,
    PersonForm,
    UnitForm,
    UnmaskForm,
    details_from,
    shown,
)
from lms.ground.people.models import Person, Unit
from lms.ground.people.queries import Wanted
from lms.ground.people.rules import Politics, RankLevel

blueprint = Blueprint("people", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_PEOPLE)
def index() -> str:
    page = queries.page_of_people(_viewer(), _wanted(), page=request.args.get("page", type=int))
    return _list(page)


@blueprint.post("/find")
@allow(Permission.READ_PEOPLE)
def find() -> ResponseReturnValue:
    """Look somebody up by a whole number, which must not stand in an address: hence a POST."""
    form = NumberForm()
    if not form.validate():
        raise Refused(_("请填写完整的身份证号或手机号。"))
    found = queries.found_by_number(form.number.data or "", _viewer())
    if len(found) == 1:
        return redirect(url_for("people.show", person_id=found[0].id), 303)
    return render_template("people/found.html", found=found)


@blueprint.get("/mine")
@allow(Permission.USE_ACCOUNT)
def mine() -> str:
    person = queries.find_person_of(_viewer())
    facts = {} if person is None else _facts(person)
    return render_template("people/mine.html", person=person, **facts)


@blueprint.get("/new")
@allow(Permission.MANAGE_PEOPLE)
def new() -> str:
    return _form(PersonForm(formdata=None, unit_id=request.args.get("unit", type=int)), None)


@blueprint.post("/new")
@allow(Permission.MANAGE_PEOPLE)
def create() -> ResponseReturnValue:
    return _saved(PersonForm(), None)


@blueprint.get("/<int:person_id>")
@allow(Permission.READ_PEOPLE)
def show(person_id: int) -> str:
    return _page(queries.get_person(person_id, _viewer()))


@blueprint.get("/<int:person_id>/edit")
@allow(Permission.MANAGE_PEOPLE)
def edit(person_id: int) -> str:
    person = queries.get_person(person_id, _viewer())
    return _form(PersonForm(formdata=None, data=shown(person)), person)


@blueprint.post("/<int:person_id>/edit")
@allow(Permission.MANAGE_PEOPLE)
def update(person_id: int) -> ResponseReturnValue:
    return _saved(PersonForm(), queries.get_person(person_id, _viewer()))


@blueprint.post("/<int:person_id>/unmask")
@allow(Permission.UNMASK)
def unmask(person_id: int) -> ResponseReturnValue:
    """The page once more with one value in the clear; it is gone with the next click."""
    person, form = queries.get_person(person_id, _viewer()), UnmaskForm()
    if not form.validate():
        return _page(person, reasons=form.reasons()), 422
    try:
        value = actions.unmask(
            person, form.kind.data, form.reason.data or "", viewer=_viewer(), at=now()
        )
    except Refused as refusal:
        return _page(person, reasons=refusal.reasons), 422
    return _page(person, unmasked={form.kind.data: value})


@blueprint.post("/<int:person_id>/account")
@allow(Permission.MANAGE_ACCOUNTS)
def open_account(person_id: int) -> ResponseReturnValue:
    person, form = queries.get_person(person_id, _viewer()), OpenAccountForm()
    if not form.validate():
        raise Refused(_("请选择一个角色。"))
    opened = actions.open_accounts([person], form.role.data, by=current_user, at=now())
    if not opened:
        raise Refused(_("%(name)s已经有账号。", name=person.name))
    flash(_("账号已开通，登录名是%(login)s。请打印一次性登录码交给本人。", login=opened[0].login))
    return redirect(url_for("accounts.show", account_id=opened[0].id), 303)


@blueprint.post("/<int:person_id>/link")
@allow(Permission.MANAGE_ACCOUNTS)
def link_account(person_id: int) -> ResponseReturnValue:
    person, form = queries.get_person(person_id, _viewer()), LoginNameForm()
    if not form.validate():
        raise Refused(_("请填写登录名。"))
    actions.link_account(person, form.login.data or "", by=current_user, at=now())
    flash(_("已关联账号。"))
    return redirect(url_for("people.show", person_id=person.id), 303)


@blueprint.post("/accounts")
@allow(Permission.MANAGE_ACCOUNTS)
def open_accounts() -> ResponseReturnValue:
    """Learners' log-ins for everybody who was ticked and has none."""
    chosen = queries.some_people(request.form.getlist("person", type=int), _viewer())
    if not chosen:
        raise Refused(_("请先勾选要开通账号的人员。"))
    opened = actions.open_accounts(chosen, Role.LEARNER, by=current_user, at=now())
    flash(
        _(
            "开通了%(opened)s个学员账号，%(rest)s人原来就有账号。",
            opened=len(opened),
            rest=len(chosen) - len(opened),
        )
    )
    return redirect(url_for("accounts.index", state="new", role=Role.LEARNER.value), 303)


@blueprint.get("/units")
@allow(Permission.READ_PEOPLE)
def units() -> str:
    search = request.args.get("q", "").strip()
    tree = queries.unit_tree(_viewer())
    listed = [unit for unit in tree if search in unit.path]
    return render_template("people/units.html", units=listed, kinds=rules.UNIT_KIND_NAMES)


@blueprint.get("/units/new")
@allow(Permission.MANAGE_PEOPLE)
def new_unit() -> str:
    form = UnitForm(formdata=None, parent_id=request.args.get("parent", type=int))
    return _unit_form(form, None)


@blueprint.post("/units/new")
@allow(Permission.MANAGE_PEOPLE)
def create_unit() -> ResponseReturnValue:
    return _saved_unit(UnitForm(), None)


@blueprint.get("/units/<int:unit_id>")
@allow(Permission.READ_PEOPLE)
def unit(unit_id: int) -> str:
    found = queries.get_unit(unit_id, _viewer())
    return render_template(
        "people/unit.html",
        unit=found,
        kinds=rules.UNIT_KIND_NAMES,
        duties=queries.duties(found),
        form=LoginNameForm(formdata=None),
    )


@blueprint.get("/units/<int:unit_id>/edit")
@allow(Permission.MANAGE_PEOPLE)
def edit_unit(unit_id: int) -> str:
    found = queries.get_unit(unit_id, _viewer())
    return _unit_form(UnitForm(formdata=None, obj=found), found)


@blueprint.post("/units/<int:unit_id>/edit")
@allow(Permission.MANAGE_PEOPLE)
def update_unit(unit_id: int) -> ResponseReturnValue:
    return _saved_unit(UnitForm(), queries.get_unit(unit_id, _viewer()))


@blueprint.post("/units/<int:unit_id>/close")
@allow(Permission.MANAGE_PEOPLE)
def close_unit(unit_id: int) -> ResponseReturnValue:
    found = queries.get_unit(unit_id, _viewer())
    actions.close_unit(found, on=today(), by=current_user, at=now())
    flash(_("单位已撤销，原来的人员和记录保留。"))
    return redirect(url_for("people.units"), 303)


@blueprint.post("/units/<int:unit_id>/administrators")
@allow(Permission.MANAGE_ACCOUNTS)
def put_in_charge(unit_id: int) -> ResponseReturnValue:
    found, form = queries.get_unit(unit_id, _viewer()), LoginNameForm()
    if not form.validate():
        raise Refused(_("请填写登录名。"))
    actions.put_in_charge(found, form.login.data or "", by=current_user, at=now())
    flash(_("已指派单位管理员。"))
    return redirect(url_for("people.unit", unit_id=unit_id), 303)


@blueprint.post("/units/administrators/<int:duty_id>/end")
@allow(Permission.MANAGE_ACCOUNTS)
def relieve(duty_id: int) -> ResponseReturnValue:
    duty = queries.get_duty(duty_id)
    found = queries.get_unit(duty.unit_id, _viewer())
    actions.relieve(duty, found, by=current_user, at=now())
    flash(_("已解除指派。"))
    return redirect(url_for("people.unit", unit_id=found.id), 303)


def _viewer() -> Account:
    account: Account = current_user._get_current_object()
    return account


def _wanted() -> Wanted:
    asked = request.args
    politics, rank = asked.get("politics", ""), asked.get("rank", "")
    return Wanted(
        search=asked.get("q", "").strip(),
        unit_id=asked.get("unit", type=int),
        politics=Politics(politics) if politics in set(Politics) else None,
        rank=RankLevel(rank) if rank in set(RankLevel) else None,
        is_party_secretary="secretary" in asked,
        without_account="no_account" in asked,
    )


def _list(page: Any) -> str:
    return render_template(
        "people/index.html",
        page=page,
        rules=rules,
        units=queries.unit_tree(_viewer()),
        form=NumberForm(formdata=None),
    )


def _facts(person: Person) -> dict[str, Any]:
    """What every page of a person shows besides the open columns."""
    return {"rules": rules, "filled": queries.filled_private(person), "unmasked": {}}


def _page(person: Person, **more: Any) -> str:
    facts = {**_facts(person), "form": UnmaskForm(formdata=None), **more}
    forms = {"role_form": OpenAccountForm(formdata=None), "link_form": LoginNameForm(formdata=None)}
    return render_template("people/person.html", person=person, **forms, **facts)


def _form(form: PersonForm, person: Person | None, reasons: tuple[str, ...] = ()) -> str:
    form.offer_units(queries.unit_tree(_viewer()), None if person is None else person.unit_id)
    return render_template(
        "people/form.html", form=form, person=person, reasons=reasons, rules=rules
    )


def _saved(form: PersonForm, person: Person | None) -> ResponseReturnValue:
    form.offer_units(queries.unit_tree(_viewer()), None if person is None else person.unit_id)
    if not form.validate():
        return _form(form, person), 422
    try:
        saved = actions.save_person(
            person, details_from(form), seen=_seen(form), by=current_user, at=now()
        )
    except Refused as refusal:
        return _form(form, person, refusal.reasons), 422
    flash(_("已保存。"))
    return redirect(url_for("people.show", person_id=saved.id), 303)


def _unit_form(form: UnitForm, found: Unit | None, reasons: tuple[str, ...] = ()) -> str:
    form.offer_parents(queries.unit_tree(_viewer()), without=found.id if found else None)
    return render_template("people/unit_form.html", form=form, unit=found, reasons=reasons)


def _saved_unit(form: UnitForm, found: Unit | None) -> ResponseReturnValue:
    form.offer_parents(queries.unit_tree(_viewer()), without=found.id if found else None)
    if not form.validate():
        return _unit_form(form, found), 422
    parent = queries.get_unit(form.parent_id.data, _viewer()) if form.parent_id.data else None
    name, kind = form.name.data or "", form.kind.data
    try:
        if found is None:
            found = actions.create_unit(name, kind, parent, by=current_user, at=now())
        else:
            seen = _seen(form)
            actions.edit_unit(found, name, kind, parent, seen=seen, by=current_user, at=now())
    except Refused as refusal:
        return _unit_form(form, found, refusal.reasons), 422
    flash(_("已保存。"))
    return redirect(url_for("people.unit", unit_id=found.id), 303)


def _seen(form: PersonForm | UnitForm) -> int | None:
    text = str(form.version.data or "")
    return int(text) if text.isdigit() else None
