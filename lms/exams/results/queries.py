"""Reading results: what an exam comes to, what is released, and what a learner may read of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from courses.cohorts.models import Cohort, Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses, tells_outcomes
from lms.exams.marking.models import ScoringRun
from lms.exams.marking.queries.corrections import at_run
from lms.exams.marking.queries.exams import slots_of, variants
from lms.exams.marking.queries.runs import find_latest_run, sheet_scores, slot_scores
from lms.exams.marking.rules.corrections import corrected_answers
from lms.exams.marking.rules.points import SlotScore, full_score
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import of_sheet
from lms.exams.recordings.rules.pieces import named_in
from lms.exams.results.models import Release, Result
from lms.exams.results.rules import (
    Band,
    Cell,
    Outcome,
    Report,
    absent,
    cell,
    outcome,
    parse_bands,
    parse_cap,
    report,
)
from lms.exams.sittings.models import Candidate, Exam, LearnerExemption, MakeUpCall, Sitting
from lms.exams.sittings.queries.absences import absences
from lms.exams.sittings.queries.exams import standing_exams
from lms.exams.sittings.rules import ExamPurpose
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms.queries import fraction, text
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload
from question_bank.items.queries import files
from question_bank.papers.rules.drawing import own_answers


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate of an exam and what the sheet comes to; no attempt means absent."""

    enrolment: Enrolment
    attempt_id: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ReadSlot:
    """One slot of a released sheet: what stood there, and the points with their reasons."""

    section: str
    report: Report
    score: SlotScore


def get_exam(exam_id: int) -> Exam:
    """The exam with cohort and programme, or Missing."""
    exam = session.scalar(
        select(Exam)
        .options(joinedload(Exam.cohort).joinedload(Cohort.programme))
        .where(Exam.id == exam_id)
    )
    if exam is None:
        raise Missing("这次考试")
    return exam


def get_exam_with_courses(exam_id: int) -> Exam:
    """The standing exam with cohort, programme and courses, or Missing."""
    exam = session.scalar(
        select(Exam)
        .options(joinedload(Exam.cohort).joinedload(Cohort.programme), selectinload(Exam.courses))
        .where(Exam.id == exam_id, Exam.withdrawal_id.is_(None))
        .execution_options(populate_existing=True)
    )
    if exam is None:
        raise Missing("这次考试")
    return exam


def to_make_up(exam_id: int) -> list[Enrolment]:
    """Who missed or failed an exam by its standing release, has no 免考, and is called nowhere yet."""
    again = aliased(Exam)
    called = exists().where(
        MakeUpCall.enrolment_id == Result.enrolment_id,
        MakeUpCall.exam_id == again.id,
        again.makes_up_id == exam_id,
        again.withdrawal_id.is_(None),
    )
    exempt = exists().where(
        LearnerExemption.exam_id == exam_id,
        LearnerExemption.enrolment_id == Result.enrolment_id,
    )
    wanted = _released().where(
        Exam.id == exam_id,
        Exam.makes_up_id.is_(None),
        Exam.withdrawal_id.is_(None),
        Result.passed.is_(False),
        Enrolment.withdrawn_on.is_(None),
        ~called,
        ~exempt,
    )
    return [result.enrolment for result in session.scalars(wanted)]


def bands(exam: Exam, run: ScoringRun) -> tuple[Band, ...]:
    """The grade bands in force for the exam's programme on the day of the run."""
    return parse_bands(text("exam.bands", on=local(run.started_at).date(), scope=_scope(exam)))


def lines(exam: Exam, run: ScoringRun) -> list[Line]:
    """All candidates by learner number with what a run makes of their sheets.

    Of somebody who sat the exam twice the later sheet counts; who left the cohort without
    sitting it is not listed.
    """
    scores, limits = sheet_scores(run), bands(exam, run)
    step = fraction("exam.score_step", on=local(run.started_at).date(), scope=_scope(exam))
    cap = cap_of(exam, run)
    full = max(
        full_score(own_answers(variant.content, variant.answers, seed=0))
        for variant in variants(exam).values()
    )
    found = []
    for candidate in _last_candidates(exam.id):
        score = scores.get(candidate.attempt_id or 0)
        result = absent(full)
        if score is not None:
            result = outcome(
                score.points,
                score.full_points,
                pass_score=exam.pass_score,
                bands=limits,
                step=step,
                cap=cap,
            )
        attempt_id = None if score is None else candidate.attempt_id
        found.append(Line(candidate.enrolment, attempt_id, result))
    return found


def cap_of(exam: Exam, run: ScoringRun) -> Decimal | None:
    """What a make-up can earn at most, of 100, on the day of the run; None where nothing limits it."""
    if exam.makes_up_id is None:
        return None
    told = text("results.make_up_cap", on=local(run.started_at).date(), scope=_scope(exam))
    return parse_cap(told, pass_score=exam.pass_score)


def changes(exam: Exam, lines: Collection[Line]) -> list[tuple[Line, Result | None]]:
    """Whose score or grade would be other than what is released, with the released result; []
    before the first release."""
    before = {one.enrolment_id: one for one in released_of_exam(exam.id)}
    found = [(line, before.get(line.enrolment.id)) for line in lines]
    return [
        (line, one)
        for line, one in found
        if before
        and (one is None or (one.score, one.grade) != (line.outcome.score, line.outcome.grade))
    ]


