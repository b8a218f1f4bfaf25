"""The form of an application and a notice."""

from __future__ import annotations

from dataclasses import fields

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DecimalField, IntegerField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.openings.rules import OpeningDraft
from lms.ground.forms import Form, InstantField, TextField, strip


class OpeningForm(Form):
    """What application and notice say beyond the cohort itself; all of it may come later."""

    basis = TextAreaField(_l("办班依据"), [Length(max=500)], filters=[strip])
    host = TextField(_l("承办单位"), [Length(max=100)])
    place = TextField(_l("培训地点"), [Length(max=100)])
    faculty = TextAreaField(_l("师资安排"), [Length(max=500)], filters=[strip])
    budget = DecimalField(
        _l("经费预算（元）"), [Optional(), NumberRange(0, 10_000_000)], places=None
    )
    budget_source = TextField(_l("经费来源"), [Length(max=100)])
    in_yearly_plan = BooleanField(_l("列入年度计划"))
    is_elsewhere = BooleanField(_l("异地办班"))
    number = TextField(_l("发文字号"), [Length(max=60)])
    issuer = TextField(_l("发文机关"), [Length(max=40)])
    addressees = TextField(_l("主送机关"), [Length(max=300)])
    reports_at = InstantField(_l("报到时间"), [Optional()])
    reports_where = TextField(_l("报到地点"), [Length(max=100)])
    names_until = DateField(_l("报名截止日期"), [Optional()])
    contact = TextField(_l("联系人和电话"), [Length(max=100)])
    requirements = TextAreaField(_l("有关要求"), [Length(max=2000)], filters=[strip])
    issued_on = DateField(_l("成文日期"), [Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> OpeningDraft:
        """What is entered; a text that is not there is empty."""
        empty = OpeningDraft()
        return OpeningDraft(
            **{
                one.name: getattr(empty, one.name)
                if self[one.name].data is None
                else self[one.name].data
                for one in fields(OpeningDraft)
            }
        )
