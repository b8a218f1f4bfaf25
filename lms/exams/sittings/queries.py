"""Reading exams, sittings and candidates: what an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, union
from sqlalchemy.orm import aliased, joinedload, selectinload

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, CohortCourse, Enrolment
from courses.cohorts.queries import at_stage
from courses.cohorts.rules import CohortStage
from courses.timetable.models import Lesson
from courses.venues import queries as venues
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import (
    Candidate,
    Exam,
    ExamCourse,
    ExamExemption,
    Invigilator,
    LearnerExemption,
    MakeUpCall,
    Sitting,
)
from lms.exams.sittings.rules import Absence, Covered, ExamPurpose
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import keeps_secret
from question_bank.papers.models import Paper, Slot, Variant

# Cohorts whose courses have to be examined now or soon.
ON_THE_BOARD = (CohortStage.APPROVED, CohortStage.OPEN, CohortStage.RUNNING)


def sitting_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Sitting: the office sees all, an invigilator those to watch over."""
    if Permission.ARRANGE_EXAMS in account.permissions:
        return true()
    if Permission.INVIGILATE not in account.permissions:
        return false()
    return exists().where(
        Invigilator.sitting_id == Sitting.id, Invigilator.account_id == account.id
    )


def exam_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Exam: those with a sitting that `account` may see; the office all."""
    if Permission.ARRANGE_EXAMS in account.permissions:
        return true()
    return exists().where(Sitting.exam_id == Exam.id, sitting_scope(account))


def exams(
    account: Account, *, search: str = "", cohort_id: int | None = None, page: int | None = None
) -> Page[Exam]:
    """Exams whose title or cohort contains `search`, or those of one cohort, the latest first."""
    statement = _exams(account).order_by(Exam.created_at.desc(), Exam.id.desc())
    if cohort_id is not None:
        statement = statement.where(Exam.cohort_id == cohort_id)
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Exam.title.ilike(wanted), Cohort.title.ilike(wanted)))
    return paginate(statement, number=page)


def get_exam(exam_id: int, account: Account) -> Exam:
    """The exam with cohort, paper and courses, or Missing."""
    courses = selectinload(Exam.courses).joinedload(ExamCourse.course)
    exam = session.scalar(_exams(account).options(courses).where(Exam.id == exam_id))
    if exam is None:
        raise Missing("这场考试")
    return exam


def sittings_of(exam_ids: Collection[int], account: Account) -> dict[int, list[Sitting]]:
    """The sittings of exams that `account` may see, by exam, the earliest first."""
    statement = (
        select(Sitting)
        .options(joinedload(Sitting.venue))
        .where(Sitting.exam_id.in_(exam_ids), sitting_scope(account))
        .order_by(Sitting.opens_at, Sitting.id)
    )
    found: dict[int, list[Sitting]] = {exam_id: [] for exam_id in exam_ids}
    for sitting in session.scalars(statement):
        found[sitting.exam_id].append(sitting)
    return found


def out_of_use(sittings: Collection[Sitting], *, at: datetime) -> dict[int, str]:
    """Those of these that are not over and whose venue cannot be had then any more, and why, in a
    fixed number of statements."""
    ahead = [one for one in sittings if one.closes_at > at]
    told = venues.out_of_use([(one.venue_id, Span(one.opens_at, one.closes_at)) for one in ahead])
    return {one.id: why for one, why in zip(ahead, told, strict=True) if why}


def get_sitting(sitting_id: int, account: Account) -> Sitting:
    """The sitting with exam, cohort, paper, venue and invigilators, or Missing."""
    statement = _sittings().where(Sitting.id == sitting_id, sitting_scope(account))
    sitting = session.scalar(statement)
    if sitting is None:
        raise Missing("这个场次")
    return sitting


def get_sitting_for_work(sitting_id: int) -> Sitting:
    """The sitting as `get_sitting` gives it, for a worker, whose work is nobody's view."""
    sitting = session.scalar(_sittings().where(Sitting.id == sitting_id))
    if sitting is None:
        raise Missing("这个场次")
    return sitting


def every_sitting(exam_id: int) -> list[Sitting]:
    """All sittings of an exam with exam, cohort and paper, for work that is nobody's view."""
    return list(session.scalars(_sittings().where(Sitting.exam_id == exam_id)))


def lock_sitting(sitting_id: int) -> None:
    """Let whoever else prepares or changes this sitting wait for this transaction."""
    session.execute(select(Sitting.id).where(Sitting.id == sitting_id).with_for_update())


def candidates(sitting_id: int) -> list[Candidate]:
    """The candidates of a sitting by seat, with person, unit and sheet."""
    return list(session.scalars(_candidates().where(Candidate.sitting_id == sitting_id)))


