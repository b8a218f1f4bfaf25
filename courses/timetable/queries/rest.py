"""Reading on which days nobody teaches, as the norms in force say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from courses.timetable.rules.rest import RestDays, rest_days
from lms.ground.norms import queries as norms
from lms.ground.norms.models import Norm

WEEKDAYS = "timetable.weekdays"
REST_DAYS = "timetable.rest_days"


def rest_on(day: date) -> RestDays:
    """The days without lessons, by the norms in force on a day."""
    return rest_of(norms.in_force(WEEKDAYS, REST_DAYS, on=day))


def rest_of(found: Mapping[str, Norm]) -> RestDays:
    """The same from norms that have been read already; nothing said is no day of rest."""
    said = {code: norm.text or "" for code, norm in found.items()}
    return rest_days(said.get(WEEKDAYS, ""), said.get(REST_DAYS, ""))
