"""A calendar as iCalendar (RFC 5545), in the school's time zone under its full name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import icalendar

from courses.calendars.rules import Appointment
from lms.ground.clock import local

REFRESH = timedelta(hours=6)


def ics(name: str, appointments: Iterable[Appointment]) -> bytes:
    """The calendar with its VTIMEZONE; a lesson keeps its UID from release to release."""
    calendar: Any = icalendar.Calendar()
    calendar.add("prodid", "-//Fengxue//Timetable//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{name}课程表")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for one in appointments:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(one: Appointment) -> Any:
    entry = one.entry
    event: Any = icalendar.Event()
    event.add("uid", f"lesson-{entry.lesson_id}@fengxue")
    event.add("dtstamp", one.at)
    event.add("sequence", one.number)
    event.add("dtstart", local(entry.starts_at))
    event.add("dtend", local(entry.ends_at))
    event.add("summary", f"{entry.course}（{entry.cohort}）" if entry.cohort else entry.course)
    if entry.venue:
        event.add("location", entry.venue)
    told = (
        f"{entry.form}，{entry.hours}学时",
        f"授课人：{entry.instructor}" if entry.instructor else "",
        f"主持人：{entry.host}" if entry.host else "",
        entry.note,
    )
    event.add("description", "\n".join(line for line in told if line))
    return event
