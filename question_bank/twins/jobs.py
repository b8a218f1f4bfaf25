"""Near-duplicates are looked for once a minute, among what was written since."""

from __future__ import annotations

from lms.ground import db
from lms.ground.clock import now
from lms.ground.jobs.handlers import every
from question_bank.twins import actions


@every(minutes=1)
def compare() -> None:
    """Compare whatever is new, a stretch at a time: each is kept before the next begins."""
    actions.forget_outdated()
    while actions.compare(at=now()):
        db.checkpoint()