@tells_outcomes
def exams_by_attempt(attempt_ids: Collection[int]) -> dict[int, int]:
    """The exams of those of these attempts that count in a released result, by attempt."""
    wanted = select(Result.attempt_id, Result.exam_id).where(
        Result.attempt_id.in_(attempt_ids),
        Result.run_id.in_(select(Release.run_id).where(latest_release())),
    )
    return {row[0]: row[1] for row in session.execute(wanted) if row[0] is not None}


def made_up(exam_id: int) -> dict[int, Result]:
    """The released results of an exam's make-ups by enrolment; of several the best."""
    again = aliased(Exam)
    wanted = (
        select(Result)
        .join(again, again.id == Result.exam_id)
        .where(
            again.makes_up_id == exam_id,
            Result.run_id.in_(select(Release.run_id).where(latest_release())),
        )
        .order_by(Result.score)
    )
    return {one.enrolment_id: one for one in session.scalars(wanted)}


@dataclass(frozen=True, slots=True)
class Board:
    """Learner × required exam of a cohort: the cells of each learner in the order of `exams`."""

    exams: Sequence[Exam]
    rows: Sequence[tuple[Enrolment, Sequence[Cell]]]

    @property
    def holes(self) -> int:
        return sum(one.is_hole for _enrolment, cells in self.rows for one in cells)


def board(cohort_id: int, *, at: datetime) -> Board:
    """How all learners of a cohort stand with its required exams, in five statements."""
    standing = standing_exams(cohort_id)
    original = {exam.id: exam.makes_up_id or exam.id for exam in standing}
    outcomes: dict[tuple[int, int], list[Outcome]] = defaultdict(list)
    for one in released(cohort_id):  # by exam: a make-up comes after what it makes up
        place = (one.enrolment_id, original.get(one.exam_id, one.exam_id))
        outcomes[place].append(Outcome(one.score, one.full_score, one.grade, one.passed))
    missed = {(one.enrolment_id, one.exam_id): one.is_hole for one in absences([cohort_id], at=at)}
    came, waits = _seats(cohort_id, original, at)
    exams = [
        exam
        for exam in standing
        if exam.makes_up_id is None and exam.purpose is ExamPurpose.CONCLUDING
    ]

    def of(enrolment_id: int, exam_id: int) -> Cell:
        place = (enrolment_id, exam_id)
        return cell(
            outcomes[place],
            exempt=missed.get(place) is False,
            missed=missed.get(place) is True,
            came=place in came,
            waits=place in waits,
        )

    learners = session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.person).joinedload(Person.unit))
        .where(Enrolment.cohort_id == cohort_id, Enrolment.withdrawn_on.is_(None))
        .order_by(Enrolment.learner_number)
    )
    return Board(exams, [(one, [of(one.id, exam.id) for exam in exams]) for one in learners])


