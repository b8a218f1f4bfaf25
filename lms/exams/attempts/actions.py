"""Making sheets, collecting what is over, extending, handing in for somebody else.

What candidates write goes through the journal, on its connection and in its transactions;
what staff and the clock write goes through the session like everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.exams.attempts import queries
from lms.exams.attempts.journal.handing_in import receipt_for
from lms.exams.attempts.models import Attempt, Reopening, Step
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.sheets import secrets_in, slots
from lms.exams.attempts.rules.states import (
    AttemptState,
    Standing,
    SubmittedBy,
    deadline_of,
    standing_still,
)
from lms.ground.audit.actions import Actor, System, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.papers.rules.drawing import own_numbers

SWEPT_AT_ONCE = 500
STILL_NEW = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """Who sits which variant, with options in the order of which seed."""

    person_id: int
    variant_id: int
    seed: int


def make_sheets(
    places: Iterable[Place],
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    grace_seconds: int,
    admission_id: int | None = None,
) -> list[Attempt]:
    """Make the sheets of a sitting in bulk, before it begins. Refused when a paper is not sound."""
    places = list(places)
    papers = queries.contents({place.variant_id for place in places})
    counts = {variant_id: _count_slots(content) for variant_id, content in papers.items()}
    made = [
        Attempt(
            person_id=place.person_id,
            variant_id=place.variant_id,
            seed=place.seed,
            slots=counts[place.variant_id],
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            grace_seconds=grace_seconds,
            admission_id=admission_id,
        )
        for place in places
    ]
    session.add_all(made)
    session.flush()
    return made


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
        if standing_still(at, one.paused_at) >= _ends(one, one.extension_minutes + minutes)
    ]
    if ended:
        names = "、".join(ended)
        raise Refused(f"{names}的考试时间已过，撤销交卷要同时写明补给的分钟数。")
    for attempt in attempts:
        session.add(_reopening(attempt, reason, by, at))
        attempt.submitted_at, attempt.submitted_by, attempt.receipt = None, None, ""
        attempt.answered, attempt.answer_digest = 0, ""
        attempt.extension_minutes += minutes
        _set_deadline(attempt)
        sentence = f"撤销{attempt.person.name}的“{attempt.title}”的交卷，继续作答：{reason}"
        record("attempts.reopen", attempt, sentence, by=by, at=at, minutes=minutes)
    return [attempt.id for attempt in attempts]


def extend(
    attempt_ids: Collection[int], *, minutes: int, reason: str, by: Actor, at: datetime
) -> list[int]:
    """Give candidates more time; those who are done are passed over. Refused when all are.

    The ids of those who got it.
    """
    if not 1 <= minutes <= 240:
        raise Refused("延长的时间应为 1 至 240 分钟。")
    if not reason:
        raise Refused("请写明延长时间的原因。")
    attempts = [one for one in queries.get_attempts(attempt_ids) if one.submitted_at is None]
    if not attempts:
        raise Refused("答卷都已交，不能再延长时间。")
    for attempt in attempts:
        attempt.extension_minutes += minutes
        if attempt.started_at is not None:
            _set_deadline(attempt)
        sentence = f"为{attempt.person.name}的“{attempt.title}”延长 {minutes} 分钟：{reason}"
        record("attempts.extend", attempt, sentence, by=by, at=at, minutes=minutes)
    return [attempt.id for attempt in attempts]


def pause(attempt_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> list[int]:
    """Let time stand still for those who are at their papers; their ids. Refused when nobody is."""
    if not reason:
        raise Refused("请写明暂停的原因。")
    running = [
        one
        for one in queries.get_attempts(attempt_ids)
        if one.paused_at is None and one.state(at) is AttemptState.RUNNING
    ]
    if not running:
        raise Refused("所选考生没有正在作答的，不能暂停。")
    for attempt in running:
        attempt.paused_at = at
        sentence = f"暂停{attempt.person.name}的“{attempt.title}”：{reason}"
        record("attempts.pause", attempt, sentence, by=by, at=at)
    return [attempt.id for attempt in running]


def resume(attempt_ids: Collection[int], *, by: Actor, at: datetime) -> dict[int, int]:
    """Let time go on, later by the pause in full minutes begun: `{attempt: minutes}`.

    Refused when nobody's was paused.
    """
    paused = [one for one in queries.get_attempts(attempt_ids) if one.paused_at and not one.receipt]
    if not paused:
        raise Refused("所选考生没有处于暂停中的。")
    given = {}
    for attempt in paused:
        assert attempt.paused_at is not None
        minutes = given[attempt.id] = max(0, -((attempt.paused_at - at) // timedelta(minutes=1)))
        attempt.extension_minutes += minutes
        attempt.paused_at = None
        _set_deadline(attempt)
        sentence = f"恢复{attempt.person.name}的“{attempt.title}”，补回 {minutes} 分钟"
        record("attempts.resume", attempt, sentence, by=by, at=at, minutes=minutes)
    return given


def tell(attempt_ids: Collection[int], *, text: str, by: Actor, at: datetime) -> list[int]:
    """Tell candidates something on their pages; the ids of those who are not done yet.

    What was told in the last minute stands before it, so that no page misses it.
    """
    if not text:
        raise Refused("请写明要告诉考生的话。")
    attempts = [one for one in queries.get_attempts(attempt_ids) if one.submitted_at is None]
    if not attempts:
        raise Refused("所选考生都已交卷，看不到通知了。")
    for attempt in attempts:
        recent = attempt.noticed_at is not None and at - attempt.noticed_at < STILL_NEW
        attempt.notice = f"{attempt.notice}\n{text}" if recent else text
        attempt.noticed_at = at
        sentence = f"告诉{attempt.person.name}（“{attempt.title}”）：{text}"
        record("attempts.tell", attempt, sentence, by=by, at=at)
    return [attempt.id for attempt in attempts]


def release(attempt_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> list[int]:
    """Take the lease from the pages of candidates, who go on at another device; their ids."""
    if not reason:
        raise Refused("请写明更换设备的原因。")
    attempts = [
        one for one in queries.get_attempts(attempt_ids) if one.lease and one.submitted_at is None
    ]
    if not attempts:
        raise Refused("所选考生没有打开着的答卷，不需要更换设备。")
    for attempt in attempts:
        attempt.lease += 1
        attempt.leased_at = at
        attempt.opened_from = ""
        sentence = f"收回{attempt.person.name}的“{attempt.title}”在原设备上的作答：{reason}"
        record("attempts.release", attempt, sentence, by=by, at=at, lease=attempt.lease)
    return [attempt.id for attempt in attempts]


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
            _set_deadline(attempt)
        session.add_all(_keyed_in(attempt, answers[attempt.id], present[attempt.id], at))
        session.flush()
        _collect([attempt], SubmittedBy.PAPER, at)
        sentence = f"录入{attempt.person.name}的“{attempt.title}”纸质答卷，答 {attempt.answered} 题"
        record("attempts.take_paper", attempt, sentence, by=by, at=at, before=before)


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


def _count_slots(content: Mapping[str, Any]) -> int:
    """How many slots a candidate gets; Refused for a paper that shows a key or is not numbered from 1."""
    numbers = [slot["number"] for slot in slots(content)] if content else []
    if not numbers or sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise Refused("试卷还没有封存，或题号不连续，不能用来考试。")
    if secrets_in(content):
        raise Refused("试卷内容里有答案或解析，不能发给考生，请重新封存。")
    return len(own_numbers(content, seed=0))


def _collect(attempts: Sequence[Attempt], by: SubmittedBy, at: datetime) -> None:
    """Close locked attempts on the answers that are kept."""
    answers = queries.responses([attempt.id for attempt in attempts])
    for attempt in attempts:
        receipt = receipt_for(attempt.id, answers[attempt.id], by, at)
        attempt.submitted_at, attempt.submitted_by = receipt.submitted_at, receipt.submitted_by
        attempt.answered, attempt.answer_digest = receipt.answered, receipt.digest
        attempt.receipt = receipt.code


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


def _ends(attempt: Attempt, extension_minutes: int) -> datetime:
    assert attempt.started_at is not None
    return deadline_of(
        started_at=attempt.started_at,
        closes_at=attempt.closes_at,
        minutes=attempt.minutes,
        extension_minutes=extension_minutes,
    )


def _set_deadline(attempt: Attempt) -> None:
    attempt.deadline = _ends(attempt, attempt.extension_minutes)
    attempt.accepts_until = attempt.deadline + timedelta(seconds=attempt.grace_seconds)


def _is_past(end: datetime | None, at: datetime) -> bool:
    return end is not None and at >= end
