"""Pages of a cohort's learners: the roster, one learner, and the import of name lists."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import get_cohort, learners
from courses.cohorts.rules import CohortStage
from courses.quotas.queries import shares_of
from courses.rosters import actions, documents, queries
from courses.rosters.forms import PlaceForm, RosterForm, WithdrawalForm
from courses.rosters.intake.matching import ROW_STATE_NAMES, Matched, match
from courses.rosters.intake.reading import LABELS, column_labels, read
from courses.rosters.models import RosterUpload
from courses.rosters.rules import DUTIES, Place, committee
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.people import queries as people
from lms.ground.people.rules import UNIT_KIND_NAMES
from lms.ground.uploads.delivery import open_bytes
from lms.ground.uploads.media import XLSX

blueprint = Blueprint("rosters", __name__, template_folder="templates")
READERS = (Permission.READ_COURSES, Permission.NAME_LEARNERS, Permission.STUDY)
COLUMN, UNIT, SURE = "column:", "unit:", "sure"
PLACE_FIELDS = ("group", "duty", "dormitory")


@blueprint.get("/<int:cohort_id>")
@allow(*READERS)
def show(cohort_id: int) -> str:
    cohort = get_cohort(cohort_id, current_user)
    found = learners(cohort_id, current_user, withdrawn=True)
    search = request.args.get("search", "").strip()
    return render_template(
        "rosters/roster.html",
        cohort=cohort,
        learners=[one for one in found if search in f"{one.person.name}{one.learner_number}"],
        plans=may(Permission.PLAN),
        names=may(Permission.PLAN)
        or (may(Permission.NAME_LEARNERS) and cohort.stage is CohortStage.OPEN),
    )


@blueprint.get("/<int:cohort_id>/new")
@allow(Permission.PLAN, Permission.NAME_LEARNERS)
def candidates(cohort_id: int) -> str:
    cohort = queries.get_cohort_to_name(cohort_id, current_user)
    search = request.args.get("search", "").strip()
    found = queries.people_to_name(cohort_id, current_user, search=search)
    return render_template(
        "rosters/candidates.html",
        cohort=cohort,
        people=found,
        shares=shares_of(cohort_id, current_user) if not may(Permission.PLAN) else [],
    )


@blueprint.post("/<int:cohort_id>/new")
@allow(Permission.PLAN, Permission.NAME_LEARNERS)
def enrol(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort_to_name(cohort_id, current_user)
    person = people.get_person(request.form.get("person", 0, type=int), current_user)
    enrol = actions.enrol if may(Permission.PLAN) else actions.name_learner
    row = enrol(cohort=cohort, person=person, by=current_user, at=now())
    flash(_("%(name)s已列入学员，学号%(number)s。", name=person.name, number=row.learner_number))
    return redirect(url_for("rosters.candidates", cohort_id=cohort_id), 303)


@blueprint.get("/learners/<int:enrolment_id>")
@allow(*READERS)
def learner(enrolment_id: int) -> str:
    found = queries.get_enrolment(enrolment_id, current_user)
    leaving = WithdrawalForm(formdata=None, data={"on": today(), "version": found.version})
    return _learner_page(found, PlaceForm(formdata=None, obj=found), leaving)


@blueprint.post("/learners/<int:enrolment_id>/place")
@allow(Permission.PLAN)
def place(enrolment_id: int) -> ResponseReturnValue:
    found, form = queries.get_enrolment(enrolment_id, current_user), PlaceForm()
    if not form.validate():
        return _learner_page(found, form, WithdrawalForm(formdata=None)), 422
    actions.place(
        enrolment=found,
        group_name=form.group_name.data or "",
        duty=form.duty.data or "",
        dormitory=form.dormitory.data or "",
        seen=form.version.data,
        by=current_user,
        at=now(),
    )
    flash(_("已保存。"))
    return redirect(url_for("rosters.learner", enrolment_id=enrolment_id), 303)


@blueprint.post("/learners/<int:enrolment_id>/withdraw")
@allow(Permission.PLAN, Permission.NAME_LEARNERS)
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    found = queries.get_enrolment_to_withdraw(enrolment_id, current_user)
    form = WithdrawalForm()
    if not form.validate():
        return _learner_page(found, PlaceForm(formdata=None, obj=found), form), 422
    on, reason, seen = form.on.data, form.reason.data, form.version.data
    actions.withdraw(enrolment=found, on=on, reason=reason, seen=seen, by=current_user, at=now())
    flash(_("已登记退出。"))
    return redirect(url_for("rosters.show", cohort_id=found.cohort_id), 303)


@blueprint.get("/<int:cohort_id>/places")
@allow(Permission.PLAN)
def places(cohort_id: int) -> str:
    return _places_page(cohort_id)


@blueprint.post("/<int:cohort_id>/places")
@allow(Permission.PLAN)
def arrange(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    numbers = request.form.getlist("enrolment", type=int)
    typed = {
        number: Place(*(request.form.get(f"{name}-{number}", "").strip() for name in PLACE_FIELDS))
        for number in numbers
    }
    seen = {number: request.form.get(f"version-{number}", 0, type=int) for number in numbers}
    changed = actions.arrange(cohort=cohort, places=typed, seen=seen, by=current_user, at=now())
    flash(_("已保存，改动了%(count)s名学员。", count=changed))
    return redirect(url_for("rosters.places", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/groups")
@allow(Permission.PLAN)
def group(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    wanted = request.form.get("groups", 0, type=int)
    try:
        actions.group(cohort=cohort, groups=wanted, by=current_user, at=now())
    except Refused as refusal:
        return _places_page(cohort_id, list(refusal.reasons)), 422
    flash(_("已分组，同一单位的学员尽量分开；可以在下面逐人调整。"))
    return redirect(url_for("rosters.places", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/needs")
@allow(Permission.UNMASK)
def needs(cohort_id: int) -> ResponseReturnValue:
    """Shown once, in answer to this form: what is read in the clear is written down."""
    cohort = get_cohort(cohort_id, current_user)
    reason = request.form.get("reason", "")
    try:
        found = actions.read_needs(cohort=cohort, reason=reason, viewer=current_user, at=now())
    except Refused as refusal:
        return _places_page(cohort_id, list(refusal.reasons)), 422
    return render_template("rosters/needs.html", cohort=cohort, needs=found)


@blueprint.get("/<int:cohort_id>/list.xlsx")
@allow(Permission.READ_PEOPLE)
def export(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    content = documents.roster(cohort, learners(cohort_id, current_user))
    return _sheet(content, f"{cohort.title}学员名册.xlsx")


@blueprint.get("/template.xlsx")
@allow(Permission.PLAN)
def template() -> ResponseReturnValue:
    return _sheet(documents.roster_template(), _("学员名册模板.xlsx"))


@blueprint.get("/<int:cohort_id>/upload")
@allow(Permission.PLAN)
def upload(cohort_id: int) -> str:
    cohort = get_cohort(cohort_id, current_user)
    return render_template("rosters/upload.html", cohort=cohort, form=RosterForm())


@blueprint.post("/<int:cohort_id>/upload")
@allow(Permission.PLAN)
def bring(cohort_id: int) -> ResponseReturnValue:
    cohort, form = get_cohort(cohort_id, current_user), RosterForm()
    if form.validate():
        file = form.file.data
        with form.telling_refusals():
            read(file.stream.read(), on=today())
            file.stream.seek(0)
            brought = actions.bring_roster(
                cohort=cohort,
                content=file.stream,
                name=file.filename,
                owner_id=current_user.id,
                by=current_user,
                at=now(),
            )
            address = url_for("rosters.preview", cohort_id=cohort_id, roster_id=brought.id)
            return redirect(address, 303)
    return render_template("rosters/upload.html", cohort=cohort, form=form), 422


@blueprint.get("/<int:cohort_id>/upload/<int:roster_id>")
@allow(Permission.PLAN)
def preview(cohort_id: int, roster_id: int) -> str:
    cohort = get_cohort(cohort_id, current_user)
    brought = queries.get_roster(cohort_id, roster_id)
    return _preview_page(cohort, brought, _matched(brought), [])


@blueprint.post("/<int:cohort_id>/upload/<int:roster_id>")
@allow(Permission.PLAN)
def enter(cohort_id: int, roster_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    brought = queries.get_roster(cohort_id, roster_id)
    matched = _matched(brought)
    try:
        entered = actions.enter_roster(
            cohort=cohort, roster=brought, matched=matched, by=current_user, at=now()
        )
    except Refused as refusal:
        return _preview_page(cohort, brought, matched, list(refusal.reasons)), 422
    flash(_("已导入%(count)s名学员。", count=entered))
    return redirect(url_for("rosters.show", cohort_id=cohort_id), 303)


def _matched(brought: RosterUpload) -> Matched:
    """The name list read again, with the columns and units that the page says."""
    values = request.values
    columns = {
        name: int(values[COLUMN + name])
        for name in LABELS
        if values.get(COLUMN + name, "").isdigit()
    }
    units = {key.removeprefix(UNIT): value for key, value in values.items() if key.startswith(UNIT)}
    with open_bytes(brought.upload) as file:
        found = read(file.read(), on=today(), columns=columns or None)
    return match(found, brought.cohort_id, units, values.getlist(SURE))


def _preview_page(
    cohort: Cohort, brought: RosterUpload, matched: Matched, reasons: list[str]
) -> str:
    return render_template(
        "rosters/preview.html",
        cohort=cohort,
        brought=brought,
        matched=matched,
        reasons=reasons,
        labels=LABELS,
        columns=column_labels(matched.roster),
        states=ROW_STATE_NAMES,
        units=people.unit_tree(current_user),
        kinds=UNIT_KIND_NAMES,
        chosen=request.values,
    )


def _places_page(cohort_id: int, reasons: list[str] | None = None) -> str:
    found = learners(cohort_id, current_user)
    return render_template(
        "rosters/places.html",
        cohort=get_cohort(cohort_id, current_user),
        learners=found,
        committee=committee([(one.duty, one.person.name) for one in found]),
        duties=DUTIES,
        needs=queries.needs_count(cohort_id),
        unmasks=may(Permission.UNMASK),
        reasons=reasons,
    )


def _learner_page(found: Enrolment, form: PlaceForm, leaving: WithdrawalForm) -> str:
    return render_template(
        "rosters/learner.html",
        enrolment=found,
        form=form,
        leaving=leaving,
        plans=may(Permission.PLAN),
        takes_out=may(Permission.PLAN)
        or (may(Permission.NAME_LEARNERS) and found.cohort.stage is CohortStage.OPEN),
    )


def _sheet(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
