"""Telling in a worker whom a closed venue concerns."""

from __future__ import annotations

from courses.timetable.actions.telling import tell_affected
from courses.venues.actions import AFFECTED
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work


@handles(AFFECTED, title="通知受影响的班次")
def tell(work: Work, what: str, bookings: list[int], link: str) -> None:
    """Planners and advisers get a notice of what has to be moved."""
    with work.writing():
        told = tell_affected(what, bookings, link=link, at=now())
    work.advance(1, 1, f"已通知{told}人")
