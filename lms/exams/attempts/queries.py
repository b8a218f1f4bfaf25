"""Reading attempts. Whose they are is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select, true
from sqlalchemy.orm import joinedload

from lms.exams.attempts.models import Admission, Attempt, Reopening, Sighting, Step
from lms.exams.attempts.rules.digests import digest_of, receipt_code, receipt_text
from lms.exams.attempts.rules.doors import Door
from lms.exams.attempts.rules.operations import Login, Response, canonical
from lms.exams.attempts.rules.papers import SealedPaper
from lms.exams.attempts.rules.sheets import slots
from lms.exams.attempts.rules.sightings import FACTS
from lms.exams.attempts.rules.states import AttemptState, Standing
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role, permissions_of
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import Database, database, session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload
from lms.ground.vault import sign
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import own_content

STUDYING = frozenset(role for role in Role if Permission.STUDY in ROLE_PERMISSIONS[role])


def attempts_of(account: Account) -> list[Attempt]:
    """The attempts of the person whose log-in this is, the next and latest first."""
    mine = select(Attempt).join(Attempt.person).where(Person.account_id == account.id)
    return list(session.scalars(mine.order_by(Attempt.opens_at.desc(), Attempt.id.desc())))


Outcomes = Callable[[Collection[int]], dict[int, int]]

_outcomes: list[Outcomes] = []


def tells_outcomes(read: Outcomes) -> Outcomes:
    """Register what knows of released results, which stand above this room: of these attempts the
    exam whose result counts them."""
    _outcomes.append(read)
    return read


def released(attempts: Collection[Attempt]) -> dict[int, int]:
    """The number of the exam by attempt, for those of these whose result is released."""
    numbers = [one.id for one in attempts]
    return {key: exam for read in _outcomes for key, exam in read(numbers).items()}


def get_own_attempt(attempt_id: int, account: Account) -> Attempt:
    """The candidate's own attempt with person and variant's hash; Missing for anybody else."""
    mine = (
        select(Attempt)
        .join(Attempt.person)
        .options(
            joinedload(Attempt.person),
            joinedload(Attempt.admission),
            joinedload(Attempt.variant).load_only(Variant.content_hash),
        )
        .where(Attempt.id == attempt_id, Person.account_id == account.id)
    )
    attempt = session.scalar(mine)
    if attempt is None:
        raise Missing("这场考试")
    return attempt


def get_attempts(attempt_ids: Collection[int]) -> list[Attempt]:
    """These attempts with their people, locked until the transaction ends, by id."""
    wanted = (
        select(Attempt)
        .options(joinedload(Attempt.person))
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    return list(session.scalars(wanted))


def get_steps(step_ids: Collection[int]) -> list[Step]:
    """These steps, locked until the transaction ends."""
    wanted = select(Step).where(Step.id.in_(step_ids)).order_by(Step.id)
    return list(session.scalars(wanted.with_for_update()))


def facts(attempt_id: int, login: Login, *, on: Database) -> list[list[Any]]:
    """`[lease, seq, kind, detail]` of everything that was played or recorded on any device.

    Missing where the attempt is not this log-in's, or not through this door.
    """
    mine = (
        select(Attempt.id, Sighting.lease, Sighting.seq, Sighting.kind, Sighting.detail)
        .join(Person, Person.id == Attempt.person_id)
        .join(Account, Account.id == Person.account_id)
        .outerjoin(Sighting, and_(Sighting.attempt_id == Attempt.id, Sighting.kind.in_(FACTS)))
        .where(Attempt.id == attempt_id, Account.id == login.account_id, _holds(login))
        .where(or_(Attempt.admission_id.is_(None), Attempt.admission_id == login.door))
        .order_by(Sighting.lease, Sighting.seq)
    )
    with on.open(writes=False) as reader:
        rows = reader.execute(mine).all()
    if not rows:
        raise Missing("这场考试")
    return [[*told] for _, *told in rows if told[0] is not None]


def permissions_of_login(login: Login) -> frozenset[Permission]:
    """What a log-in may do; nothing when it has ended."""
    roles = select(Grant.role).join(Account).where(Account.id == login.account_id)
    return permissions_of(frozenset(session.scalars(roles.where(_is_active(login)))))


def is_own(attempt_id: int, login: Login) -> bool:
    """Does the attempt belong to whoever is, still, logged in so?"""
    mine = (
        select(Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Account, Account.id == Person.account_id)
        .where(Attempt.id == attempt_id, Account.id == login.account_id, _holds(login))
    )
    return session.scalar(mine) is not None


def responses(attempt_ids: Collection[int]) -> dict[int, dict[int, Response]]:
    """The present answers, `{attempt: {slot number: response}}`, in one statement.

    A slot that was never answered, or was cleared, is not there; an attempt without
    answers has an empty mapping.
    """
    found: dict[int, dict[int, Response]] = {attempt_id: {} for attempt_id in attempt_ids}
    for row in session.execute(latest_steps(attempt_ids)):
        if row.value is not None:
            found[row.attempt_id][row.number] = row.value
    return found


def latest_steps(attempt_ids: Collection[int] | Select[Any]) -> Select[Any]:
    """`(attempt_id, number, value)` of the counting step of highest (lease, seq) of each slot."""
    place = (
        func.row_number()
        .over(
            partition_by=(Step.attempt_id, Step.number),
            order_by=(Step.lease.desc(), Step.seq.desc()),
        )
        .label("place")
    )
    counting = (
        select(Step.attempt_id, Step.number, Step.value, place)
        .where(Step.attempt_id.in_(attempt_ids), Step.standing == Standing.COUNTS)
        .subquery()
    )
    return select(counting.c.attempt_id, counting.c.number, counting.c.value).where(
        counting.c.place == 1
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a candidate has come, from the steps alone; counts are of steps but `answered`."""

    answered: int = 0
    late: int = 0
    set_aside: int = 0
    last_step_at: datetime | None = None


