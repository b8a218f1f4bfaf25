"""The forms of a programme and of the courses usual in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.catalogue.models import Course
from courses.programmes.rules import ProgrammeDraft, UsualCourse
from lms.ground.errors import Refused
from lms.ground.forms import Form, TextField, strip

HOURS, PLACE = "hours_", "place_"
_LAST = 999


class ProgrammeForm(Form):
    """A programme; its code is given once."""

    name = TextField(_l("名称"), [InputRequired(), Length(max=40)])
    code = TextField(_l("代码"), [InputRequired(), Length(max=20)])
    audience = TextField(_l("培训对象"), [Length(max=200)])
    position = IntegerField(_l("排列顺序"), [InputRequired(), NumberRange(0, _LAST)])
    summary = TextAreaField(_l("简介"), [Length(max=1000)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> ProgrammeDraft:
        return ProgrammeDraft(
            code=self.code.data,
            name=self.name.data,
            audience=self.audience.data or "",
            summary=self.summary.data or "",
            position=self.position.data,
        )


class UsualForm(Form):
    """The courses usual in a programme: those that are ticked, with their hours and places."""

    course_id = SelectMultipleField(_l("常设课程"), coerce=int, validators=[Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, courses: Sequence[Course]) -> UsualForm:
        """Set the courses that can be chosen."""
        self.course_id.choices = [SelectChoice(value=one.id, label=one.title) for one in courses]
        return self

    def wanted(self, courses: Mapping[int, Course], typed: Mapping[str, str]) -> list[UsualCourse]:
        """Those that are ticked; where no hours were typed they are the catalogue's.

        Refused for what is no number.
        """
        return [
            _usual(courses[number], typed) for number in dict.fromkeys(self.course_id.data or ())
        ]


def _usual(course: Course, typed: Mapping[str, str]) -> UsualCourse:
    hours, place = (typed.get(f"{name}{course.id}", "").strip() for name in (HOURS, PLACE))
    try:
        return UsualCourse(
            course.id,
            course.title,
            Decimal(hours) if hours else course.hours,
            int(place) if place else _LAST,
        )
    except (InvalidOperation, ValueError):
        raise Refused(f"《{course.title}》的学时和序号请填数字。") from None
