"""Ending sheets, and what staff decide of those that are ended: counted in, from paper, open again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from lms.exams.attempts import queries
from lms.exams.attempts.journal.handing_in import receipt_for
from lms.exams.attempts.models import Attempt, Reopening, Step
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.states import Standing, SubmittedBy, standing_still
from lms.ground.audit.actions import Actor, System, record
from lms.ground.db import session
from lms.ground.errors import Refused

SWEPT_AT_ONCE = 500


def submit_for(attempt_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> None:
    """An invigilator hands in for candidates. Refused for one who has not begun or is done."""
    if not reason:
        raise Refused("请写明代为交卷的原因。")
    attempts = queries.get_attempts(attempt_ids)
    refusals = [
        f"{attempt.person.name}{'已经交卷' if attempt.submitted_at else '还没有开始作答'}，不能代交。"
        for attempt in attempts
        if attempt.submitted_at or not attempt.started_at
    ]
    if refusals:
        raise Refused(*refusals)
    _collect(attempts, SubmittedBy.INVIGILATOR, at)
    for attempt in attempts:
        sentence = f"为{attempt.person.name}代交“{attempt.title}”的答卷：{reason}"
        record("attempts.submit_for", attempt, sentence, by=by, at=at, digest=attempt.answer_digest)


def reopen(
    attempt_ids: Collection[int], *, minutes: int, reason: str, by: Actor, at: datetime
) -> list[int]:
    """Let candidates go on who were handed in by mistake, with so many minutes more; their ids.

    Sheets that are still open, and those that were keyed in from paper, are passed over. Refused
    when nobody is left, once the result is released, and where no time would be left to go on.
    """
    if not reason:
        raise Refused("请写明撤销交卷的原因。")
    attempts = [
        one
        for one in queries.get_attempts(attempt_ids)
        if one.submitted_at is not None and one.submitted_by is not SubmittedBy.PAPER
    ]
    if not attempts:
        raise Refused("所选考生没有在本机交了卷的，不需要撤销。")
    if queries.released(attempts):
        raise Refused("成绩已经公布，不能再撤销交卷；确需重考的请安排补考。")
    ended = [
        one.person.name
        for one in attempts
        if standing_still(at, one.paused_at) >= one.deadline_with(one.extension_minutes + minutes)
    ]
    if ended:
        names = "、".join(ended)
        raise Refused(f"{names}的考试时间已过，撤销交卷要同时写明补给的分钟数。")
    for attempt in attempts:
        session.add(_reopening(attempt, reason, by, at))
        attempt.submitted_at, attempt.submitted_by, attempt.receipt = None, None, ""
        attempt.answered, attempt.answer_digest = 0, ""
        attempt.extension_minutes += minutes
        attempt.set_deadline()
        sentence = f"撤销{attempt.person.name}的“{attempt.title}”的交卷，继续作答：{reason}"
        record("attempts.reopen", attempt, sentence, by=by, at=at, minutes=minutes)
    return [attempt.id for attempt in attempts]


def sweep(*, at: datetime) -> int:
    """Collect every sheet that takes no more answers; how many. State follows from time anyway."""
    wanted, count = queries.unsubmitted(at), 0
    for start in range(0, len(wanted), SWEPT_AT_ONCE):
        locked = queries.get_attempts(wanted[start : start + SWEPT_AT_ONCE])
        over = [
            one
            for one in locked
            if not one.submitted_at and not one.paused_at and _is_past(one.accepts_until, at)
        ]
        _collect(over, SubmittedBy.TIME, at)
        count += len(over)
        for attempt in over:
            sentence = f"到时收取{attempt.person.name}的“{attempt.title}”答卷"
            record("attempts.sweep", attempt, sentence, by=System(), at=at)
    return count


def take_paper(answers: Mapping[int, Mapping[int, Response]], *, by: Actor, at: datetime) -> None:
    """Take what candidates wrote on paper for their answers, `{attempt: {slot: response}}`.

    It goes under a lease of its own, so whatever a screen still brings is set aside; every sheet
    gets a receipt for what it then has. What stood there before stays among the steps.
    """
    attempts = queries.get_attempts(answers)
    present = queries.responses(list(answers))
    for attempt in attempts:
        before = attempt.receipt
        attempt.lease += 1
        attempt.leased_at = at
        attempt.paused_at = None
        if attempt.started_at is None:
            attempt.started_at = attempt.opens_at
            attempt.set_deadline()
        session.add_all(_keyed_in(attempt, answers[attempt.id], present[attempt.id], at))
        session.flush()
        _collect([attempt], SubmittedBy.PAPER, at)
        sentence = f"录入{attempt.person.name}的“{attempt.title}”纸质答卷，答 {attempt.answered} 题"
        record("attempts.take_paper", attempt, sentence, by=by, at=at, before=before)


def count_in(step_ids: Collection[int], *, by: Actor, at: datetime) -> dict[int, str]:
    """Let steps that were set aside count after all, each in its own place among the others.

    A sheet that is handed in gets a receipt for the answers that it then has; `{attempt:
    the receipt it had before}`.
    """
    steps = queries.get_steps(step_ids)
    attempts = queries.get_attempts({step.attempt_id for step in steps})
    for step in steps:
        step.standing = Standing.COUNTS
    session.flush()
    before = {one.id: one.receipt for one in attempts}
    answers = queries.responses([one.id for one in attempts])
    for attempt in attempts:
        if attempt.submitted_at is not None and attempt.submitted_by is not None:
            receipt = receipt_for(
                attempt.id, answers[attempt.id], attempt.submitted_by, attempt.submitted_at
            )
            attempt.answered, attempt.answer_digest = receipt.answered, receipt.digest
            attempt.receipt = receipt.code
        sentence = f"把留存的作答计入{attempt.person.name}的“{attempt.title}”"
        record("attempts.count_in", attempt, sentence, by=by, at=at, before=before[attempt.id])
    return before


def _collect(attempts: Sequence[Attempt], by: SubmittedBy, at: datetime) -> None:
    """Close locked attempts on the answers that are kept."""
    answers = queries.responses([attempt.id for attempt in attempts])
    for attempt in attempts:
        receipt = receipt_for(attempt.id, answers[attempt.id], by, at)
        attempt.submitted_at, attempt.submitted_by = receipt.submitted_at, receipt.submitted_by
        attempt.answered, attempt.answer_digest = receipt.answered, receipt.digest
        attempt.receipt = receipt.code


def _reopening(attempt: Attempt, reason: str, by: Actor, at: datetime) -> Reopening:
    assert attempt.submitted_at is not None and attempt.submitted_by is not None
    return Reopening(
        attempt_id=attempt.id,
        submitted_at=attempt.submitted_at,
        submitted_by=attempt.submitted_by,
        answered=attempt.answered,
        answer_digest=attempt.answer_digest,
        receipt=attempt.receipt,
        reason=reason,
        reopened_by=by.name,
        reopened_at=at,
    )


def _keyed_in(
    attempt: Attempt,
    answers: Mapping[int, Response],
    present: Mapping[int, Response],
    at: datetime,
) -> list[Step]:
    changed = [
        (number, value)
        for number, value in sorted(answers.items())
        if value is not None or number in present
    ]
    return [
        Step(
            attempt_id=attempt.id,
            lease=attempt.lease,
            seq=seq,
            number=number,
            value=value,
            received_at=at,
        )
        for seq, (number, value) in enumerate(changed, start=1)
    ]


def _is_past(end: datetime | None, at: datetime) -> bool:
    return end is not None and at >= end
