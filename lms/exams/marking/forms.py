"""Forms of marking."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, FieldList, IntegerField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField


class MarkForm(Form):
    """The points of a response, one field for each line of the rubric."""

    points = FieldList(DecimalField(_l("得分"), [InputRequired(_l("请打分。"))], places=None))
    remark = TextField(_l("评语"), [Length(max=500)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def given(self) -> list[Decimal]:
        return [field.data for field in self.points]


class ScoreForm(Form):
    """The order to score; `after` is the number of the latest run that the page showed."""

    reason = TextField(_l("重新计分的原因"), [Length(max=200)])
    after = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
