"""Scoring in a worker."""

from __future__ import annotations

from lms.exams.marking.actions import scoring
from lms.exams.marking.queries import exams
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work


@handles("marking.score", title="计分")
def score(work: Work, exam_id: int, reason: str, after: int) -> None:
    """Score all sheets of an exam: reading holds up nobody, what it comes to is written at once."""
    exam, at = exams.get_exam_for_work(exam_id), now()
    rows = scoring.scored(
        exam, at=at, told=lambda done, total: work.advance(done, total, "正在计分")
    )
    by = get_account(work.owner_id)
    with work.writing():
        scoring.keep(exam, rows, by=by, at=at, reason=reason, after=after)
