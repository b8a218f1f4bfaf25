"""Reading name lists, learners one by one, and who can still be named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import cohort_scope, get_cohort
from courses.cohorts.rules import CohortStage, place_of
from courses.rosters.models import RosterUpload
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.people.queries import person_scope, visible_people


def get_cohort_to_name(cohort_id: int, account: Account) -> Cohort:
    """The cohort for whoever may put learners into it: the office always, units while it is open."""
    cohort = get_cohort(cohort_id, account)
    if P.PLAN not in account.permissions and cohort.stage is not CohortStage.OPEN:
        raise Missing("这个班次")
    return cohort


def get_enrolment(enrolment_id: int, account: Account) -> Enrolment:
    """An enrolment of a visible cohort and a visible person, with both; Missing otherwise."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(Enrolment.person).joinedload(Person.unit),
            joinedload(Enrolment.cohort).selectinload(Cohort.steps),
        )
        .where(Enrolment.id == enrolment_id, cohort_scope(account), person_scope(account))
    )
    enrolment = session.scalar(statement)
    if enrolment is None:
        raise Missing("这位学员")
    return enrolment


def get_enrolment_to_withdraw(enrolment_id: int, account: Account) -> Enrolment:
    """The same for whoever may take a learner out: the office always, units while it is open."""
    enrolment = get_enrolment(enrolment_id, account)
    if P.PLAN not in account.permissions and enrolment.cohort.stage is not CohortStage.OPEN:
        raise Missing("这位学员")
    return enrolment


def find_enrolment(cohort_id: int, person_id: int) -> Enrolment | None:
    """The row of this person in this cohort, also of one who left."""
    return session.scalar(
        select(Enrolment).where(Enrolment.cohort_id == cohort_id, Enrolment.person_id == person_id)
    )


def find_by_learner_numbers(numbers: Collection[str]) -> dict[str, Person]:
    """The people behind learner numbers of whatever cohort."""
    rows = session.execute(
        select(Enrolment.learner_number, Person)
        .join(Enrolment.person)
        .where(Enrolment.learner_number.in_(numbers))
    )
    return dict(rows.all())


def people_by_name(names: Collection[str]) -> dict[str, list[Person]]:
    """Everybody of these names, with unit; a name that nobody has is not in it."""
    found: dict[str, list[Person]] = {}
    wanted = select(Person).options(joinedload(Person.unit)).where(Person.name.in_(names))
    for person in session.scalars(wanted):
        found.setdefault(person.name, []).append(person)
    return found


def people_to_name(cohort_id: int, account: Account, *, search: str) -> list[Person]:
    """Visible people who are no learners of the cohort, found by name; at most fifty."""
    here = exists().where(
        Enrolment.cohort_id == cohort_id,
        Enrolment.person_id == Person.id,
        Enrolment.withdrawn_on.is_(None),
    )
    wanted = visible_people(account).where(~here, Person.name.ilike(f"%{search}%"))
    return list(session.scalars(wanted.limit(50)))


@dataclass(frozen=True)
class Need:
    """What a learner may not eat, or what has to be watched: in the clear."""

    name: str
    group_name: str
    diet: str
    health: str


def needs(cohort_id: int, account: Account) -> list[Need]:
    """The dining and health notes of visible learners: for an action that writes down who asked."""
    rows = session.execute(
        select(Person.name, Enrolment.group_name, Person.diet, Person.health)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(*_with_needs(cohort_id), person_scope(account))
        .order_by(Enrolment.learner_number)
    )
    return [Need(name, group, diet or "", health or "") for name, group, diet, health in rows]


def needs_count(cohort_id: int) -> int:
    """How many learners have such notes; nothing is decrypted for it."""
    wanted = select(func.count()).select_from(Enrolment).join(Enrolment.person)
    return session.scalar(wanted.where(*_with_needs(cohort_id))) or 0


def _with_needs(cohort_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.cohort_id == cohort_id,
        Enrolment.withdrawn_on.is_(None),
        or_(Person.diet.is_not(None), Person.health.is_not(None)),
    )


def find_roster(cohort_id: int, sha256: str) -> RosterUpload | None:
    """The name list with this content, if it was handed in for this cohort before."""
    return session.scalar(
        select(RosterUpload).where(
            RosterUpload.cohort_id == cohort_id, RosterUpload.sha256 == sha256
        )
    )


def get_roster(cohort_id: int, roster_id: int) -> RosterUpload:
    """A name list that was handed in for this cohort, with its file; Missing otherwise."""
    roster = session.scalar(
        select(RosterUpload)
        .options(joinedload(RosterUpload.upload))
        .where(RosterUpload.id == roster_id, RosterUpload.cohort_id == cohort_id)
    )
    if roster is None:
        raise Missing("这份名册")
    return roster


def last_place(cohort_id: int) -> int:
    """The highest place that a learner number of the cohort ends in; 0 when there is none."""
    numbers = select(Enrolment.learner_number).where(Enrolment.cohort_id == cohort_id)
    return max((place_of(number) for number in session.scalars(numbers)), default=0)
