"""Keeping programmes, and saying which courses are usual in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from courses.programmes.models import Programme, ProgrammeCourse
from courses.programmes.rules import (
    ProgrammeDraft,
    UsualCourse,
    code_faults,
    in_order,
    usual_faults,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


def add(draft: ProgrammeDraft, *, by: Actor, at: datetime) -> Programme:
    """Enter a programme; Refused when code or name is taken, or the code is none."""
    faults = code_faults(draft.code)
    if faults:
        raise Refused(*faults)
    programme = Programme(courses=[], **asdict(draft))
    _keep(programme, draft)
    record("programmes.add", programme, f"登记了学堂系列“{programme.name}”", by=by, at=at)
    return programme


def revise(
    programme: Programme, draft: ProgrammeDraft, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Change what is written of a programme, but for its code: learner numbers begin with it.

    Conflict on a stale form.
    """
    programme.edited_from(seen)
    programme.name, programme.position = draft.name, draft.position
    programme.audience, programme.summary = draft.audience, draft.summary
    _keep(programme, draft)
    record("programmes.revise", programme, f"修改了学堂系列“{programme.name}”", by=by, at=at)


def set_courses(
    programme: Programme,
    wanted: Sequence[UsualCourse],
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Say which courses are usual in a programme (with courses), by place, with hours.

    Cohorts that there are keep their plans. Conflict on a stale form.
    """
    faults = usual_faults(wanted)
    if faults:
        raise Refused(*faults)
    programme.edited_from(seen)
    programme.courses.clear()
    session.flush()  # the old rows go before new ones of the same course come
    programme.courses.extend(
        ProgrammeCourse(course_id=one.course_id, position=position, hours=one.hours)
        for position, one in enumerate(in_order(wanted), 1)
    )
    session.flush()
    told = f"“{programme.name}”的常设课程定为{len(wanted)}门"
    titles = [one.title for one in in_order(wanted)]
    record("programmes.set_courses", programme, told, by=by, at=at, courses=titles)


def discard(programme: Programme, *, by: Actor, at: datetime) -> None:
    """Remove a programme that nothing hangs on yet (with courses); Refused otherwise."""
    try:
        with session.begin_nested():
            record(
                "programmes.discard", programme, f"删除了学堂系列“{programme.name}”", by=by, at=at
            )
            session.delete(programme)
            session.flush()
    except IntegrityError:
        raise Refused(f"“{programme.name}”已经办过班或有考核方案，不能删除。") from None


def _keep(programme: Programme, draft: ProgrammeDraft) -> None:
    try:
        with session.begin_nested():
            session.add(programme)
            session.flush()
    except IntegrityError:
        raise Refused(f"已经有名称是“{draft.name}”或代码是“{draft.code}”的学堂系列。") from None
