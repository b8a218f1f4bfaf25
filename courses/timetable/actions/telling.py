"""Telling planners and advisers that something booked cannot stay as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from courses.timetable.queries import affected
from courses.venues.models import Booking
from courses.venues.rules import when
from lms.ground.notices.actions import tell
from lms.ground.spans import Span

_TOLD = 10


def tell_affected(what: str, numbers: Sequence[int], *, link: str, at: datetime) -> int:
    """One notice for each planner with all of it, one for each adviser and cohort; how many.

    `what` is what happened, as a sentence; `numbers` are the bookings that it affects.
    """
    found = {one.id: one for one in affected.bookings(numbers)}
    if not found:
        return 0
    planners = affected.planners()
    tell(planners, _subject(found), _body(what, found.values()), at=at, link=link)
    notices = len(planners)
    for adviser, cohorts in affected.advisers(list(found)).items():
        for cohort, own in cohorts.items():
            theirs = [found[number] for number in dict.fromkeys(own)]
            link = f"/timetable/cohorts/{cohort}"
            tell([adviser], _subject(theirs), _body(what, theirs), at=at, link=link)
            notices += 1
    return notices


def _subject(found: Collection[object]) -> str:
    return f"{len(found)}项安排需要调整"


def _body(what: str, found: Iterable[Booking]) -> str:
    told = [f"{when(Span(one.starts_at, one.ends_at))} {one.label}" for one in found]
    more = [f"另有{len(told) - _TOLD}项。"] if len(told) > _TOLD else []
    return "\n".join([what, "这些安排没有自动改动，请调整：", *told[:_TOLD], *more])
