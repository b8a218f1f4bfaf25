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
    """A link to what a room has of a cohort, lesson or booking; `argument` takes its number."""

    label: str
    endpoint: str
    argument: str


FROM_A_LESSON: tuple[Way, ...] = (
    Way(_l("授课邀请"), "invitations.of_lesson", "lesson_id"),
    Way(_l("课件"), "courseware.show", "lesson_id"),
)


CHORES: dict[str, tuple[Way, ...]] = {
    "planned": (
        Way(_l("安排教学计划"), "cohorts.courses", "cohort_id"),
        Way(_l("填写办班审批表"), "openings.show", "cohort_id"),
    ),
    "approved": (
        Way(_l("分配名额"), "quotas.show", "cohort_id"),
        Way(_l("发开班通知"), "openings.show", "cohort_id"),
    ),
    "open": (
        Way(_l("导入名册"), "rosters.upload", "cohort_id"),
        Way(_l("添加学员"), "rosters.candidates", "cohort_id"),
        Way(_l("排课、发布课程表"), "timetable.cohort", "cohort_id"),
        Way(_l("邀请教师"), "invitations.cohort", "cohort_id"),
    ),
    "running": (
        Way(_l("考勤"), "attendance.cohort", "cohort_id"),
        Way(_l("安排考试"), "sittings.new", "cohort"),
        Way(_l("鉴定"), "reviews.show_cohort", "cohort_id"),
        Way(_l("结班检查"), "closing.show", "cohort_id"),
    ),
}
"""What the office and the units do with a cohort at each stage, in this order."""


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
    return _open_ways(FROM_A_LESSON, lesson_id)


def chores_of_cohort(cohort_id: int, stage: str) -> list[tuple[str, str]]:
    """Label and address of what comes next for a cohort at this stage."""
    return _open_ways(CHORES.get(stage, ()), cohort_id)


def _open_ways(ways: tuple[Way, ...], number: int) -> list[tuple[str, str]]:
    found = [(way.label, link(way.endpoint, **{way.argument: number})) for way in ways]
    return [(label, address) for label, address in found if address]
