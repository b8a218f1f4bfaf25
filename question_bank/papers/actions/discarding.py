"""Throwing a paper away before it is sealed."""

from __future__ import annotations

from datetime import datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.papers.models import Paper


def discard(paper: Paper, *, by: Actor, at: datetime) -> None:
    """Throw away a paper that was not sealed."""
    if paper.sealed_at is not None:
        raise Refused(f"“{paper.title}”已经封存，不能再改动。")
    record("papers.discard", paper, f"废弃了未封卷的试卷“{paper.title}”", by=by, at=at)
    session.delete(paper)
    session.flush()
