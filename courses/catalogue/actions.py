"""Keeping the catalogue of courses."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseDraft, hour_faults
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


def add(draft: CourseDraft, *, by: Actor, at: datetime) -> Course:
    """Enter a course; Refused when the title is taken or the hours are no quarter steps."""
    _check(draft)
    course = Course(**asdict(draft))
    _keep(course, draft.title)
    record("catalogue.add", course, f"登记了课程《{course.title}》", by=by, at=at)
    return course


def revise(
    course: Course, draft: CourseDraft, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Change a course; lessons that are planned keep their own hours. Conflict on a stale form."""
    _check(draft)
    course.edited_from(seen)
    for name, value in asdict(draft).items():
        setattr(course, name, value)
    _keep(course, draft.title)
    record("catalogue.revise", course, f"修改了课程《{course.title}》", by=by, at=at)


def retire(
    course: Course, *, reason: str, on: date, seen: int | None, by: Actor, at: datetime
) -> None:
    """Teach the course no more from `on`; what was planned stays."""
    if not reason:
        raise Refused("请写明停用的原因。")
    course.edited_from(seen)
    course.retired_on = on
    record("catalogue.retire", course, f"停用了课程《{course.title}》：{reason}", by=by, at=at)


def restore(course: Course, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Teach a retired course again."""
    course.edited_from(seen)
    course.retired_on = None
    record("catalogue.restore", course, f"重新启用了课程《{course.title}》", by=by, at=at)


def _check(draft: CourseDraft) -> None:
    faults = hour_faults(draft.hours)
    if faults:
        raise Refused(*faults)


def _keep(course: Course, title: str) -> None:
    try:
        with session.begin_nested():
            session.add(course)
            session.flush()
    except IntegrityError:
        raise Refused(f"已经有课程《{title}》，请换一个名称，或直接修改那门课程。") from None
