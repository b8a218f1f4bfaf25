"""The forms of reflections."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from courses.cohorts.models import Enrolment
from courses.reflections.rules import LONGEST, REFLECTION_GRADE_NAMES, ReflectionGrade
from lms.ground.forms import Form, TextField, choices, strip


class ReflectionForm(Form):
    """A reflection; the view sets the cohorts that it may be for."""

    enrolment_id = SelectField(_l("班次"), coerce=int)
    title = TextField(_l("题目"), [InputRequired(), Length(max=100)])
    text = TextAreaField(_l("正文"), [InputRequired(), Length(max=LONGEST)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, enrolments: Sequence[Enrolment]) -> ReflectionForm:
        """Set the cohorts."""
        self.enrolment_id.choices = [
            SelectChoice(value=one.id, label=one.cohort.title) for one in enrolments
        ]
        return self


class GradeForm(Form):
    """The grade of a reflection."""

    to = SelectField(_l("等次"), choices=choices(REFLECTION_GRADE_NAMES), coerce=ReflectionGrade)
    remark = TextField(_l("评语"), [Length(max=500)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
