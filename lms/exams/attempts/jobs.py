"""Timed work: collecting the sheets whose time is over."""

from __future__ import annotations

from lms.exams.attempts import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import every


@every(minutes=1)
def sweep() -> None:
    """Close in bulk what is over already."""
    actions.sweep(at=now())
