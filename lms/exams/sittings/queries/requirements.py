"""Reading which courses of a cohort are examined, exempted, or neither (逢学必考)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, CohortCourse
from courses.cohorts.queries import at_stage
from courses.cohorts.rules import CohortStage
from courses.programmes.models import Programme
from courses.timetable.models import Lesson
from lms.exams.sittings.models import Exam, ExamCourse, ExamExemption
from lms.exams.sittings.queries.topics import asked_of
from lms.exams.sittings.rules import Covered, ExamPurpose, Exempted, short_of
from lms.ground.db import session
from lms.ground.norms.queries import chronicle

# Cohorts whose courses have to be examined now or soon.
ON_THE_BOARD = (CohortStage.APPROVED, CohortStage.OPEN, CohortStage.RUNNING)


def courses_of(cohort_id: int) -> list[Course]:
    """The courses of a cohort: of its teaching plan and of its timetable, by title."""
    taught = _taught().subquery()
    wanted = select(Course).join(taught, taught.c.course_id == Course.id)
    return list(
        session.scalars(wanted.where(taught.c.cohort_id == cohort_id).order_by(Course.title))
    )


def cohorts_to_examine() -> list[Cohort]:
    """The cohorts that an exam can be arranged for, the next first."""
    stages = or_(*(at_stage(stage) for stage in ON_THE_BOARD))
    return list(session.scalars(select(Cohort).where(stages).order_by(Cohort.starts_on.desc())))


def coverage(cohort_ids: Sequence[int] | None = None) -> list[Covered]:
    """Every course of these cohorts with each exam that counts for it, or with none, by cohort.

    Without `cohort_ids`: the cohorts that are approved, open or running. What is asked of a cohort
    is what was in force on its first day. A make-up, which some sit, examines no course by itself.
    A fixed number of statements.
    """
    each = chronicle("exam.each_course")
    rows = session.execute(_courses_and_exams(cohort_ids)).all()
    asked = asked_of({(row.course_id, row.paper_id) for row in rows if row.paper_id is not None})
    found: dict[tuple[int, int], list[Covered]] = defaultdict(list)
    for row in rows:
        norm = each.on(row.starts_on, row.code)
        own = norm is not None and norm.value == 1
        found[row.cohort_id, row.course_id].append(
            _covered(row, own, asked.get((row.course_id, row.paper_id)))
        )
    return [one for several in found.values() for one in _counting(several)]


def _covered(row: Any, each: bool, asked: int | None) -> Covered:
    short = ""
    if row.exam_id is not None:
        short = short_of(row.exam, row.purpose, row.courses, each=each, asked=asked)
    told = (row.reason, row.approved_by, row.approved_at)
    return Covered(
        row.cohort_id,
        row.cohort,
        row.course_id,
        row.course,
        exam_id=None if short else row.exam_id,
        exam=None if short else row.exam,
        exemption=None if row.reason is None else Exempted(*told),
        asked=asked,
        short=short,
    )


def _counting(rows: Sequence[Covered]) -> Sequence[Covered]:
    """The exams of a course that count; where none does, why the first does not."""
    return [one for one in rows if one.exam_id is not None] or rows[:1]


def _courses_and_exams(cohort_ids: Sequence[int] | None) -> Select[Any]:
    taught = _taught().subquery()
    beside = aliased(ExamCourse)
    courses = select(func.count(beside.id)).where(beside.exam_id == Exam.id).scalar_subquery()
    examined = (
        select(
            Exam.cohort_id,
            ExamCourse.course_id,
            Exam.id,
            Exam.title,
            Exam.purpose,
            Exam.paper_id,
            courses.label("courses"),
        )
        .join(ExamCourse, ExamCourse.exam_id == Exam.id)
        .where(Exam.withdrawal_id.is_(None), Exam.makes_up_id.is_(None))
        .subquery()
    )
    return (
        select(
            Cohort.id.label("cohort_id"),
            Cohort.title.label("cohort"),
            Cohort.starts_on,
            Programme.code,
            Course.id.label("course_id"),
            Course.title.label("course"),
            examined.c.id.label("exam_id"),
            examined.c.title.label("exam"),
            examined.c.purpose,
            examined.c.paper_id,
            examined.c.courses,
            ExamExemption.reason,
            ExamExemption.approved_by,
            ExamExemption.approved_at,
        )
        .join(taught, taught.c.cohort_id == Cohort.id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(Course, Course.id == taught.c.course_id)
        .outerjoin(
            examined,
            and_(examined.c.cohort_id == Cohort.id, examined.c.course_id == Course.id),
        )
        .outerjoin(
            ExamExemption,
            and_(ExamExemption.cohort_id == Cohort.id, ExamExemption.course_id == Course.id),
        )
        .where(on_the_board(cohort_ids))
        .order_by(Cohort.starts_on.desc(), Cohort.id, Course.title, examined.c.id)
    )


def cohorts_on_the_board(cohort_ids: Sequence[int] | None = None) -> list[tuple[Cohort, bool]]:
    """These cohorts, the next first, each with: does it have a concluding exam?"""
    concluding = exists().where(
        Exam.cohort_id == Cohort.id,
        Exam.purpose == ExamPurpose.CONCLUDING,
        Exam.makes_up_id.is_(None),
        Exam.withdrawal_id.is_(None),
    )
    wanted = select(Cohort, concluding).where(on_the_board(cohort_ids))
    rows = session.execute(wanted.order_by(Cohort.starts_on.desc(), Cohort.id))
    return [(cohort, examined) for cohort, examined in rows]


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


def holes(cohort_id: int) -> list[Covered]:
    """The courses of a cohort that no exam examines and nobody exempted, by title (逢学必考)."""
    return [one for one in coverage([cohort_id]) if one.is_hole]


def on_the_board(cohort_ids: Sequence[int] | None) -> ColumnElement[bool]:
    if cohort_ids is not None:
        return Cohort.id.in_(cohort_ids)
    return or_(*(at_stage(stage) for stage in ON_THE_BOARD))


def _taught() -> Select[int, int]:
    planned = select(CohortCourse.cohort_id, CohortCourse.course_id)
    held = select(Lesson.cohort_id, Lesson.course_id)
    both = union(planned, held).subquery()
    return select(both.c.cohort_id, both.c.course_id)
