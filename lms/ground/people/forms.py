"""Forms for people and units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.ground.access import ROLE_NAMES, Role
from lms.ground.forms import Form, TextField, choices
from lms.ground.people.models import Person
from lms.ground.people.rules import (
    GENDER_NAMES,
    LONGEST_NAME,
    POLITICS_NAMES,
    PRIVATE_NAMES,
    RANK_NAMES,
    UNIT_KIND_NAMES,
    Gender,
    PersonDetails,
    Politics,
    Private,
    RankLevel,
    UnitKind,
    UnitLine,
)

REMOVE = "清除"


def _number(text: Any) -> int | None:
    return int(text) if text not in ("", None, "None") else None


def _maybe(kind: Any) -> Any:
    """Coerce to a member of an enum, or None for nothing chosen."""
    return lambda text: kind(text) if text not in ("", None, "None") else None


class PersonForm(Form):
    """A person; what is private is typed anew or left empty, never shown."""

    name = TextField(
        _l("姓名"), [InputRequired(message=_l("请填写姓名。")), Length(max=LONGEST_NAME)]
    )
    unit_id = SelectField(_l("单位"), coerce=_number)
    post = TextField(_l("职务"), [Length(max=100)])
    rank = SelectField(
        _l("职务层次"), choices=choices(RANK_NAMES, blank="—"), coerce=_maybe(RankLevel)
    )
    gender = SelectField(
        _l("性别"), choices=choices(GENDER_NAMES, blank="—"), coerce=_maybe(Gender)
    )
    born = DateField(_l("出生日期"), [Optional()])
    ethnicity = TextField(_l("民族"), [Length(max=20)], render_kw={"list": "ethnicities"})
    education = TextField(_l("学历"), [Length(max=40)], render_kw={"list": "educations"})
    politics = SelectField(
        _l("政治面貌"), choices=choices(POLITICS_NAMES, blank="—"), coerce=_maybe(Politics)
    )
    party_joined = DateField(_l("入党时间"), [Optional()])
    is_party_secretary = BooleanField(_l("基层党组织书记"))
    id_number = TextField(PRIVATE_NAMES[Private.ID_NUMBER], [Length(max=30)])
    phone = TextField(PRIVATE_NAMES[Private.PHONE], [Length(max=20)])
    email = TextField(PRIVATE_NAMES[Private.EMAIL], [Length(max=100)])
    bank_account = TextField(PRIVATE_NAMES[Private.BANK_ACCOUNT], [Length(max=30)])
    health = TextField(PRIVATE_NAMES[Private.HEALTH], [Length(max=200)])
    diet = TextField(PRIVATE_NAMES[Private.DIET], [Length(max=200)])
    version = HiddenField()

    def offer_units(self, tree: Sequence[UnitLine], present: int | None) -> None:
        """Let one of the open units be chosen, or the one that is there already."""
        offered = [unit for unit in tree if not unit.is_closed or unit.id == present]
        self.unit_id.choices = [SelectChoice("", "—")] + [
            SelectChoice(str(unit.id), unit.path) for unit in offered
        ]


class NumberForm(Form):
    """A whole ID or phone number by which somebody is looked up."""

    number = TextField(_l("身份证号或手机号"), [InputRequired(), Length(max=30)])


class UnmaskForm(Form):
    """Which private column is wanted, and what for."""

    kind = SelectField(_l("项目"), choices=choices(PRIVATE_NAMES), coerce=Private)
    reason = TextField(_l("查看事由"), [InputRequired(), Length(max=200)])


class UnitForm(Form):
    """A unit and where it belongs."""

    name = TextField(
        _l("单位名称"), [InputRequired(message=_l("请填写单位名称。")), Length(max=100)]
    )
    kind = SelectField(_l("类别"), choices=choices(UNIT_KIND_NAMES), coerce=UnitKind)
    parent_id = SelectField(_l("上级单位"), coerce=_number)
    version = HiddenField()

    def offer_parents(self, tree: Sequence[UnitLine], *, without: int | None = None) -> None:
        """Let one of the open units be chosen as the parent."""
        offered = [unit for unit in tree if not unit.is_closed and unit.id != without]
        self.parent_id.choices = [SelectChoice("", _l("（无上级）"))] + [
            SelectChoice(str(unit.id), unit.path) for unit in offered
        ]


class LoginNameForm(Form):
    """The login name of an account."""

    login = TextField(_l("登录名"), [InputRequired(), Length(max=64)])


class OpenAccountForm(Form):
    """As what a person is to log in."""

    role = SelectField(_l("角色"), choices=choices(ROLE_NAMES), coerce=Role)


def details_from(form: PersonForm) -> PersonDetails:
    """What was typed. An empty private field is left as it is; 清除 empties it."""
    typed = {kind: form[kind.value].data or "" for kind in Private}
    private = {kind: "" if text == REMOVE else text for kind, text in typed.items() if text}
    return PersonDetails(
        name=form.name.data or "",
        unit_id=form.unit_id.data,
        gender=form.gender.data,
        born=form.born.data,
        ethnicity=form.ethnicity.data or "",
        politics=form.politics.data,
        party_joined=form.party_joined.data,
        education=form.education.data or "",
        post=form.post.data or "",
        rank=form.rank.data,
        is_party_secretary=form.is_party_secretary.data,
        private=private,
    )


def shown(person: Person) -> dict[str, Any]:
    """What a form shows of a person: nothing private."""
    fields = (name for name in PersonDetails.__dataclass_fields__ if name != "private")
    return {name: getattr(person, name) for name in (*fields, "version")}
