"""Timed work on the logs of sittings."""

from __future__ import annotations

from lms.exams.incidents import actions
from lms.ground.clock import now
from lms.ground.jobs.handlers import every


@every(minutes=1)
def seal() -> None:
    """Note who heard or made recordings beyond what items allow, or gave one for another item, and
    seal whatever is ripe."""
    actions.note_overplays(at=now())
    actions.note_overrecordings(at=now())
    actions.note_misnamings(at=now())
    actions.seal(at=now())
