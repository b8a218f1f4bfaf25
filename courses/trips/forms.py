"""The forms of a trip, a weather decision and a report."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.routes.models import Route
from courses.timetable.models import Lesson
from courses.trips.models import Trip
from courses.trips.rules import VERDICT_NAMES, BusPlan, StopPlan, TripDraft, Verdict, tell_time
from lms.ground.clock import local
from lms.ground.errors import Refused
from lms.ground.forms import Form, InstantField, TextField, choices, strip
from lms.ground.people.models import Person

SPARE_BUSES = 2


def _number(text: str | int | None) -> int | None:
    return int(text) if text else None


class BusForm(PlainForm):
    """One bus; a row without a number plate is none."""

    plate = TextField(_l("车牌号"), [Length(max=20)])
    seats = IntegerField(_l("乘客座位"), [Optional(), NumberRange(1, 100)])
    driver = TextField(_l("驾驶员和电话"), [Length(max=60)])


class TripForm(Form):
    """A trip: when, with whom, in which buses; its stops are those of the route."""

    departs_at = InstantField(_l("出发时间"), [InputRequired()])
    back_minutes = IntegerField(_l("返程（分钟）"), [InputRequired(), NumberRange(0, 1440)])
    leader_id = SelectField(_l("带队人"), coerce=int)
    guide_ids = SelectMultipleField(_l("随队人员"), coerce=int, validators=[Optional()])
    lesson_id = SelectField(_l("对应的课次"), coerce=_number, validators=[Optional()])
    buses = FieldList(FormField(BusForm))
    safety = TextAreaField(_l("安全预案"), [Length(max=3000)], filters=[strip])
    emergency = TextAreaField(_l("应急联系"), [Length(max=1000)], filters=[strip])
    insurance = TextField(_l("保险"), [Length(max=200)])
    leave_open = BooleanField(_l("场地、教师、随队人员和车辆有冲突的，先空着，其余照排"))
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, staff: Sequence[Person], lessons: Sequence[Lesson]) -> TripForm:
        """Set who can go along, and which lesson the trip can be."""
        people = [SelectChoice(value=one.id, label=one.name) for one in staff]
        self.leader_id.choices, self.guide_ids.choices = people, people
        self.lesson_id.choices = [
            SelectChoice(value="", label=str(_l("（不对应课次，单独占用时间）"))),
            *(SelectChoice(value=one.id, label=_lesson(one)) for one in lessons),
        ]
        return self

    def add_spare_rows(self) -> TripForm:
        """Empty rows for more buses."""
        for _row in range(SPARE_BUSES):
            self.buses.append_entry()
        return self

    def draft(self, route: Route) -> TripDraft:
        """The trip along this route, whose stops must be loaded with their teachers."""
        departs_at = self.departs_at.data
        if departs_at is None:
            raise Refused("请填写出发时间。")
        return TripDraft(
            departs_at=departs_at,
            back_minutes=self.back_minutes.data,
            leader_id=self.leader_id.data,
            guide_ids=tuple(self.guide_ids.data or ()),
            buses=tuple(
                BusPlan(row["plate"], row["seats"] or 0, row["driver"] or "")
                for row in (entry.data for entry in self.buses)
                if row["plate"]
            ),
            stops=tuple(
                StopPlan(
                    stop.name, stop.minutes, stop.travel_minutes, stop.taught, stop.venue_id,
                    stop.instructor.person_id if stop.instructor else None,
                )
                for stop in route.stops
            ),
            lesson_id=self.lesson_id.data,
            safety=self.safety.data or "",
            emergency=self.emergency.data or "",
            insurance=self.insurance.data or "",
        )  # fmt: skip


def filled(trip: Trip, drivers: dict[int, str]) -> TripForm:
    """The form of a trip as it is."""
    last = trip.stops[-1].leaves_at
    form = TripForm(
        formdata=None,
        data={
            "departs_at": trip.starts_at,
            "back_minutes": int((trip.ends_at - last).total_seconds() // 60),
            "leader_id": trip.leader_id,
            "guide_ids": [one.person_id for one in trip.guides],
            "lesson_id": trip.lesson_id,
            "buses": [
                {"plate": bus.plate, "seats": bus.seats, "driver": drivers.get(bus.number, "")}
                for bus in trip.buses
            ],
            "safety": trip.safety,
            "emergency": trip.emergency,
            "insurance": trip.insurance,
            "leave_open": bool(trip.gaps),
            "version": trip.version,
        },
    )
    return form.add_spare_rows()


class DecisionForm(Form):
    """Going or not, given the weather."""

    verdict = SelectField(_l("决定"), choices=choices(VERDICT_NAMES), coerce=Verdict)
    note = TextField(_l("天气情况和理由"), [InputRequired(), Length(max=300)])


class ReportForm(Form):
    """What the trip was."""

    report = TextAreaField(_l("出行报告"), [InputRequired(), Length(max=5000)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class PhotoForm(Form):
    """A picture for the report."""

    file = FileField(_l("照片"), [FileRequired(_l("请选择照片。"))])
    caption = TextField(_l("说明"), [Length(max=100)])


def _lesson(lesson: Lesson) -> str:
    day = local(lesson.starts_at)
    return f"{day.month}月{day.day}日 {tell_time(lesson.starts_at)} 《{lesson.course.title}》"
