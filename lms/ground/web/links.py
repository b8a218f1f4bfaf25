"""Links from one room to another: shown to whoever may follow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from lms.ground.access import Permission, may


def link(endpoint: str, **values: Any) -> str:
    """The address of a page, or "" where the person at this request may not open it.

    A room that is not in the house has no page either.
    """
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return ""
    declared = str(getattr(view, "access", "public"))
    needed = [Permission(word) for word in declared.split()[1:]]
    return url_for(endpoint, **values) if not needed or any(map(may, needed)) else ""


@dataclass(frozen=True)
class Way:
    """A link to what another room has of a lesson or booking; `argument` takes its number."""

    label: str
    endpoint: str
    argument: str


FROM_A_LESSON: tuple[Way, ...] = (
    Way(_l("授课邀请"), "invitations.of_lesson", "lesson_id"),
    Way(_l("课件"), "courseware.show", "lesson_id"),
)


FROM_A_BOOKING = {
    "lesson": Way(_l("课"), "timetable.edit", "lesson_id"),
    "sitting": Way(_l("考试"), "sittings.show", "sitting_id"),
    "trip": Way(_l("现场教学"), "trips.show", "trip_id"),
}


def way_to_holder(kind: str, number: int) -> str:
    """The address of what holds a booking, or "" where it may not be opened."""
    way = FROM_A_BOOKING.get(kind)
    return link(way.endpoint, **{way.argument: number}) if way else ""


def ways_from_lesson(lesson_id: int) -> list[tuple[str, str]]:
    """Label and address of what other rooms have of a lesson, as far as it may be opened."""
    found = [(way.label, link(way.endpoint, **{way.argument: lesson_id})) for way in FROM_A_LESSON]
    return [(label, address) for label, address in found if address]