def progress(attempt_ids: Collection[int]) -> dict[int, Progress]:
    """Answered slots, late and set-aside steps and the last step of every attempt, in two
    statements."""
    latest = latest_steps(attempt_ids).subquery()
    answered = select(latest.c.attempt_id, func.count()).where(
        cast(latest.c.value, String) != canonical(None)
    )
    counts = {row[0]: row[1] for row in session.execute(answered.group_by(latest.c.attempt_id))}
    is_late = and_(Step.standing == Standing.COUNTS, Step.received_at >= Attempt.deadline)
    marks = (
        select(
            Step.attempt_id,
            func.count().filter(is_late),
            func.count().filter(Step.standing != Standing.COUNTS),
            func.max(Step.received_at),
        )
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(Step.attempt_id.in_(attempt_ids))
        .group_by(Step.attempt_id)
    )
    found = {
        attempt_id: Progress(counts.get(attempt_id, 0), late, aside, last)
        for attempt_id, late, aside, last in session.execute(marks)
    }
    return {attempt_id: found.get(attempt_id, Progress()) for attempt_id in attempt_ids}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is a receipt this house's own, and are the answers still those that it was given for?"""

    signed: bool
    unchanged: bool


def verify(attempt: Attempt) -> Verdict:
    """Compute the receipt of a submitted attempt again, from its row and from its steps."""
    return verdict(attempt, responses([attempt.id])[attempt.id])


def verdict(attempt: Attempt, answers: Mapping[int, Response]) -> Verdict:
    """The same, for answers that were read before."""
    assert attempt.submitted_at is not None
    text = receipt_text(
        attempt_id=attempt.id,
        answered=attempt.answered,
        digest=attempt.answer_digest,
        submitted_at=attempt.submitted_at,
    )
    signed = receipt_code(sign(text)) == attempt.receipt
    return Verdict(signed, digest_of(answers) == attempt.answer_digest)


