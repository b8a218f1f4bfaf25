"""What the script of the board sends."""

from __future__ import annotations

from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from courses.boards.rules import BY_NAMES, By, Target
from courses.timetable.rules import HALF_DAY_NAMES, HalfDay
from lms.ground.forms import Form, TextField, choices


class DropForm(Form):
    """A piece (a lesson, or a course of a cohort) and where it is dropped."""

    lesson = IntegerField(validators=[Optional()])
    cohort = IntegerField(validators=[Optional()])
    course = IntegerField(validators=[Optional()])
    by = SelectField(choices=choices(BY_NAMES), coerce=By)
    line = IntegerField(validators=[InputRequired()])
    day = DateField(validators=[InputRequired()])
    half = SelectField(choices=choices(HALF_DAY_NAMES), coerce=HalfDay)
    version = IntegerField(validators=[Optional()])
    reason = TextField(validators=[Length(max=200)])

    def target(self) -> Target:
        return Target(self.by.data, self.line.data or 0, self.day.data, self.half.data)
