"""Reading exams for their results, and the names that they go by elsewhere."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from courses.cohorts.models import Cohort
from lms.exams.sittings.models import Exam
from lms.ground.db import session
from lms.ground.errors import Missing


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


def occasion_key(exam_id: int) -> str:
    """The name under which the question bank keeps the analysis of an exam."""
    return f"exam:{exam_id}"