def candidates_of(exam_id: int) -> list[Candidate]:
    """The candidates of all sittings of an exam, by sitting and seat."""
    statement = _candidates().join(Candidate.sitting).where(Sitting.exam_id == exam_id)
    return list(
        session.scalars(statement.order_by(None).order_by(Sitting.opens_at, Candidate.seat))
    )


def get_candidate(sitting_id: int, candidate_id: int) -> Candidate:
    """A candidate of this sitting, or Missing. The caller has got the sitting by its scope."""
    statement = _candidates().where(
        Candidate.sitting_id == sitting_id, Candidate.id == candidate_id
    )
    candidate = session.scalar(statement)
    if candidate is None:
        raise Missing("这位考生")
    return candidate


def candidate_counts(sitting_ids: Collection[int]) -> dict[int, int]:
    """How many candidates each sitting has."""
    counted = (
        select(Candidate.sitting_id, func.count())
        .where(Candidate.sitting_id.in_(sitting_ids))
        .group_by(Candidate.sitting_id)
    )
    found = {row[0]: row[1] for row in session.execute(counted)}
    return {sitting_id: found.get(sitting_id, 0) for sitting_id in sitting_ids}


def sheetless(sitting_id: int) -> list[Candidate]:
    """Candidates who have no sheet yet, by seat."""
    return [one for one in candidates(sitting_id) if one.attempt_id is None]


def unseated(exam: Exam) -> list[Enrolment]:
    """Learners of the exam's cohort who are in none of its sittings, by learner number.

    In a make-up only those who are called to it.
    """
    seated = exists().where(
        Candidate.enrolment_id == Enrolment.id,
        Candidate.sitting_id == Sitting.id,
        Sitting.exam_id == exam.id,
    )
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.cohort_id == exam.cohort_id, Enrolment.withdrawn_on.is_(None), ~seated)
        .order_by(Enrolment.learner_number)
    )
    if exam.makes_up_id is not None:
        called = exists().where(
            MakeUpCall.exam_id == exam.id, MakeUpCall.enrolment_id == Enrolment.id
        )
        statement = statement.where(called)
    return list(session.scalars(statement))


def has_sheets(exam_id: int) -> bool:
    """Was a sheet made for anybody in any sitting of the exam?"""
    made = (
        select(Candidate.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam_id, Candidate.attempt_id.is_not(None))
    )
    return session.scalar(made.limit(1)) is not None


def standing_exams(cohort_id: int) -> list[Exam]:
    """The exams of a cohort that were not withdrawn, with their courses and papers, for nobody's
    view."""
    wanted = (
        select(Exam)
        .options(selectinload(Exam.courses).joinedload(ExamCourse.course), joinedload(Exam.paper))
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
        .order_by(Exam.id)
    )
    return list(session.scalars(wanted))


def exams_by_id(numbers: Collection[int]) -> list[Exam]:
    """Those of these that are still there, with their cohorts."""
    wanted = select(Exam).options(joinedload(Exam.cohort)).where(Exam.id.in_(numbers))
    return list(session.scalars(wanted.order_by(Exam.id)))


def is_made_up(exam_id: int) -> bool:
    """Is there a make-up of this exam, withdrawn or not?"""
    wanted = select(Exam.id).where(Exam.makes_up_id == exam_id)
    return session.scalar(wanted.limit(1)) is not None


def with_sittings(exam_ids: Collection[int]) -> set[int]:
    """Those of these exams that have a sitting."""
    return set(session.scalars(select(Sitting.exam_id).where(Sitting.exam_id.in_(exam_ids))))


