"""Reading openings: one of a cohort, and all cohorts of a year."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort
from courses.cohorts.queries import at_stage, cohort_scope, whole_cohorts
from courses.cohorts.rules import CohortStage
from courses.openings.models import Opening
from courses.openings.rules import Facts, OpeningDraft, say
from courses.quotas.queries import quotas, unfilled
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing


def find_opening(cohort_id: int) -> Opening | None:
    """What was entered for a cohort, if anything was."""
    return session.scalar(select(Opening).where(Opening.cohort_id == cohort_id))


def openings_by_id(numbers: Collection[int]) -> list[Opening]:
    """Those of these that are still there, with their cohorts."""
    wanted = select(Opening).options(joinedload(Opening.cohort))
    return list(session.scalars(wanted.where(Opening.id.in_(numbers))))


def to_be_named(account: Account, *, on: date) -> Select[int]:
    """The numbers of the cohorts that enrol, for which a unit administrator still has people to
    name: until the day that the notice says, or without one until they begin."""
    until = func.coalesce(Opening.names_until, Cohort.starts_on)
    return (
        select(Cohort.id)
        .outerjoin(Opening, Opening.cohort_id == Cohort.id)
        .where(Cohort.id.in_(unfilled(account)), at_stage(CohortStage.OPEN), until >= on)
    )


def draft_of(opening: Opening | None) -> OpeningDraft:
    """What was entered, as rules see it; an empty draft where nothing was."""
    if opening is None:
        return OpeningDraft()
    return OpeningDraft(**{one.name: getattr(opening, one.name) for one in fields(OpeningDraft)})


def facts_of(cohort: Cohort) -> Facts:
    """What the documents take from a cohort, whose steps and courses must be loaded."""
    given = tuple((one.unit.name, one.places) for one in quotas(cohort.id))
    return replace(plain_facts_of(cohort), quotas=given)


def plain_facts_of(cohort: Cohort) -> Facts:
    """The same without the allotment: no statement, for lists."""
    return Facts(
        title=cohort.title,
        purpose=cohort.purpose,
        audience=cohort.audience,
        sponsor=cohort.sponsor,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        capacity=cohort.capacity,
        courses=tuple((line.course.title, line.hours) for line in cohort.courses),
        approval=_approval(cohort),
    )


def get_whole(cohort_id: int) -> Cohort:
    """The cohort with all that the documents say of it, for work that is nobody's view."""
    cohort = session.scalar(whole_cohorts().where(Cohort.id == cohort_id))
    if cohort is None:
        raise Missing("这个班次")
    return cohort


def of_year(year: int, account: Account) -> list[tuple[Cohort, Opening | None]]:
    """The visible cohorts that begin in a year, in order of their days, with their openings."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    wanted = (
        whole_cohorts()
        .where(Cohort.starts_on.between(first, last), cohort_scope(account))
        .order_by(Cohort.starts_on, Cohort.id)
    )
    cohorts = list(session.scalars(wanted))
    rows = select(Opening).where(Opening.cohort_id.in_([one.id for one in cohorts]))
    known = {one.cohort_id: one for one in session.scalars(rows)}
    return [(one, known.get(one.id)) for one in cohorts]


def years(account: Account, *, present: int) -> range:
    """The years from the first to the last visible cohort, and the present one."""
    ends = select(func.min(Cohort.starts_on), func.max(Cohort.starts_on))
    first, last = session.execute(ends.where(cohort_scope(account))).one()
    found = [day.year for day in (first, last) if day] + [present]
    return range(min(found), max(found) + 1)


def _approval(cohort: Cohort) -> str:
    for step in cohort.steps:
        if step.stage is CohortStage.APPROVED:
            note = f"（{step.note}）" if step.note else ""
            return f"同意举办。{note}\n{step.by_name}　{say(local(step.at).date())}"
    return ""
