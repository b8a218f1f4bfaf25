"""The form of a decision."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.exams.results.rules import Band
from lms.ground.forms import Form, TextField, strip


class DecisionForm(Form):
    """The grade that a named person gives, why where it differs, and the appraisal in words."""

    grade = SelectField(_l("评定等次"), [InputRequired()])
    reason = TextField(_l("理由"), [Length(max=300)])
    comment = TextAreaField(_l("鉴定意见"), [Length(max=1000)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, bands: Iterable[Band]) -> None:
        """The grades that can be chosen."""
        self.grade.choices = [SelectChoice(value=band.name, label=band.name) for band in bands]


class CommentForm(Form):
    """The appraisal in words that whoever does not decide proposes."""

    comment = TextAreaField(_l("鉴定意见"), [InputRequired(), Length(max=1000)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
