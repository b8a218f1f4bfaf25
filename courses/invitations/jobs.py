"""Reminding instructors every morning."""

from __future__ import annotations

from courses.invitations import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import daily


@daily(hour=8)
def remind() -> None:
    """Ask for answers that have not come, and remind of lessons that are near."""
    actions.remind(at=now())
