"""The forms of cohorts and their learners."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.catalogue.models import Course
from courses.catalogue.rules import MOST_HOURS
from courses.cohorts.rules import CohortDraft, Naming, cohort_title
from courses.programmes.models import Programme
from lms.ground.forms import Form, TextField, strip
from lms.ground.people.models import Person


def _number(text: str | int | None) -> int | None:
    return int(text) if text else None


class CohortForm(Form):
    """A cohort; the programme is chosen once."""

    programme_id = SelectField(_l("学堂系列"), coerce=int)
    number = IntegerField(_l("期数"), [InputRequired(), NumberRange(1, 999)])
    title = TextField(_l("班次名称"), [Length(max=60)])
    starts_on = DateField(_l("开始日期"), [InputRequired()])
    ends_on = DateField(_l("结束日期"), [InputRequired()])
    capacity = IntegerField(_l("名额"), [InputRequired(), NumberRange(1, 2000)])
    purpose = TextAreaField(_l("培训目的"), [Length(max=1000)], filters=[strip])
    audience = TextField(_l("培训对象"), [Length(max=200)])
    sponsor = TextField(_l("主办单位"), [Length(max=100)])
    adviser_id = SelectField(_l("班主任"), coerce=_number, validators=[Optional()])
    proposed_for = IntegerField(widget=HiddenInput(), validators=[Optional()])
    proposed_number = IntegerField(widget=HiddenInput(), validators=[Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, programmes: Sequence[Programme], advisers: Sequence[Person]) -> CohortForm:
        """Set what can be chosen."""
        self.programme_id.choices = [
            SelectChoice(value=one.id, label=one.name) for one in programmes
        ]
        self.adviser_id.choices = [
            SelectChoice(value="", label="（以后确定）"),
            *(SelectChoice(value=one.id, label=one.name) for one in advisers),
        ]
        return self

    def propose(self, naming: Naming, *, next_number: int | None) -> CohortForm:
        """Show number and title for a programme whose next cohort has the number `next_number`."""
        self.number.data, self.number.raw_data = naming.number, None
        self.title.data, self.title.raw_data = naming.title, None
        self.proposed_for.data, self.proposed_for.raw_data = naming.programme_id, None
        self.proposed_number.data, self.proposed_number.raw_data = next_number, None
        return self

    @property
    def is_for_another(self) -> bool:
        """Was another programme chosen than the one that number and title were proposed for?"""
        return self.proposed_for.data not in (None, self.programme_id.data)

    def naming(self) -> Naming:
        """Programme, number and title as typed."""
        return Naming(self.programme_id.data, self.number.data, self.title.data or "")

    def draft(self, programme: Programme) -> CohortDraft:
        title = self.title.data or cohort_title(programme.name, self.number.data)
        return CohortDraft(
            number=self.number.data,
            title=title,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            capacity=self.capacity.data,
            purpose=self.purpose.data or "",
            audience=self.audience.data or programme.audience,
            sponsor=self.sponsor.data or "",
            adviser_id=self.adviser_id.data,
        )


class CoursesForm(Form):
    """Courses for the teaching plan, as many as are ticked."""

    course_id = SelectMultipleField(
        _l("课程"), [InputRequired(_l("请至少勾选一门课程。"))], coerce=int
    )

    def offer(self, courses: Sequence[Course]) -> CoursesForm:
        """Set the courses that can be chosen."""
        self.course_id.choices = [SelectChoice(value=one.id, label=one.title) for one in courses]
        return self


class HoursForm(Form):
    """The hours of a course in this teaching plan."""

    hours = DecimalField(
        _l("学时"), [InputRequired(_l("请填写学时。")), NumberRange(0, MOST_HOURS)], places=None
    )
