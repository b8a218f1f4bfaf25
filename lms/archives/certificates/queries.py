"""Reading what learners have completed, and the certificates that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, Enrolment
from courses.conduct.models import ConductEntry
from courses.reflections.models import Reflection
from courses.timetable.models import Lesson
from lms.appraisal.reviews.models import Review
from lms.archives.certificates.models import Certificate
from lms.archives.certificates.rules import Place, Tally, half_day_hours, obstacle, tally
from lms.exams.results.models import Release, Result
from lms.exams.sittings.models import Exam
from lms.ground.db import session
from lms.ground.people.models import Person

Row = TypeVar("Row", AttendanceMark, Result, Reflection, ConductEntry)


@dataclass(frozen=True)
class Completion:
    """What one enrolment comes to: attendance, released results, reflections, review, certificate.

    `enrolment` has person, unit, cohort and programme; `lessons` are those of the cohort.
    """

    enrolment: Enrolment
    lessons: Sequence[Lesson]
    marks: Mapping[Place, AttendanceMark]
    tally: Tally
    results: Sequence[Result] = ()
    reflections: Sequence[Reflection] = ()
    remarks: Sequence[ConductEntry] = ()
    review: Review | None = None
    certificate: Certificate | None = None

    @property
    def person(self) -> Person:
        return self.enrolment.person

    @property
    def is_active(self) -> bool:
        return self.enrolment.withdrawn_on is None

    @property
    def grade(self) -> str | None:
        """考核等次, once somebody has decided it."""
        return self.review.decided_grade if self.review else None

    @property
    def obstacle(self) -> str:
        """Why there can be no certificate; "" when there can."""
        bands = self.review.scheme.bands if self.review else []
        return obstacle(
            withdrawn=not self.is_active,
            decided_grade=self.grade,
            failing_grade=str(bands[-1]["name"]) if bands else "",
        )


@dataclass
class _Found:
    """Rows by enrolment."""

    marks: dict[int, list[AttendanceMark]] = field(default_factory=dict)
    results: dict[int, list[Result]] = field(default_factory=dict)
    reflections: dict[int, list[Reflection]] = field(default_factory=dict)
    remarks: dict[int, list[ConductEntry]] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    certificates: dict[int, Certificate] = field(default_factory=dict)


def of_cohort(cohort_id: int, *, with_id_numbers: bool = False) -> list[Completion]:
    """What everybody who is or was a learner of the cohort has completed, by learner number.

    A fixed number of statements, however many learners. `with_id_numbers` reads the whole
    ID numbers as well: for a document whose norm asks for them.
    """
    wanted = _enrolments().where(Enrolment.cohort_id == cohort_id)
    if with_id_numbers:
        wanted = wanted.options(contains_eager(Enrolment.person).options(undefer(Person.id_number)))
    return _completions(wanted.order_by(Enrolment.learner_number))


def of_person(person_id: int) -> list[Completion]:
    """What a person has completed in every cohort, the latest first; a few statements."""
    mine = _enrolments().where(Enrolment.person_id == person_id)
    return _completions(mine.order_by(Cohort.starts_on.desc(), Enrolment.id.desc()))


def certificates(cohort_id: int) -> list[Certificate]:
    """The certificates of a cohort by number, with enrolment and person."""
    of_cohort = select(Certificate).join(Certificate.enrolment)
    return list(
        session.scalars(
            of_cohort.options(_with_person())
            .where(Enrolment.cohort_id == cohort_id)
            .order_by(Certificate.number)
        )
    )


def find_by_code(check_code: str) -> Certificate | None:
    """The certificate with this check code (as kept), with person and cohort."""
    return session.scalar(
        select(Certificate)
        .join(Certificate.enrolment)
        .options(_with_person())
        .where(Certificate.check_code == check_code)
    )


def _with_person() -> Any:
    return contains_eager(Certificate.enrolment).options(
        joinedload(Enrolment.person).joinedload(Person.unit), joinedload(Enrolment.cohort)
    )


def _enrolments() -> Select[Enrolment]:
    return (
        select(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            contains_eager(Enrolment.person).joinedload(Person.unit),
            contains_eager(Enrolment.cohort).joinedload(Cohort.programme),
        )
    )


def _completions(wanted: Select[Enrolment]) -> list[Completion]:
    enrolments = session.scalars(wanted).unique().all()
    found = _found([enrolment.id for enrolment in enrolments])
    lessons = _lessons({enrolment.cohort_id for enrolment in enrolments})
    hours = {cohort_id: _hours(held) for cohort_id, held in lessons.items()}
    return [
        _completion(one, found, lessons[one.cohort_id], hours[one.cohort_id]) for one in enrolments
    ]


def _completion(
    enrolment: Enrolment, found: _Found, lessons: list[Lesson], hours: dict[Place, Decimal]
) -> Completion:
    marks = {(mark.day, mark.half_day): mark for mark in found.marks.get(enrolment.id, ())}
    presences = {place: mark.presence for place, mark in marks.items()}
    return Completion(
        enrolment=enrolment,
        lessons=lessons,
        marks=marks,
        tally=tally(hours, presences, until=enrolment.withdrawn_on),
        results=found.results.get(enrolment.id, ()),
        reflections=found.reflections.get(enrolment.id, ()),
        remarks=found.remarks.get(enrolment.id, ()),
        review=found.reviews.get(enrolment.id),
        certificate=found.certificates.get(enrolment.id),
    )


def _found(ids: Collection[int]) -> _Found:
    review = select(Review).options(selectinload(Review.lines), joinedload(Review.scheme))
    certificate = select(Certificate).where(Certificate.enrolment_id.in_(ids))
    reviews = session.scalars(review.where(Review.enrolment_id.in_(ids)))
    return _Found(
        marks=_grouped(select(AttendanceMark).where(AttendanceMark.enrolment_id.in_(ids))),
        results=_grouped(_released().where(Result.enrolment_id.in_(ids))),
        reflections=_grouped(
            select(Reflection).where(Reflection.enrolment_id.in_(ids)).order_by(Reflection.id)
        ),
        remarks=_grouped(
            select(ConductEntry)
            .where(ConductEntry.enrolment_id.in_(ids), ConductEntry.withdrawn_at.is_(None))
            .order_by(ConductEntry.day, ConductEntry.id)
        ),
        reviews={one.enrolment_id: one for one in reviews},
        certificates={one.enrolment_id: one for one in session.scalars(certificate)},
    )


def _released() -> Select[Result]:
    """Results of the latest release of each exam: nothing else may be written into a file."""
    latest = select(func.max(Release.id)).group_by(Release.exam_id)
    return (
        select(Result)
        .join(Result.exam)
        .options(contains_eager(Result.exam))
        .where(Result.run_id.in_(select(Release.run_id).where(Release.id.in_(latest))))
        .order_by(Exam.id)
    )


def _grouped(statement: Select[Row]) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in session.scalars(statement):
        rows[row.enrolment_id].append(row)
    return rows


def _lessons(cohort_ids: Collection[int]) -> dict[int, list[Lesson]]:
    statement = (
        select(Lesson)
        .options(joinedload(Lesson.course), joinedload(Lesson.venue))
        .where(Lesson.cohort_id.in_(cohort_ids))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    held: dict[int, list[Lesson]] = {cohort_id: [] for cohort_id in cohort_ids}
    for lesson in session.scalars(statement):
        held[lesson.cohort_id].append(lesson)
    return held


def _hours(lessons: list[Lesson]) -> dict[Place, Decimal]:
    return half_day_hours((lesson.span, lesson.hours) for lesson in lessons)