def get_picture(attempt: Attempt, upload_id: int, *, at: datetime) -> Upload:
    """A picture or recording of the attempt's own paper; Missing for any other upload, and for
    all of them before the exam begins."""
    if attempt.state(at) is AttemptState.WAITING:
        raise Missing("这个图片或录音")
    paper = sealed(attempt.variant_id, attempt.variant.content_hash)
    content = own_content(paper.content, attempt.seed)
    shown = {media for slot in slots(content) for media in slot.get("media") or () if media}
    upload = session.get(Upload, upload_id) if upload_id in shown else None
    if upload is None:
        raise Missing("这个图片或录音")
    return upload


def find_door(sign: str, *, on: Database) -> Door | None:
    """The door that a page names, from memory once this process has read it: doors never change."""
    number, _, mark = sign.partition(".")
    return _door(on, int(number), mark) if number.isdecimal() and len(number) < 10 else None


@lru_cache(maxsize=256)
def _door(database: Database, admission_id: int, mark: str) -> Door | None:
    with database.open(writes=False) as reader:
        found = reader.get(Admission, admission_id)
        return found.door if found is not None and found.mark == mark else None


def find_own_door(attempt_id: int, login: Login) -> Door | None:
    """The door of a paper that is this log-in's own; None where there is no such door."""
    mine = (
        select(Admission)
        .join(Attempt, Attempt.admission_id == Admission.id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Account, Account.id == Person.account_id)
        .where(Attempt.id == attempt_id, Account.id == login.account_id, _holds(login))
    )
    found = session.scalar(mine)
    return None if found is None else found.door


def sealed(variant_id: int, content_hash: str, *, on: Database | None = None) -> SealedPaper:
    """What candidates see of a variant: immutable, so from memory once this process has read it."""
    return _sealed(on or database(), variant_id, content_hash)


@lru_cache(maxsize=64)
def _sealed(database: Database, variant_id: int, _content_hash: str) -> SealedPaper:
    with database.open(writes=False) as reader:
        content = reader.scalars(select(Variant.content).where(Variant.id == variant_id)).one()
    return SealedPaper(content)


def contents(variant_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """The contents of variants, as they were sealed."""
    rows = session.execute(
        select(Variant.id, Variant.content).where(Variant.id.in_(set(variant_ids)))
    )
    return {row.id: row.content for row in rows}


def unsubmitted(at: datetime) -> list[int]:
    """The ids of attempts that were begun, are not submitted, and take no more answers at `at`."""
    over = (
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline <= at, Attempt.accepts_until <= at)
        .where(Attempt.paused_at.is_(None))
        .order_by(Attempt.id)
    )
    return list(session.scalars(over))


def find_receipt(code: str, account: Account) -> Attempt | None:
    """The attempt with this receipt; candidates find their own only."""
    wanted = select(Attempt).join(Attempt.person).options(joinedload(Attempt.person))
    held = Attempt.receipt == code, Attempt.submitted_at.is_not(None)
    return session.scalar(wanted.where(*held, _may_check(account)))


def find_void_receipt(code: str, account: Account) -> Reopening | None:
    """What a receipt said that is void because its sheet was opened again, with sheet and person;
    candidates find their own only."""
    wanted = (
        select(Reopening)
        .join(Reopening.attempt)
        .join(Attempt.person)
        .options(joinedload(Reopening.attempt).joinedload(Attempt.person))
        .where(Reopening.receipt == code, _may_check(account))
        .order_by(Reopening.id.desc())
    )
    return session.scalars(wanted.limit(1)).first()


def _may_check(account: Account) -> Any:
    """The WHERE clause on Person: whose receipts this account may look up."""
    if account.permissions & {Permission.INVIGILATE, Permission.ARRANGE_EXAMS}:
        return true()
    return Person.account_id == account.id


def _is_active(login: Login) -> Any:
    return and_(Account.epoch == login.epoch, Account.disabled_at.is_(None))


def _holds(login: Login) -> Any:
    studies = select(Grant.id).where(Grant.account_id == Account.id, Grant.role.in_(STUDYING))
    return and_(_is_active(login), studies.exists())
