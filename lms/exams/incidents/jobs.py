"""Timed work on the logs of sittings."""

from __future__ import annotations

from lms.exams.incidents import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import every


@every(minutes=1)
def seal() -> None:
    """Seal whatever is ripe."""
    actions.seal(at=now())
