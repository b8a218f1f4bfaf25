"""Reading exams: which an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from courses.cohorts.models import Cohort
from lms.exams.sittings.models import Exam, ExamCourse, Sitting
from lms.exams.sittings.queries.sittings import sitting_scope
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate


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


def count_make_ups(exam_id: int) -> int:
    """How many make-ups of this exam stand."""
    wanted = select(func.count(Exam.id)).where(Exam.makes_up_id == exam_id)
    return session.scalar(wanted.where(Exam.withdrawal_id.is_(None))) or 0


def _exams(account: Account) -> Select[Exam]:
    return (
        select(Exam)
        .join(Exam.cohort)
        .options(joinedload(Exam.cohort), joinedload(Exam.paper), joinedload(Exam.withdrawal))
        .where(exam_scope(account))
    )
