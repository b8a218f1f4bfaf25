"""Taking people into the faculty pool, and what becomes of them there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from courses.faculty.models import Instructor, Teaches
from courses.faculty.rules import (
    INSTRUCTOR_STATE_NAMES,
    InstructorDraft,
    InstructorState,
    term_fault,
    transition_fault,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.people.models import Person


def add(
    *,
    person: Person,
    draft: InstructorDraft,
    by: Actor,
    at: datetime,
    state: InstructorState = InstructorState.CANDIDATE,
) -> Instructor:
    """Take a person into the pool; Refused when he or she is there already."""
    _check(draft)
    teaches = [Teaches(course_id=course_id) for course_id in dict.fromkeys(draft.course_ids)]
    instructor = Instructor(person=person, state=state, teaches=teaches, **_columns(draft))
    try:
        with session.begin_nested():
            session.add(instructor)
            session.flush()
    except IntegrityError:
        raise Refused(f"{person.name}已经在师资库里。") from None
    sentence = f"把{person.name}登记到师资库（{INSTRUCTOR_STATE_NAMES[state]}）"
    record("faculty.add", instructor, sentence, by=by, at=at)
    return instructor


def revise(
    *, instructor: Instructor, draft: InstructorDraft, seen: int | None, by: Actor, at: datetime
) -> None:
    """Change what is written of an instructor; Conflict on a stale form."""
    _check(draft)
    instructor.edited_from(seen)
    for name, value in _columns(draft).items():
        setattr(instructor, name, value)
    known = {row.course_id: row for row in instructor.teaches}
    for course_id in set(known) - set(draft.course_ids):
        instructor.teaches.remove(known[course_id])
    for course_id in dict.fromkeys(draft.course_ids):
        if course_id not in known:
            instructor.teaches.append(Teaches(course_id=course_id))
    sentence = f"修改了教师{instructor.person.name}的信息"
    record("faculty.revise", instructor, sentence, by=by, at=at)


def change_state(
    *,
    instructor: Instructor,
    to: InstructorState,
    reason: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Bring an instructor to another state, for a reason; Refused where that is no next one."""
    fault = transition_fault(instructor.state, to)
    reasons = [sentence for sentence in (fault, "" if reason else "请写明理由。") if sentence]
    if reasons:
        raise Refused(*reasons)
    instructor.edited_from(seen)
    was, instructor.state = instructor.state, to
    names = INSTRUCTOR_STATE_NAMES
    sentence = f"教师{instructor.person.name}由“{names[was]}”变为“{names[to]}”：{reason}"
    record("faculty.change_state", instructor, sentence, by=by, at=at, to=to.value, was=was.value)


def _check(draft: InstructorDraft) -> None:
    fault = term_fault(draft)
    if fault:
        raise Refused(fault)


def _columns(draft: InstructorDraft) -> dict[str, Any]:
    columns = asdict(draft)
    del columns["course_ids"]
    return columns
