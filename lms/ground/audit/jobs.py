"""Timed work on the audit trail."""

from __future__ import annotations

from lms.ground.audit import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import every


@every(minutes=1)
def seal() -> None:
    """Seal whatever is ripe."""
    at = now()
    while actions.seal(at=at):
        pass
