"""Taking people into the faculty pool, and what becomes of them there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from courses.faculty import queries
from courses.faculty.models import Appointment, Instructor, InstructorStep, Teaches
from courses.faculty.rules import INSTRUCTOR_STATE_NAMES, InstructorDraft, InstructorState
from courses.faculty.rules.life import Move, Term, letter_number, move_faults, renewal_faults
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.people.models import Person
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.models import Upload
from lms.ground.uploads.shelf import Readable

LETTER = "faculty.letter"
PROFILE = "faculty.profile"
PHOTO_BYTES = 5 * 2**20


def add(*, person: Person, draft: InstructorDraft, by: Actor, at: datetime) -> Instructor:
    """Take a person into the pool as a candidate; Refused when he or she is there already."""
    teaches = [Teaches(course_id=course_id) for course_id in dict.fromkeys(draft.course_ids)]
    first = InstructorStep(state=InstructorState.CANDIDATE, reason="登记", by_name=by.name, at=at)
    instructor = Instructor(person=person, steps=[first], teaches=teaches, **_columns(draft))
    try:
        with session.begin_nested():
            session.add(instructor)
            session.flush()
    except IntegrityError:
        raise Refused(f"{person.name}已经在师资库里。") from None
    record("faculty.add", instructor, f"把{person.name}登记为候选教师", by=by, at=at)
    return instructor


def revise(
    *, instructor: Instructor, draft: InstructorDraft, seen: int | None, by: Actor, at: datetime
) -> None:
    """Change what is written of an instructor; Conflict on a stale form."""
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


def take_step(
    *, instructor: Instructor, move: Move, seen: int | None, by: Actor, at: datetime
) -> None:
    """Bring an instructor to another state; Refused with everything that is missing for it.

    Entering the pool after a trial lecture appoints for the term that `move` names.
    """
    day, was = local(at).date(), instructor.state
    faults = move_faults(queries.standing(instructor), move, queries.limits(on=day), on=day)
    if faults:
        raise Refused(*faults)
    instructor.edited_from(seen)
    instructor.steps.append(
        InstructorStep(
            state=move.to,
            reason=move.reason,
            approver=move.approver,
            score=move.score,
            cause=move.cause,
            by_name=by.name,
            at=at,
        )
    )
    if move.term is not None:
        _appoint(instructor, move.term, move.approver, by=by, at=at)
    session.flush()
    session.expire(instructor, ["state"])
    names = INSTRUCTOR_STATE_NAMES
    told = f"教师{instructor.person.name}由“{names[was]}”变为“{names[move.to]}”：{move.reason}"
    details = {"was": was.value, "to": move.to.value, "approver": move.approver}
    record("faculty.take_step", instructor, told, by=by, at=at, **details)


def renew(
    *,
    instructor: Instructor,
    term: Term | None,
    approver: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Appoint somebody of the pool for another term; Refused when the term is not a new one."""
    faults = renewal_faults(queries.standing(instructor), term, approver)
    if faults or term is None:
        raise Refused(*faults)
    instructor.edited_from(seen)
    made = _appoint(instructor, term, approver, by=by, at=at)
    told = f"续聘教师{instructor.person.name}，聘书{made.number}，至{term.ends_on:%Y-%m-%d}"
    record("faculty.renew", instructor, told, by=by, at=at, approver=approver)


def set_photo(
    *, instructor: Instructor, content: Readable, name: str, owner_id: int, by: Actor, at: datetime
) -> None:
    """Put a picture (PNG or JPEG) on the register form; Refused for anything else."""
    upload = store(content, name=name, owner_id=owner_id, at=at, limit=PHOTO_BYTES)
    expect(upload, (media.PNG, media.JPEG))
    instructor.photo = upload
    told = f"更换了教师{instructor.person.name}的照片"
    record("faculty.set_photo", instructor, told, by=by, at=at)


def ask_for_letter(*, appointment: Appointment, by: Account, at: datetime) -> Job:
    """Have a letter of appointment printed and kept."""
    job = jobs.enqueue(LETTER, owner_id=by.id, at=at, appointment_id=appointment.id)
    told = f"打印聘书{appointment.number}（{appointment.instructor.person.name}）"
    record("faculty.print", appointment, told, by=by, at=at)
    return job


def ask_for_profile(*, instructor: Instructor, by: Account, at: datetime) -> Job:
    """Have the register form of an instructor printed."""
    job = jobs.enqueue(PROFILE, owner_id=by.id, at=at, instructor_id=instructor.id)
    told = f"打印教师{instructor.person.name}的入库登记表"
    record("faculty.print", instructor, told, by=by, at=at)
    return job


def keep_letter(*, appointment: Appointment, letter: Upload) -> None:
    """This file is the letter of the appointment."""
    appointment.letter = letter


def _appoint(
    instructor: Instructor, term: Term, approver: str, *, by: Actor, at: datetime
) -> Appointment:
    """A number is given once: of two appointments at the same moment the later is refused."""
    year = local(at).year
    made = Appointment(
        number=letter_number(year, queries.letters_of(year) + 1),
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        approver=approver,
        by_name=by.name,
        at=at,
    )
    instructor.appointments.append(made)
    session.flush()
    return made


def _columns(draft: InstructorDraft) -> dict[str, Any]:
    columns = asdict(draft)
    del columns["course_ids"]
    return columns
