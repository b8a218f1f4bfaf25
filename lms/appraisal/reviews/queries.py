"""Reading reviews and what they rest on; whose they are is decided here, in the SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from courses.attendance.queries import tally
from courses.attendance.rules import Tally
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import charge_scope
from courses.conduct.models import ConductEntry
from courses.conduct.rules import CONDUCT_KIND_NAMES, ConductKind
from courses.reflections.models import Reflection
from courses.reflections.rules import REFLECTION_GRADE_NAMES
from lms.appraisal.reviews.models import Review
from lms.appraisal.reviews.rules.facts import (
    ExamScore,
    Facts,
    Graded,
    Limit,
    Limits,
    Presence,
    Remark,
)
from lms.exams.results.models import Result
from lms.exams.results.queries.released import released
from lms.exams.results.rules import ABSENT
from lms.exams.sittings.models import Exam
from lms.exams.sittings.queries.absences import learner_exemptions, make_up_calls
from lms.exams.sittings.queries.exams import standing_exams
from lms.exams.sittings.rules import ExamPurpose
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms.models import Norm
from lms.ground.norms.queries import in_force
from lms.ground.norms.rules import parse_fraction
from lms.ground.people.models import Person

_NORMS = (
    "leave.limit",
    "leave.absent_days",
    "hours.per_half_day",
    "appraisal.breach_entries",
    "appraisal.score_step",
)


def reviews(cohort_id: int) -> dict[int, Review]:
    """The reviews of a cohort by enrolment, with their scheme."""
    wanted = (
        select(Review)
        .join(Review.enrolment)
        .options(joinedload(Review.scheme))
        .where(Enrolment.cohort_id == cohort_id)
    )
    return {review.enrolment_id: review for review in session.scalars(wanted)}


def reviews_to_change(cohort_id: int) -> dict[int, Review]:
    """The same, with learner, and held until the end of the transaction."""
    wanted = (
        select(Review)
        .join(Review.enrolment)
        .options(contains_eager(Review.enrolment))
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Review.id)
        .with_for_update(of=Review)
    )
    return {review.enrolment_id: review for review in session.scalars(wanted)}


def counts(cohort_ids: list[int]) -> dict[int, tuple[int, int]]:
    """For each cohort how many reviews it has, and how many of them are decided."""
    rows = session.execute(
        select(Enrolment.cohort_id, func.count(), func.count(Review.decided_at))
        .join(Review, Review.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id.in_(cohort_ids))
        .group_by(Enrolment.cohort_id)
    )
    return {cohort_id: (total, decided) for cohort_id, total, decided in rows}


def get_review(review_id: int, account: Account) -> Review:
    """The review with learner, scheme and lines, for whoever looks after the cohort."""
    return _one(_whole().where(Review.id == review_id, charge_scope(account)))


def mine(account: Account) -> list[Review]:
    """The decided reviews of this account's person, the latest first, with all their lines."""
    own = and_(Person.account_id == account.id, Review.decided_at.is_not(None))
    decided = _whole().join(Enrolment.person).where(own)
    return list(session.scalars(decided.order_by(Review.decided_at.desc())))


def find_adviser_account(cohort_id: int) -> int | None:
    """The id of the account of whoever advises the cohort, if there is one."""
    wanted = select(Person.account_id).join(Cohort, Cohort.adviser_id == Person.id)
    return session.scalar(wanted.where(Cohort.id == cohort_id))


def facts(cohort_id: int) -> dict[int, Facts]:
    """What is known of every learner of a cohort, in a handful of statements."""
    examined = _examined(cohort_id)
    remarks, reflections = _remarks(cohort_id), _reflections(cohort_id)
    return {
        row.enrolment_id: Facts(
            presence=_presence(row),
            exams=examined.scores(row.enrolment_id),
            unreleased=examined.unreleased(row.enrolment_id),
            remarks=tuple(remarks[row.enrolment_id]),
            reflections=tuple(reflections[row.enrolment_id]),
        )
        for row in tally(cohort_id)
    }


def _presence(row: Tally) -> Presence:
    registered = row.hours_present + row.leave_hours + row.absent_hours
    return Presence(
        hours_total=row.hours_total,
        leave_hours=row.leave_hours,
        absent_hours=row.absent_hours,
        unmarked_hours=max(row.hours_total - registered, Decimal(0)),
        late=row.late,
        left_early=row.left_early,
    )


