"""The forms of timetables."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.catalogue.rules import COURSE_FORM_NAMES, CourseForm
from courses.cohorts.models import CohortCourse
from courses.faculty.models import Instructor
from courses.timetable.rules import day_span
from courses.venues.models import Venue
from lms.ground.errors import Refused
from lms.ground.forms import Form, TextField, choices
from lms.ground.spans import Span


def _number(text: str | int | None) -> int | None:
    return int(text) if text else None


class LessonForm(Form):
    """A lesson; `offer` sets what can be chosen."""

    course_id = SelectField(_l("课程"), coerce=int)
    form = SelectField(_l("教学形式"), choices=choices(COURSE_FORM_NAMES), coerce=CourseForm)
    day = DateField(_l("日期"), [InputRequired()])
    starts = TimeField(_l("开始"), [InputRequired()])
    ends = TimeField(_l("结束"), [InputRequired()])
    hours = DecimalField(_l("学时"), [InputRequired(), NumberRange(0, 24)], places=None)
    venue_id = SelectField(_l("场地"), coerce=_number, validators=[Optional()])
    instructor_id = SelectField(_l("授课教师"), coerce=_number, validators=[Optional()])
    host = TextField(_l("主持人"), [Length(max=40)])
    note = TextField(_l("备注"), [Length(max=200)])
    reason = TextField(_l("确需如此安排的理由"), [Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def span(self) -> Span | None:
        """The span that the three fields say; None while they do not."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            return None
        try:
            return day_span(day, starts, ends)
        except Refused:
            return None

    def offer_courses(self, lines: Sequence[CohortCourse]) -> None:
        """The courses of the teaching plan."""
        ordered = sorted(lines, key=lambda line: line.position)
        self.course_id.choices = [
            SelectChoice(value=line.course_id, label=line.course.title) for line in ordered
        ]

    def offer_places(
        self,
        venues: Sequence[Venue],
        instructors: Sequence[Instructor],
        taken: tuple[Set[int], Set[int]],
    ) -> None:
        """Venues and instructors, each with whether it is free at the time that is filled in."""
        rooms, people = taken
        timed = self.span() is not None
        self.venue_id.choices = [
            SelectChoice(value="", label="（不占用场地）"),
            *(
                SelectChoice(
                    value=venue.id,
                    label=_marked(f"{venue.name}（{venue.capacity}座）", venue.id in rooms, timed),
                )
                for venue in venues
            ),
        ]
        chosen = self.course_id.data
        self.instructor_id.choices = [
            SelectChoice(value="", label="（没有授课教师）"),
            *(
                SelectChoice(
                    value=one.id,
                    label=_marked(_teacher(one, chosen), one.person_id in people, timed),
                )
                for one in sorted(instructors, key=lambda one: not _can_teach(one, chosen))
            ),
        ]


class CancelForm(Form):
    """Taking a lesson off the timetable."""

    reason = TextField(_l("取消原因"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


def set_times(form: LessonForm, times: tuple[time, time]) -> None:
    """Fill in the usual times of a half-day."""
    form.starts.data, form.ends.data = times


def _can_teach(instructor: Instructor, course_id: int | None) -> bool:
    return any(line.course_id == course_id for line in instructor.teaches)


def _teacher(instructor: Instructor, course_id: int | None) -> str:
    return instructor.person.name + ("（主讲此课）" if _can_teach(instructor, course_id) else "")


def _marked(name: str, is_taken: bool, timed: bool) -> str:
    if not timed:
        return name
    return f"{name} · {'占用' if is_taken else '空闲'}"
