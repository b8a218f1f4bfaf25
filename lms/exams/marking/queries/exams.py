"""Reading exams for marking: their sheets, and the items of them that people mark."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort
from lms.exams.attempts.models import Attempt
from lms.exams.marking.queries.schemes import exam_scope
from lms.exams.marking.rules.points import RubricLine, is_marked, rubric, unfinished_sentences
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.uploads.models import Upload
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import own_numbers


@dataclass(frozen=True, slots=True)
class Task:
    """An item of an exam that people mark: where it stands in the variants, and how it is marked.

    `slot` and `answer` are the documents of its first place; in all places it is the same item.
    """

    item_version_id: int
    kind: str
    label: str
    places: frozenset[tuple[int, int]]
    slot: Mapping[str, Any]
    answer: Mapping[str, Any]
    lines: tuple[RubricLine, ...]

    @property
    def media(self) -> list[int | None]:
        """The pictures and recordings of the item, also those that a rationale shows."""
        return list(self.answer.get("media") or self.slot.get("media") or ())

    @property
    def full(self) -> Fraction:
        """The points that people give."""
        return Fraction(sum((line.points for line in self.lines), Decimal(0)))


def page_of_exams(account: Account, *, search: str = "", page: int | None = None) -> Page[Exam]:
    """Exams that `account` has a part in, whose title or cohort contains `search`, the latest
    first."""
    statement = (
        select(Exam)
        .join(Exam.cohort)
        .options(joinedload(Exam.cohort))
        .where(Exam.withdrawal_id.is_(None), exam_scope(account))
        .order_by(Cohort.starts_on.desc(), Exam.id.desc())
    )
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Exam.title.ilike(wanted), Cohort.title.ilike(wanted)))
    return paginate(statement, number=page)


def sheet_counts(exam_ids: Collection[int]) -> dict[int, int]:
    """How many sheets of each exam were begun; no entry means none."""
    begun = (
        select(Sitting.exam_id, func.count())
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Attempt, Attempt.id == Candidate.attempt_id)
        .where(Sitting.exam_id.in_(exam_ids), Attempt.started_at.is_not(None))
        .group_by(Sitting.exam_id)
    )
    return {row[0]: row[1] for row in session.execute(begun)}


def get_exam(exam_id: int, account: Account) -> Exam:
    """The exam with its cohort; Missing also for whoever has no part in its marking."""
    return _one(select(Exam).where(Exam.id == exam_id, exam_scope(account)))


def get_exam_for_work(exam_id: int) -> Exam:
    """The exam as `get_exam` gives it, for a worker, whose work is nobody's view."""
    return _one(select(Exam).where(Exam.id == exam_id))


def _one(wanted: Select[Exam]) -> Exam:
    exam = session.scalar(wanted.options(joinedload(Exam.cohort)))
    if exam is None:
        raise Missing("这次考试")
    return exam


def lock_exam(exam_id: int) -> None:
    """Whoever else would score or open this exam waits until this transaction ends."""
    session.execute(select(Exam.id).where(Exam.id == exam_id).with_for_update())


def variants(exam: Exam) -> dict[int, Variant]:
    """The variants of the exam's paper by id, with their frozen documents."""
    found = session.scalars(select(Variant).where(Variant.paper_id == exam.paper_id))
    return {variant.id: variant for variant in found}


def numbers_of_items(exam: Exam, sheets: Iterable[Attempt]) -> dict[int, dict[int, int]]:
    """Which number an item has on every sheet that has it, `{attempt: {item version: number}}`."""
    known = variants(exam)
    return {sheet.id: items_of(known[sheet.variant_id], sheet.seed) for sheet in sheets}


def items_of(variant: Variant, seed: int) -> dict[int, int]:
    """The number of every item on a candidate's sheet, by item version."""
    numbers = enumerate(own_numbers(variant.content, seed), start=1)
    return {int(variant.answers[str(one)]["item_version_id"]): at for at, one in numbers}


def tasks(exam: Exam) -> list[Task]:
    """The items of the exam that people mark, as they come in the first variant."""
    grouped: dict[int, list[tuple[Variant, int, Mapping[str, Any]]]] = {}
    for variant in sorted(variants(exam).values(), key=lambda one: one.code):
        for number, slot in sorted(slots_of(variant.content).items()):
            entry = variant.answers[str(number)]
            if is_marked(entry):
                places = grouped.setdefault(int(entry["item_version_id"]), [])
                places.append((variant, number, slot))
    return [_task(item, places) for item, places in grouped.items()]


def get_task(exam: Exam, item_version_id: int) -> Task:
    """The item as it is marked in this exam, or Missing."""
    for task in tasks(exam):
        if task.item_version_id == item_version_id:
            return task
    raise Missing("这道需要评阅的题")


def get_picture(task: Task, upload_id: int) -> Upload:
    """A picture or recording of the item; Missing for any other upload."""
    upload = session.get(Upload, upload_id) if upload_id in task.media else None
    if upload is None:
        raise Missing("这个图片或录音")
    return upload


def sheets(exam_id: int) -> list[Attempt]:
    """All sheets of the exam that were begun."""
    begun = attempts(exam_id).where(Attempt.started_at.is_not(None)).order_by(Attempt.id)
    return list(session.scalars(begun))


def attempts(exam_id: int) -> Select[Attempt]:
    """The sheets of the exam's candidates."""
    return (
        select(Attempt)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Sitting.exam_id == exam_id)
    )


def count_unfinished(exam_id: int, *, at: datetime) -> int:
    """How many candidates of the exam may still hand something in, or have not begun in time."""
    ends = func.coalesce(Attempt.accepts_until, Attempt.deadline, Attempt.closes_at)
    waiting = and_(Candidate.attempt_id.is_(None), Sitting.closes_at > at)
    working = and_(Attempt.submitted_at.is_(None), ends > at)
    statement = (
        select(func.count())
        .select_from(Candidate)
        .join(Candidate.sitting)
        .outerjoin(Candidate.attempt)
        .where(Sitting.exam_id == exam_id, or_(waiting, working))
    )
    return session.scalar(statement) or 0


def unfinished(exam_id: int, *, at: datetime) -> list[str]:
    """Why the exam can't be scored yet, as sentences; [] when it can."""
    return unfinished_sentences(count_unfinished(exam_id, at=at), count_candidates(exam_id))


def count_candidates(exam_id: int) -> int:
    """How many seats the exam's sittings have given out."""
    seats = select(func.count()).select_from(Candidate).join(Candidate.sitting)
    return session.scalar(seats.where(Sitting.exam_id == exam_id)) or 0


def slots_of(content: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """The slots of a variant's content by number."""
    return {int(slot["number"]): slot for part in content["sections"] for slot in part["slots"]}


def _task(item: int, places: list[tuple[Variant, int, Mapping[str, Any]]]) -> Task:
    variant, number, slot = places[0]
    answer = variant.answers[str(number)]
    label = "、".join(f"{one.code}卷第{at}题" for one, at, _slot in places)
    return Task(
        item_version_id=item,
        kind=str(answer["kind"]),
        label=label,
        places=frozenset((one.id, at) for one, at, _slot in places),
        slot=slot,
        answer=answer,
        lines=rubric(answer),
    )