def absences(cohort_ids: Sequence[int] | None = None, *, at: datetime) -> list[Absence]:
    """缺考: who missed a concluding exam that was held, and every make-up of it, by cohort.

    Whoever still has a seat in a sitting to come is not absent yet. Without `cohort_ids`: the
    cohorts that are approved, open or running. One statement.
    """
    exam, later = aliased(Exam), aliased(Exam)
    again = or_(later.id == exam.id, later.makes_up_id == exam.id)
    seat = and_(
        Candidate.enrolment_id == Enrolment.id,
        Sitting.id == Candidate.sitting_id,
        later.id == Sitting.exam_id,
        again,
    )
    came = exists().where(seat, Attempt.id == Candidate.attempt_id, Attempt.started_at.is_not(None))
    waits = exists().where(seat, Sitting.closes_at > at)
    held = exists().where(Sitting.exam_id == exam.id, Sitting.closes_at <= at)
    statement = (
        select(Cohort.id, exam.id, exam.title, Enrolment.id, Person.name, LearnerExemption.reason)
        .join(exam, exam.cohort_id == Cohort.id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(
            LearnerExemption,
            and_(
                LearnerExemption.exam_id == exam.id,
                LearnerExemption.enrolment_id == Enrolment.id,
            ),
        )
        .where(
            _on_the_board(cohort_ids),
            exam.purpose == ExamPurpose.CONCLUDING,
            exam.makes_up_id.is_(None),
            exam.withdrawal_id.is_(None),
            Enrolment.withdrawn_on.is_(None),
            held.correlate(exam),
            ~came.correlate(exam, Enrolment),
            ~waits.correlate(exam, Enrolment),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id, exam.id, Enrolment.learner_number)
    )
    return [Absence(*row) for row in session.execute(statement)]


def make_up_calls(exam_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who is called to which of these exams, by the ids of exam and enrolment."""
    wanted = select(MakeUpCall.exam_id, MakeUpCall.enrolment_id)
    rows = session.execute(wanted.where(MakeUpCall.exam_id.in_(exam_ids)))
    return {(exam_id, enrolment_id) for exam_id, enrolment_id in rows}


def learner_exemptions(cohort_id: int) -> list[LearnerExemption]:
    """免考 of a cohort's learners with exam, learner and who approved it."""
    wanted = (
        select(LearnerExemption)
        .join(LearnerExemption.exam)
        .options(
            joinedload(LearnerExemption.exam),
            joinedload(LearnerExemption.enrolment).joinedload(Enrolment.person),
        )
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
        .order_by(LearnerExemption.id)
    )
    return list(session.scalars(wanted))


def find_learner_exemption(exam_id: int, enrolment_id: int) -> LearnerExemption | None:
    """The 免考 of a learner in an exam, if there is one."""
    return session.scalar(
        select(LearnerExemption).where(
            LearnerExemption.exam_id == exam_id, LearnerExemption.enrolment_id == enrolment_id
        )
    )


def get_absent(exam_id: int, enrolment_id: int) -> tuple[Exam, Enrolment]:
    """A standing concluding exam and a learner of its cohort, with the person; Missing else."""
    row = session.execute(
        select(Exam, Enrolment)
        .join(Enrolment, Enrolment.cohort_id == Exam.cohort_id)
        .options(joinedload(Exam.cohort), joinedload(Enrolment.person))
        .where(
            Exam.id == exam_id,
            Exam.withdrawal_id.is_(None),
            Exam.purpose == ExamPurpose.CONCLUDING,
            Enrolment.id == enrolment_id,
        )
    ).one_or_none()
    if row is None:
        raise Missing("这位学员的这场考试")
    return row[0], row[1]


def sealed_papers() -> list[Paper]:
    """The papers that an exam can be held on, the latest first."""
    sealed = select(Paper).where(_in_use())
    return list(session.scalars(sealed.order_by(Paper.sealed_at.desc())))


def get_sealed_paper(paper_id: int) -> Paper:
    """A sealed paper that is not retired, or Missing."""
    found = session.scalar(select(Paper).where(Paper.id == paper_id, _in_use()))
    if found is None:
        raise Missing("这份已封存的试卷")
    return found


def is_retired(paper_id: int) -> bool:
    """Was the paper taken out of use?"""
    wanted = select(Paper.id).where(Paper.id == paper_id, Paper.retired_at.is_not(None))
    return session.scalar(wanted) is not None


def _in_use() -> ColumnElement[bool]:
    return and_(Paper.sealed_at.is_not(None), Paper.retired_at.is_(None))


def variant_ids(paper_id: int) -> list[int]:
    """The variants of a paper, A before B."""
    wanted = select(Variant.id).where(Variant.paper_id == paper_id).order_by(Variant.code)
    return list(session.scalars(wanted))


def courses_of(cohort_id: int) -> list[Course]:
    """The courses of a cohort: of its teaching plan and of its timetable, by title."""
    taught = _taught().subquery()
    wanted = select(Course).join(taught, taught.c.course_id == Course.id)
    return list(
        session.scalars(wanted.where(taught.c.cohort_id == cohort_id).order_by(Course.title))
    )


def possible_invigilators() -> list[Account]:
    """Accounts that may invigilate, by name."""
    roles = [role for role in Role if Permission.INVIGILATE in ROLE_PERMISSIONS[role]]
    able = exists().where(Grant.account_id == Account.id, Grant.role.in_(roles))
    wanted = select(Account).where(able, Account.disabled_at.is_(None)).order_by(Account.name)
    return list(session.scalars(wanted))


def people_of(account_ids: Collection[int]) -> list[int]:
    """The ids of the people behind these accounts, where there are any."""
    return list(session.scalars(select(Person.id).where(Person.account_id.in_(account_ids))))


def cohorts_to_examine() -> list[Cohort]:
    """The cohorts that an exam can be arranged for, the next first."""
    stages = or_(*(at_stage(stage) for stage in ON_THE_BOARD))
    return list(session.scalars(select(Cohort).where(stages).order_by(Cohort.starts_on.desc())))


def coverage(cohort_ids: Sequence[int] | None = None) -> list[Covered]:
    """Every course of these cohorts with each exam that examines it, or with none, by cohort.

    Without `cohort_ids`: the cohorts that are approved, open or running. One statement.
    """
    taught = _taught().subquery()
    examined = (
        select(Exam.cohort_id, ExamCourse.course_id, Exam.id, Exam.title)
        .join(ExamCourse, ExamCourse.exam_id == Exam.id)
        .where(Exam.withdrawal_id.is_(None))
        .subquery()
    )
    statement = (
        select(
            Cohort.id,
            Cohort.title,
            Course.id,
            Course.title,
            examined.c.id,
            examined.c.title,
            ExamExemption.reason,
        )
        .join(taught, taught.c.cohort_id == Cohort.id)
        .join(Course, Course.id == taught.c.course_id)
        .outerjoin(
            examined,
            and_(examined.c.cohort_id == Cohort.id, examined.c.course_id == Course.id),
        )
        .outerjoin(
            ExamExemption,
            and_(ExamExemption.cohort_id == Cohort.id, ExamExemption.course_id == Course.id),
        )
        .where(_on_the_board(cohort_ids))
        .order_by(Cohort.starts_on.desc(), Cohort.id, Course.title, examined.c.id)
    )
    return [Covered(*row) for row in session.execute(statement)]


def exemptions(cohort_id: int) -> list[ExamExemption]:
    """The courses of a cohort that need no exam, with who approved it."""
    wanted = select(ExamExemption).options(joinedload(ExamExemption.course))
    wanted = wanted.where(ExamExemption.cohort_id == cohort_id).order_by(ExamExemption.id)
    return list(session.scalars(wanted))


def find_exemption(cohort_id: int, course_id: int) -> ExamExemption | None:
    """The exemption of a course of a cohort, if it has one."""
    return session.scalar(
        select(ExamExemption).where(
            ExamExemption.cohort_id == cohort_id, ExamExemption.course_id == course_id
        )
    )


def holes(cohort_id: int) -> list[str]:
    """The courses of a cohort that no exam examines and nobody exempted, by title (逢学必考)."""
    return [one.course for one in coverage([cohort_id]) if one.is_hole]


def _on_the_board(cohort_ids: Sequence[int] | None) -> ColumnElement[bool]:
    if cohort_ids is not None:
        return Cohort.id.in_(cohort_ids)
    return or_(*(at_stage(stage) for stage in ON_THE_BOARD))


def _taught() -> Select[int, int]:
    planned = select(CohortCourse.cohort_id, CohortCourse.course_id)
    held = select(Lesson.cohort_id, Lesson.course_id)
    both = union(planned, held).subquery()
    return select(both.c.cohort_id, both.c.course_id)


def _exams(account: Account) -> Select[Exam]:
    return (
        select(Exam)
        .join(Exam.cohort)
        .options(joinedload(Exam.cohort), joinedload(Exam.paper), joinedload(Exam.withdrawal))
        .where(exam_scope(account))
    )


def _sittings() -> Select[Sitting]:
    exam = joinedload(Sitting.exam)
    return select(Sitting).options(
        exam.joinedload(Exam.cohort).joinedload(Cohort.programme),
        exam.joinedload(Exam.paper),
        joinedload(Sitting.venue),
        joinedload(Sitting.admission),
        selectinload(Sitting.invigilators).joinedload(Invigilator.account),
    )


def _candidates() -> Select[Candidate]:
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    return (
        select(Candidate)
        .options(person.joinedload(Person.unit), joinedload(Candidate.attempt))
        .order_by(Candidate.seat)
    )


@keeps_secret
def on_an_open_paper(at: datetime) -> ColumnElement[bool]:
    """The Item stands, in any version, on a sealed paper whose exam is not over: one that nobody
    has sat yet and that is not retired, or that somebody still may."""
    of_paper = and_(Sitting.exam_id == Exam.id, Exam.paper_id == Paper.id)
    standing = Exam.withdrawal_id.is_(None)
    sat = exists().where(of_paper, standing, Sitting.closes_at <= at)
    still = exists().where(of_paper, standing, Sitting.closes_at > at)
    placed = (
        select(ItemVersion.item_id)
        .join(Slot, Slot.item_version_id == ItemVersion.id)
        .join(Variant, Variant.id == Slot.variant_id)
        .join(Paper, Paper.id == Variant.paper_id)
        .where(Paper.sealed_at.is_not(None), or_(and_(~sat, Paper.retired_at.is_(None)), still))
    )
    return Item.id.in_(placed)
