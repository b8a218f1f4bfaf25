"""Reminding of courseware every morning."""

from __future__ import annotations

from courses.courseware import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import daily


@daily(hour=8, minute=10)
def remind() -> None:
    """Tell who has to hand in, and the office what is late."""
    actions.remind(at=now())
