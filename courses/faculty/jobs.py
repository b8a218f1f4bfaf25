"""Printing letters of appointment and register forms in the background."""

from __future__ import annotations

from courses.faculty import actions, documents, queries
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles(actions.LETTER, title="打印聘书")
def print_letter(work: Work, appointment_id: int) -> Upload:
    """The letter of one appointment, kept with it."""
    appointment = queries.get_appointment(appointment_id)
    name = appointment.instructor.person.name
    work.advance(0, 1, "正在排版聘书")
    content = documents.letter(appointment, school=_school())
    with work.writing():
        made = store(content, name=f"{name}聘书.pdf", owner_id=work.owner_id, at=now())
        actions.keep_letter(appointment=queries.get_appointment(appointment_id), letter=made)
        return made


@handles(actions.PROFILE, title="打印师资入库登记表")
def print_profile(work: Work, instructor_id: int) -> Upload:
    """The register form of one instructor."""
    instructor = queries.get_instructor(instructor_id)
    work.advance(0, 1, "正在排版师资入库登记表")
    content = documents.register_form(instructor, school=_school(), on=today())
    name = f"{instructor.person.name}师资入库登记表.pdf"
    with work.writing():
        return store(content, name=name, owner_id=work.owner_id, at=now())


def _school() -> str:
    return norms.text("archive.school_name", on=today())
