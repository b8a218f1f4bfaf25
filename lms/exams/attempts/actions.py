"""Making sheets, opening and keeping them, handing in, extending, collecting what is over.

What candidates write goes through the journal, on its connection and in its transactions;
what staff and the clock write goes through the session like everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, update

from lms.exams.attempts import queries
from lms.exams.attempts.journal import group as journal
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.digests import digest_of, receipt_code, receipt_text, slot_digests
from lms.exams.attempts.rules.operations import Batch, Beat, Login, Response
from lms.exams.attempts.rules.sheets import secrets_in, slots
from lms.exams.attempts.rules.states import (
    AttemptState,
    SubmittedBy,
    deadline_of,
    state_at,
)
from lms.ground.audit.actions import Actor, System, record
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.vault import sign

STALE = (
    "这场考试已在另一个窗口或设备上打开，本页已停止作答。"
    "本页没有来得及计入的作答已留存，如需采用请告诉监考人。"
)
SWEPT_AT_ONCE = 500


class Differs(Conflict):
    """The browser's answers and the server's are not the same; `slots` has the server's digests."""

    def __init__(self, slots: Mapping[int, str]) -> None:
        super().__init__("有作答还没有送达服务器，正在补传，请稍候再交卷。")
        self.slots = slots


@dataclass(frozen=True)
class Place:
    """Who sits which variant, with options in the order of which seed."""

    person_id: int
    variant_id: int
    seed: int


@dataclass(frozen=True)
class Opened:
    """A sheet under a new lease. `previous_lease` is 0 when the exam begins with this."""

    variant_id: int
    content_hash: str
    seed: int
    lease: int
    previous_lease: int
    deadline: datetime
    answers: Mapping[int, Response]


@dataclass(frozen=True)
class Receipt:
    """What a candidate takes home: `code` is signed for everything else here."""

    code: str
    digest: str
    answered: int
    submitted_at: datetime
    submitted_by: SubmittedBy


def make_sheets(
    places: Iterable[Place],
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    grace_seconds: int,
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
        )
        for place in places
    ]
    session.add_all(made)
    session.flush()
    return made


def open_sheet(attempt_id: int, login: Login, *, at: datetime) -> Opened:
    """Take the lease over, and begin the attempt if it has not begun: one conditional update.

    Missing when it is not the attempt of this log-in, Conflict when it can't be open at `at`.
    """
    return journal.run(partial(_open, attempt_id, login, at))


def save(batch: Batch) -> journal.Kept:
    """Keep operations; what is not in the answer's standings was not kept."""
    return journal.save(batch)


def beat(sign: Beat) -> journal.Presence:
    """Note that the candidate is there and say how the attempt stands; Missing for others."""
    presence = journal.beat(sign)
    if presence is None:
        raise Missing("这场考试")
    return presence


def submit(attempt_id: int, login: Login, *, lease: int, digest: str, at: datetime) -> Receipt:
    """Hand in, when `digest` is that of the answers kept here; Differs when it is not.

    Handing in again gives the same receipt. Once no more answers are taken, what is kept here
    is collected whatever the browser's digest.
    """
    return journal.run(partial(_submit, attempt_id, login, lease, digest, at))


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


def extend(
    attempt_ids: Collection[int], *, minutes: int, reason: str, by: Actor, at: datetime
) -> None:
    """Give candidates more time; those who are done are passed over. Refused when all are."""
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
            _set_deadline(attempt, attempt.started_at)
        sentence = f"为{attempt.person.name}的“{attempt.title}”延长 {minutes} 分钟：{reason}"
        record("attempts.extend", attempt, sentence, by=by, at=at, minutes=minutes)


def sweep(*, at: datetime) -> int:
    """Collect every sheet that takes no more answers; how many. State follows from time anyway."""
    wanted = queries.unsubmitted(at)
    for start in range(0, len(wanted), SWEPT_AT_ONCE):
        locked = queries.get_attempts(wanted[start : start + SWEPT_AT_ONCE])
        over = [one for one in locked if not one.submitted_at and _is_past(one.accepts_until, at)]
        _collect(over, SubmittedBy.TIME, at)
        for attempt in over:
            sentence = f"到时收取{attempt.person.name}的“{attempt.title}”答卷"
            record("attempts.sweep", attempt, sentence, by=System(), at=at)
    return len(wanted)


def receipt_of(sheet: Attempt | Row[Any]) -> Receipt:
    """The receipt of a submitted attempt."""
    return Receipt(
        sheet.receipt,
        sheet.answer_digest,
        sheet.answered,
        sheet.submitted_at,  # type: ignore[arg-type]
        sheet.submitted_by,  # type: ignore[arg-type]
    )


