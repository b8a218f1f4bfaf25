"""Reading what was done and noted in a sitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.models import Enrolment
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.sittings.models import Candidate
from lms.ground.db import session
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


def interventions(sitting_id: int, candidate_id: int | None = None) -> list[Intervention]:
    """What was done in a sitting, or to one candidate there, the latest first."""
    person = joinedload(Intervention.candidate).joinedload(Candidate.enrolment)
    wanted = (
        select(Intervention)
        .options(person.joinedload(Enrolment.person))
        .where(Intervention.sitting_id == sitting_id)
        .order_by(Intervention.id.desc())
    )
    if candidate_id is not None:
        wanted = wanted.where(Intervention.candidate_id == candidate_id)
    return list(session.scalars(wanted))


def incidents(sitting_id: int, candidate_id: int | None = None) -> list[Incident]:
    """What was noted in a sitting, or of one candidate there, in the order of time."""
    person = joinedload(Incident.candidate).joinedload(Candidate.enrolment)
    wanted = (
        select(Incident)
        .options(person.joinedload(Enrolment.person))
        .where(Incident.sitting_id == sitting_id)
        .order_by(Incident.id)
    )
    if candidate_id is not None:
        wanted = wanted.where(Incident.candidate_id == candidate_id)
    return list(session.scalars(wanted))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of what was done or noted is narrowed by: seat or name, and kind."""

    search: str = ""
    kind: str = ""


def page_of_interventions(
    sitting_id: int, wanted: Wanted, *, page: int | None
) -> Page[Intervention]:
    """What was done in a sitting, the latest first."""
    return paginate(_narrowed(Intervention, Intervention.deed, sitting_id, wanted), number=page)


def page_of_incidents(sitting_id: int, wanted: Wanted, *, page: int | None) -> Page[Incident]:
    """What was noted in a sitting, the latest first."""
    return paginate(_narrowed(Incident, Incident.kind, sitting_id, wanted), number=page)


def all_records(sitting_id: int, wanted: Wanted) -> tuple[list[Incident], list[Intervention]]:
    """The same, all at once."""
    return (
        list(session.scalars(_narrowed(Incident, Incident.kind, sitting_id, wanted))),
        list(session.scalars(_narrowed(Intervention, Intervention.deed, sitting_id, wanted))),
    )


def _narrowed(table: Any, kind: Any, sitting_id: int, wanted: Wanted) -> Select[Any]:
    statement = (
        select(table)
        .outerjoin(table.candidate)
        .outerjoin(Candidate.enrolment)
        .outerjoin(Enrolment.person)
        .options(
            contains_eager(table.candidate)
            .contains_eager(Candidate.enrolment)
            .contains_eager(Enrolment.person)
        )
        .where(table.sitting_id == sitting_id)
        .order_by(table.id.desc())
    )
    if wanted.kind:
        statement = statement.where(kind == wanted.kind)
    if wanted.search:
        seat = int(wanted.search) if wanted.search.isdecimal() and len(wanted.search) < 6 else -1
        named = Person.name.contains(wanted.search, autoescape=True)
        statement = statement.where(or_(named, Candidate.seat == seat))
    return statement
