"""Reading what was changed of a timetable's draft, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from courses.cohorts.queries import cohort_scope
from courses.timetable.models import Lesson, LessonChange
from courses.timetable.queries.lessons import whole_lessons
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate


def changes_of(cohort_id: int, *, page: int | None = None) -> Page[LessonChange]:
    """Everything that was done to a cohort's lessons, the latest first."""
    statement = select(LessonChange).where(LessonChange.cohort_id == cohort_id)
    return paginate(statement.order_by(LessonChange.id.desc()), number=page)


def changes_since(lesson_id: int, seen: int) -> list[LessonChange]:
    """What was done to a lesson after its version `seen`, in order."""
    statement = select(LessonChange).where(
        LessonChange.lesson_id == lesson_id, LessonChange.version > seen
    )
    return list(session.scalars(statement.order_by(LessonChange.id)))


def get_change(change_id: int, account: Account) -> LessonChange:
    """A change to a cohort that `account` may see, or Missing."""
    found = session.scalar(
        select(LessonChange)
        .join(LessonChange.cohort)
        .where(LessonChange.id == change_id, cohort_scope(account))
    )
    if found is None:
        raise Missing("这次变动")
    return found


def last_of(lesson_id: int) -> LessonChange:
    """The latest change to a lesson, or Missing: lessons from before the log have none."""
    found = session.scalar(_of(lesson_id).limit(1))
    if found is None:
        raise Missing("这次变动")
    return found


def find_last_of(lesson_id: int, account: Account) -> LessonChange | None:
    """The same for whoever may see the cohort; None when there is none."""
    visible = _of(lesson_id).join(LessonChange.cohort).where(cohort_scope(account))
    return session.scalar(visible.limit(1))


def find_lesson(lesson_id: int) -> Lesson | None:
    """The lesson, if it is still on the timetable."""
    return session.scalar(whole_lessons().where(Lesson.id == lesson_id))


def revocable(changes: Sequence[LessonChange]) -> set[int]:
    """Which of these are the latest change to their lesson, and can be taken back."""
    later = aliased(LessonChange)
    numbers = [one.id for one in changes]
    overtaken = (
        select(LessonChange.id)
        .join(later, later.lesson_id == LessonChange.lesson_id)
        .where(LessonChange.id.in_(numbers), later.id > LessonChange.id)
    )
    return set(numbers) - set(session.scalars(overtaken))


def _of(lesson_id: int) -> Select[LessonChange]:
    wanted = select(LessonChange).where(LessonChange.lesson_id == lesson_id)
    return wanted.order_by(LessonChange.id.desc())
