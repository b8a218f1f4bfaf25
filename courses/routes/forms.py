"""The form of a route."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, IntegerField, SelectField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.faculty.models import Instructor
from courses.routes.rules import RouteDraft, StopDraft
from courses.venues.models import Venue
from lms.ground.forms import Form, TextField, strip

SPARE = 3


def _number(text: str | int | None) -> int | None:
    return int(text) if text else None


class StopForm(PlainForm):
    """One stop; a row without a name is none."""

    name = TextField(_l("点位"), [Length(max=60)])
    travel_minutes = IntegerField(_l("路程（分钟）"), [Optional(), NumberRange(0, 600)])
    minutes = IntegerField(_l("停留（分钟）"), [Optional(), NumberRange(0, 600)])
    taught = TextField(_l("教学内容"), [Length(max=200)])
    venue_id = SelectField(_l("对应场地"), coerce=_number, validators=[Optional()])
    instructor_id = SelectField(_l("现场教师"), coerce=_number, validators=[Optional()])


class RouteForm(Form):
    """A route with its stops."""

    name = TextField(_l("线路名称"), [InputRequired(), Length(max=60)])
    summary = TextAreaField(_l("简介"), [Length(max=1000)], filters=[strip])
    stops = FieldList(FormField(StopForm))
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def add_spare_rows(self) -> RouteForm:
        """A few empty rows at the end, for more stops."""
        for _row in range(SPARE):
            self.stops.append_entry()
        return self

    def offer(self, venues: Sequence[Venue], instructors: Sequence[Instructor]) -> RouteForm:
        """Set what can be chosen for each stop."""
        places = [SelectChoice(value=one.id, label=one.name) for one in venues]
        teachers = [SelectChoice(value=one.id, label=one.person.name) for one in instructors]
        for entry in self.stops:
            entry.form.venue_id.choices = [SelectChoice(value="", label="—"), *places]
            entry.form.instructor_id.choices = [SelectChoice(value="", label="—"), *teachers]
        return self

    def draft(self) -> RouteDraft:
        rows = [entry.data for entry in self.stops if entry.data["name"]]
        return RouteDraft(
            name=self.name.data,
            summary=self.summary.data or "",
            stops=tuple(
                StopDraft(
                    name=row["name"],
                    minutes=row["minutes"] or 0,
                    travel_minutes=row["travel_minutes"] or 0,
                    taught=row["taught"] or "",
                    venue_id=row["venue_id"],
                    instructor_id=row["instructor_id"],
                )
                for row in rows
            ),
        )