def _count_slots(content: Mapping[str, Any]) -> int:
    """How many slots; Refused for a paper that shows a key or is not numbered from 1."""
    numbers = [slot["number"] for slot in slots(content)] if content else []
    if not numbers or sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise Refused("试卷还没有封存，或题号不连续，不能用来考试。")
    if secrets_in(content):
        raise Refused("试卷内容里有答案或解析，不能发给考生，请重新封存。")
    return len(numbers)


def _open(attempt_id: int, login: Login, at: datetime, connection: Connection) -> Opened:
    sheet = queries.find_sheet(attempt_id, login, on=connection)
    if sheet is None:
        raise Missing("这场考试")
    _check_open(sheet, at)
    started_at = sheet.started_at or at
    deadline = deadline_of(
        started_at=started_at,
        closes_at=sheet.closes_at,
        minutes=sheet.minutes,
        extension_minutes=sheet.extension_minutes,
    )
    connection.execute(
        update(Attempt.__table__)  # type: ignore[arg-type]
        .where(Attempt.id == attempt_id)
        .values(
            lease=sheet.lease + 1,
            leased_at=at,
            started_at=started_at,
            deadline=deadline,
            accepts_until=deadline + timedelta(seconds=sheet.grace_seconds),
            last_seen_at=at,
        )
    )
    known = queries.responses([attempt_id], on=connection) if sheet.lease else {}
    return Opened(
        sheet.variant_id,
        sheet.content_hash,
        sheet.seed,
        sheet.lease + 1,
        sheet.lease,
        deadline,
        known.get(attempt_id, {}),
    )


def _check_open(sheet: Row[Any], at: datetime) -> None:
    """Raise Conflict unless the sheet can be answered at `at`."""
    state = state_at(
        at,
        opens_at=sheet.opens_at,
        closes_at=sheet.closes_at,
        extension_minutes=sheet.extension_minutes,
        deadline=sheet.deadline,
        submitted_at=sheet.submitted_at,
    )
    if state is AttemptState.WAITING:
        raise Conflict("考试还没有开始，请在候考页面等候。")
    if state is AttemptState.OVER:
        raise Conflict("考试时间已到，不能再作答。")
    if state is AttemptState.SUBMITTED:
        raise Conflict("这份答卷已经交了，不能再作答。")


def _submit(
    attempt_id: int, login: Login, lease: int, digest: str, at: datetime, connection: Connection
) -> Receipt:
    sheet = queries.find_sheet(attempt_id, login, on=connection)
    if sheet is None:
        raise Missing("这场考试")
    if sheet.submitted_at is not None:
        return receipt_of(sheet)
    if lease != sheet.lease:
        raise Conflict(STALE)
    answers = queries.responses([attempt_id], on=connection)[attempt_id]
    over = _is_past(sheet.accepts_until, at)
    if not over and digest != digest_of(answers):
        raise Differs(slot_digests(answers))
    by = SubmittedBy.TIME if over else SubmittedBy.CANDIDATE
    receipt = _receipt(attempt_id, answers, by, at)
    connection.execute(
        update(Attempt.__table__)  # type: ignore[arg-type]
        .where(Attempt.id == attempt_id)
        .values(_columns(receipt))
    )
    return receipt


def _collect(attempts: Sequence[Attempt], by: SubmittedBy, at: datetime) -> None:
    """Close locked attempts on the answers that are kept."""
    answers = queries.responses([attempt.id for attempt in attempts])
    for attempt in attempts:
        for name, value in _columns(_receipt(attempt.id, answers[attempt.id], by, at)).items():
            setattr(attempt, name, value)


def _receipt(
    attempt_id: int, answers: Mapping[int, Response], by: SubmittedBy, at: datetime
) -> Receipt:
    digest, answered = digest_of(answers), len(answers)
    text = receipt_text(attempt_id=attempt_id, answered=answered, digest=digest, submitted_at=at)
    return Receipt(receipt_code(sign(text)), digest, answered, at, by)


def _columns(receipt: Receipt) -> dict[str, Any]:
    return {
        "submitted_at": receipt.submitted_at,
        "submitted_by": receipt.submitted_by,
        "answered": receipt.answered,
        "answer_digest": receipt.digest,
        "receipt": receipt.code,
    }


def _set_deadline(attempt: Attempt, started_at: datetime) -> None:
    attempt.deadline = deadline_of(
        started_at=started_at,
        closes_at=attempt.closes_at,
        minutes=attempt.minutes,
        extension_minutes=attempt.extension_minutes,
    )
    attempt.accepts_until = attempt.deadline + timedelta(seconds=attempt.grace_seconds)


def _is_past(end: datetime | None, at: datetime) -> bool:
    return end is not None and at >= end
