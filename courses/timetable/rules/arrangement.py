"""How a lesson is arranged, as plain values: what the log of changes keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from courses.catalogue.rules import CourseForm
from courses.timetable.rules import HalfDay, half_day_of
from lms.ground.clock import from_local, local
from lms.ground.spans import Span


@dataclass(frozen=True)
class Arrangement:
    """When, where, by whom and how a lesson is held."""

    course_id: int
    form: CourseForm
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    venue_id: int | None = None
    instructor_id: int | None = None
    host: str = ""
    note: str = ""

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


def to_json(arrangement: Arrangement) -> dict[str, Any]:
    """The arrangement as plain values."""
    plain = asdict(arrangement)
    times = {name: plain[name].isoformat() for name in ("starts_at", "ends_at")}
    return {**plain, **times, "form": arrangement.form.value, "hours": str(arrangement.hours)}


def from_json(plain: Mapping[str, Any]) -> Arrangement:
    """The arrangement again."""
    times = {name: datetime.fromisoformat(plain[name]) for name in ("starts_at", "ends_at")}
    kinds = {"form": CourseForm(plain["form"]), "hours": Decimal(plain["hours"])}
    return Arrangement(**{**plain, **times, **kinds})


def moved(span: Span, day: date, half: HalfDay, times: Mapping[HalfDay, tuple[time, time]]) -> Span:
    """A span of the same length on another day or half-day.

    It begins as long after the usual beginning of the new half-day as it did after that of its
    own: a second lesson of the morning becomes the second of the afternoon.
    """
    start = local(span.start)
    usual = datetime.combine(start.date(), times[half_day_of(span)][0], start.tzinfo)
    begins = datetime.combine(day, times[half][0]) + max(start - usual, timedelta(0))
    return Span(from_local(begins), from_local(begins) + span.length)
