"""Finding things by a part of their name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import joinedload

from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_KIND_NAMES
from courses.cohorts.models import Cohort, Enrolment
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people.models import Person
from lms.ground.people.queries import person_scope
from lms.ground.words import word
from question_bank.items.queries import items
from question_bank.items.rules.finding import Search

LIMIT = 8
STEM = 40


@dataclass(frozen=True)
class Hit:
    """Something found by name, and its page."""

    kind: str
    label: str
    note: str
    endpoint: str
    argument: dict[str, int]


def find(account: Account, text: str) -> list[Hit]:
    """Everything whose name contains `text` and which this account may see, a few of each kind."""
    wanted = text.strip()
    if not wanted:
        return []
    return [
        hit for search in (_cohorts, _people, _courses, _items) for hit in search(account, wanted)
    ]


def _cohorts(account: Account, text: str) -> Iterator[Hit]:
    statement = select(Cohort).where(Cohort.title.contains(text, autoescape=True))
    if P.READ_COURSES not in account.permissions:
        statement = statement.where(_enrolled(account))
    for cohort in session.scalars(statement.order_by(Cohort.starts_on.desc()).limit(LIMIT)):
        note = f"{cohort.starts_on} — {cohort.ends_on}"
        yield Hit(word("班次"), cohort.title, note, "cohorts.show", {"cohort_id": cohort.id})


def _people(account: Account, text: str) -> Iterator[Hit]:
    if P.READ_PEOPLE not in account.permissions:
        return
    statement = (
        select(Person)
        .options(joinedload(Person.unit))
        .where(Person.name.contains(text, autoescape=True), person_scope(account))
        .order_by(Person.name, Person.id)
        .limit(LIMIT)
    )
    for person in session.scalars(statement):
        unit = person.unit.name if person.unit else ""
        yield Hit(
            word("人员"),
            person.name,
            f"{unit} {person.post}",
            "people.show",
            {"person_id": person.id},
        )


def _courses(account: Account, text: str) -> Iterator[Hit]:
    if P.READ_COURSES not in account.permissions:
        return
    statement = select(Course).where(Course.title.contains(text, autoescape=True)).limit(LIMIT)
    for course in session.scalars(statement.order_by(Course.title)):
        yield Hit(
            word("课程专题"),
            course.title,
            COURSE_KIND_NAMES[course.kind],
            "catalogue.show",
            {"course_id": course.id},
        )


def _items(account: Account, text: str) -> Iterator[Hit]:
    if P.READ_ITEMS not in account.permissions:
        return
    for item in items(Search(text=text), account, page=1).rows[:LIMIT]:
        stem = " ".join(item.current.stem.split())[:STEM]
        yield Hit(word("试题"), stem, item.bank.name, "items.show", {"item_id": item.id})


def _enrolled(account: Account) -> ColumnElement[bool]:
    return exists().where(
        and_(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.person_id == Person.id,
            Person.account_id == account.id,
        )
    )