@dataclass(frozen=True)
class _Examined:
    """The standing exams of a cohort, and what is known of each learner in them by exam id."""

    exams: list[Exam]
    results: dict[int, dict[int, Result]]
    exemptions: dict[tuple[int, int], str]
    calls: set[tuple[int, int]]

    def scores(self, enrolment_id: int) -> tuple[ExamScore, ...]:
        """One for each exam that says something of the learner, make-ups within it."""
        firsts = [exam for exam in self.exams if exam.makes_up_id is None]
        found = (self._score(exam, enrolment_id) for exam in firsts)
        return tuple(one for one in found if one is not None)

    def unreleased(self, enrolment_id: int) -> tuple[str, ...]:
        """The titles of exams that still have to say something; a make-up to whom it calls."""
        known = self.results.get(enrolment_id, {})
        return tuple(
            exam.title
            for exam in self.exams
            if exam.id not in known
            and (exam.id, enrolment_id) not in self.exemptions
            and (exam.makes_up_id is None or (exam.id, enrolment_id) in self.calls)
        )

    def _score(self, exam: Exam, enrolment_id: int) -> ExamScore | None:
        results = self.results.get(enrolment_id, {})
        exemption = self.exemptions.get((exam.id, enrolment_id), "")
        result = results.get(exam.id)
        if result is None and not exemption:
            return None
        make_ups = (one for one in self.exams if one.makes_up_id == exam.id and one.id in results)
        return ExamScore(
            exam.title,
            None if result is None else _sat(result),
            Decimal(100) if result is None else result.full_score,
            required=exam.purpose is ExamPurpose.CONCLUDING,
            exemption=exemption,
            make_ups=tuple(
                ExamScore(one.title, _sat(results[one.id]), results[one.id].full_score)
                for one in make_ups
            ),
        )


def _sat(result: Result) -> Decimal | None:
    return None if result.grade == ABSENT else result.score


def _examined(cohort_id: int) -> _Examined:
    results: dict[int, dict[int, Result]] = defaultdict(dict)
    for result in released(cohort_id):
        results[result.enrolment_id][result.exam_id] = result
    exemptions = {
        (one.exam_id, one.enrolment_id): f"{one.approved_by}批准免考（{one.reason}）"
        for one in learner_exemptions(cohort_id)
    }
    exams = standing_exams(cohort_id)
    return _Examined(exams, dict(results), exemptions, make_up_calls([one.id for one in exams]))


def _remarks(cohort_id: int) -> dict[int, list[Remark]]:
    """Entries of the conduct register that were not withdrawn, the earliest first."""
    wanted = (
        _of_cohort(ConductEntry, cohort_id)
        .where(ConductEntry.withdrawn_at.is_(None))
        .order_by(ConductEntry.day, ConductEntry.id)
    )
    found: dict[int, list[Remark]] = defaultdict(list)
    for entry in session.scalars(wanted):
        remark = Remark(
            entry.day,
            CONDUCT_KIND_NAMES[entry.kind],
            entry.points,
            entry.sentence,
            entry.kind is ConductKind.BREACH,
        )
        found[entry.enrolment_id].append(remark)
    return found


def _reflections(cohort_id: int) -> dict[int, list[Graded]]:
    found: dict[int, list[Graded]] = defaultdict(list)
    for row in session.scalars(_of_cohort(Reflection, cohort_id).order_by(Reflection.id)):
        grade = None if row.grade is None else row.grade.value
        called = "" if row.grade is None else REFLECTION_GRADE_NAMES[row.grade]
        found[row.enrolment_id].append(Graded(row.title, grade, called))
    return found


def limits(*, on: date, scope: str) -> tuple[Limits, Fraction]:
    """The vetoing norms with their basis, and the step to which totals are rounded."""
    norms = in_force(*_NORMS, on=on, scope=scope)
    for code in _NORMS:
        if code not in norms:
            raise Missing(f"政策参数“{code}”")
    vetoing = Limits(
        leave=_limit(norms["leave.limit"]),
        absent_days=_limit(norms["leave.absent_days"]),
        hours_per_day=_limit(norms["hours.per_half_day"]).value * 2,
        breaches=_limit(norms["appraisal.breach_entries"]),
    )
    return vetoing, _limit(norms["appraisal.score_step"]).value


def _limit(norm: Norm) -> Limit:
    value = parse_fraction(norm.text or "") if norm.value is None else Fraction(norm.value)
    return Limit(value, norm.basis)


def _of_cohort(table: Any, cohort_id: int) -> Select[Any]:
    same: ColumnElement[bool] = Enrolment.cohort_id == cohort_id
    return select(table).join(Enrolment, Enrolment.id == table.enrolment_id).where(same)


def _whole() -> Select[Review]:
    return (
        select(Review)
        .join(Review.enrolment)
        .join(Enrolment.cohort)
        .options(
            contains_eager(Review.enrolment).options(
                joinedload(Enrolment.person).joinedload(Person.unit),
                contains_eager(Enrolment.cohort).joinedload(Cohort.programme),
            ),
            joinedload(Review.scheme),
            selectinload(Review.lines),
        )
    )


def _one(statement: Select[Review]) -> Review:
    review = session.scalar(statement)
    if review is None:
        raise Missing("这份鉴定")
    return review