def _seats(
    cohort_id: int, original: Mapping[int, int], at: datetime
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Who began a sheet, and who has a seat in a sitting to come, by (enrolment, exam)."""
    rows = session.execute(
        select(Candidate.enrolment_id, Sitting.exam_id, Sitting.closes_at > at, Attempt.started_at)
        .join(Candidate.sitting)
        .join(Sitting.exam)
        .outerjoin(Candidate.attempt)
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
    ).all()
    came = {(who, original[exam]) for who, exam, _waits, begun in rows if begun is not None}
    return came, {(who, original[exam]) for who, exam, waits, _begun in rows if waits}


def occasion_key(exam_id: int) -> str:
    """The name under which the question bank keeps the analysis of an exam."""
    return f"exam:{exam_id}"


def _scope(exam: Exam) -> str:
    return exam.cohort.programme.code


def _last_candidates(exam_id: int) -> list[Candidate]:
    """One candidate row for each enrolment: the last sheet that was begun, else the last seat."""
    rows = session.scalars(
        select(Candidate)
        .join(Candidate.sitting)
        .join(Candidate.enrolment)
        .join(Enrolment.person)
        .outerjoin(Candidate.attempt)
        .options(
            contains_eager(Candidate.attempt),
            contains_eager(Candidate.enrolment)
            .contains_eager(Enrolment.person)
            .joinedload(Person.unit),
        )
        .where(
            Sitting.exam_id == exam_id,
            or_(Enrolment.withdrawn_on.is_(None), Attempt.started_at.is_not(None)),
        )
        .order_by(Enrolment.learner_number, Sitting.opens_at, Candidate.id)
    )
    last: dict[int, Candidate] = {}
    for row in rows:
        begun = row.attempt is not None and row.attempt.started_at is not None
        if begun or row.enrolment_id not in last:
            last[row.enrolment_id] = row
    return list(last.values())


def unscored(exam: Exam, run: ScoringRun) -> int:
    """How many sheets were begun that a run does not hold."""
    begun = (
        select(Attempt.id)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam.id, Attempt.started_at.is_not(None))
    )
    return len(set(session.scalars(begun)) - set(sheet_scores(run)))


def latest_run(exam: Exam) -> ScoringRun | None:
    """The scoring that would be released now."""
    return find_latest_run(exam.id)


def find_release(run: ScoringRun) -> Release | None:
    """The release of this run."""
    return session.scalar(select(Release).where(Release.run_id == run.id))


def releases(exam_id: int) -> list[Release]:
    """All releases of the exam with their runs, the one that counts first."""
    wanted = select(Release).options(joinedload(Release.run)).where(Release.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(Release.id.desc())))


def standing_releases(exam_ids: Collection[int]) -> dict[int, Release]:
    """The release that counts of each of these exams that has one."""
    wanted = select(Release).where(Release.exam_id.in_(exam_ids), latest_release())
    return {release.exam_id: release for release in session.scalars(wanted)}


def latest_release() -> ColumnElement[bool]:
    """The WHERE clause on Release: it is the latest of its exam."""
    return Release.id.in_(select(func.max(Release.id)).group_by(Release.exam_id))


def all_standing_releases() -> list[Release]:
    """The release that counts of every exam that has one, with its run."""
    wanted = select(Release).options(joinedload(Release.run)).where(latest_release())
    return list(session.scalars(wanted.order_by(Release.id)))


def latest_runs(exam_ids: Collection[int]) -> dict[int, ScoringRun]:
    """The latest scoring run of each of these exams that has one."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id.in_(exam_ids))
    return {run.exam_id: run for run in session.scalars(wanted.order_by(ScoringRun.number))}


def released(cohort_id: int) -> list[Result]:
    """All released results of a cohort, by exam and learner number, with exam and person."""
    return list(session.scalars(_released().where(Exam.cohort_id == cohort_id)))


def released_of_exam(exam_id: int) -> list[Result]:
    """The released results of an exam, by learner number; none before the release."""
    return list(session.scalars(_released().where(Exam.id == exam_id)))


def mine(account: Account) -> list[tuple[Result, Release]]:
    """The released results of this account's person with their releases, the latest first."""
    wanted = (
        _released()
        .join(Release, Release.run_id == Result.run_id)
        .add_columns(Release)
        .where(Person.account_id == account.id)
        .order_by(None)
        .order_by(Release.released_at.desc(), Result.id)
    )
    return [(result, release) for result, release in session.execute(wanted)]


def get_mine(exam_id: int, account: Account) -> Result:
    """The released result of this account's person in an exam; Missing for anything else."""
    result = session.scalar(
        _released()
        .options(joinedload(Result.attempt).joinedload(Attempt.variant))
        .where(Exam.id == exam_id, Person.account_id == account.id)
    )
    if result is None:
        raise Missing("这次考试的成绩")
    return result


def slots_of_result(result: Result) -> list[ReadSlot]:
    """The sheet behind a released result, slot by slot; [] for whoever was absent."""
    attempt = result.attempt
    if attempt is None:
        return []
    given = responses([attempt.id])[attempt.id]
    content, answers = attempt.content, attempt.answers
    answers = corrected_answers(answers, at_run(result.run_id))
    slots = slots_of(content)
    title = {
        int(slot["number"]): str(section["title"])
        for section in content["sections"]
        for slot in section["slots"]
    }
    return [
        ReadSlot(
            title[score.number],
            report(
                slots[score.number],
                answers[str(score.number)],
                given.get(score.number),
                score.number,
            ),
            score,
        )
        for score in slot_scores(result.run_id, attempt.id)
    ]


def spoken(result: Result) -> dict[int, list[Recording | None]]:
    """What was said for each slot of a released result; None for what never arrived."""
    if result.attempt is None:
        return {}
    given = responses([result.attempt.id])[result.attempt.id]
    known = {one.sha256: one for one in of_sheet(result.attempt.id)}
    numbers = range(1, result.attempt.slots + 1)
    return {one: [known.get(sha) for sha in named_in(given.get(one))] for one in numbers}


def get_picture(result: Result, upload_id: int) -> Upload:
    """A picture or recording of the paper behind a released result; Missing for any other."""
    shown = {one for slot in slots_of_result(result) for one in slot.report.media}
    upload = session.get(Upload, upload_id) if upload_id in shown else None
    if upload is None:
        raise Missing("这个图片或录音")
    return upload


def media_of_result(slots: Collection[ReadSlot]) -> dict[int, Upload]:
    """The pictures and recordings of all these slots by id, in one statement."""
    wanted = {one for slot in slots for one in slot.report.media if one is not None}
    return {one.id: one for one in files(wanted)} if wanted else {}


def _released() -> Select[Result]:
    """Results that learners may see: those of the latest release of each exam."""
    return (
        select(Result)
        .join(Result.exam)
        .join(Result.enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Result.exam).joinedload(Exam.cohort).joinedload(Cohort.programme),
            contains_eager(Result.enrolment)
            .contains_eager(Enrolment.person)
            .joinedload(Person.unit),
        )
        .where(Result.run_id.in_(select(Release.run_id).where(latest_release())))
        .order_by(Exam.id, Enrolment.learner_number)
    )
