"""Forms of marking."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, FieldList, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.exams.marking.rules.corrections import REMEDY_NAMES
from lms.exams.marking.rules.modes import MODE_NAMES, Mode
from lms.exams.sittings.forms import CheckboxesField
from lms.ground.accounts.models import Account
from lms.ground.forms import Form, TextField, choices


class MarkForm(Form):
    """The points of a response, one field for each line of the rubric."""

    points = FieldList(DecimalField(_l("得分"), [InputRequired(_l("请打分。"))], places=None))
    remark = TextField(_l("评语"), [Length(max=500)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    answered = StringField(widget=HiddenInput())

    def given(self) -> list[Decimal]:
        return [field.data for field in self.points]


class ScoreForm(Form):
    """The order to score; `after` is the number of the latest run that the page showed."""

    reason = TextField(_l("重新计分的原因"), [Length(max=200)])
    after = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class CorrectionForm(Form):
    """What is done about an item whose key proves wrong; `version` is the corrected one, or 0."""

    item = IntegerField(_l("题目"), [InputRequired(_l("请选择题目。"))])
    remedy = RadioField(
        _l("处理办法"), [InputRequired(_l("请选择处理办法。"))], choices=choices(REMEDY_NAMES)
    )
    version = IntegerField(_l("更正后的版本"), [Optional()])
    reason = TextField(_l("理由和依据"), [Length(max=300)])


class ApprovalForm(Form):
    """What whoever decides on a correction adds to it."""

    note = TextField(_l("意见"), [Length(max=300)])


class SchemeForm(Form):
    """How an exam is marked, and by whom."""

    mode = RadioField(_l("评阅方式"), [InputRequired()], choices=choices(MODE_NAMES))
    percent = DecimalField(
        _l("允许误差（占题分的百分比）"), [InputRequired(), NumberRange(0, 100)], places=None
    )
    markers = CheckboxesField(_l("阅卷人"), coerce=int)
    arbiters = CheckboxesField(_l("仲裁人"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, accounts: Sequence[Account]) -> SchemeForm:
        """Who can be appointed."""
        listed = [SelectChoice(value=one.id, label=one.name) for one in accounts]
        self.markers.choices = self.arbiters.choices = listed
        return self

    @property
    def chosen_mode(self) -> Mode:
        return Mode(self.mode.data)

    @property
    def tolerance(self) -> Decimal:
        """A share, to the hundredth of a percent."""
        return round(Decimal(self.percent.data) / 100, 4)
