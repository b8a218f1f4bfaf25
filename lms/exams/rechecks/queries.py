"""Reading rechecks: one's own, and all for whoever decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.models import Cohort, Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import ScoringRun
from lms.exams.marking.queries.runs import Difference, differences
from lms.exams.rechecks.models import Recheck
from lms.exams.rechecks.rules import Standing, Verdict, last_day, standing_of
from lms.exams.results.models import Release, Result
from lms.exams.results.queries.released import latest_release, releases
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms.queries import value
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """A recheck, how it stands, and the result that counts now."""

    recheck: Recheck
    standing: Standing
    now: Result | None


def find_mine(exam_id: int, account: Account) -> Line | None:
    """This account's own recheck of an exam."""
    wanted = _rechecks().where(Recheck.exam_id == exam_id, Person.account_id == account.id)
    found = session.scalar(wanted)
    return None if found is None else lines([found])[0]


def last_day_to_ask(result: Result) -> date:
    """Until when a recheck of this released result can be asked for; `exam.cohort.programme` of
    the result must be loaded."""
    released = releases(result.exam_id)[0].released_at
    on = local(released).date()
    days = value("results.recheck_days", on=on, scope=result.exam.cohort.programme.code)
    return last_day(on, int(days))


def page_of_rechecks(
    *, search: str = "", standing: str = "", page: int | None = None
) -> Page[Recheck]:
    """Rechecks by learner, exam or cohort, those that wait first, then the latest."""
    wanted = _rechecks().order_by(Recheck.verdict.is_not(None), Recheck.id.desc())
    if search:
        like = f"%{search}%"
        wanted = wanted.where(
            or_(Person.name.ilike(like), Exam.title.ilike(like), Cohort.title.ilike(like))
        )
    if standing:
        wanted = wanted.where(_stands(Standing(standing)))
    return paginate(wanted, number=page)


def every_recheck() -> list[Recheck]:
    """All rechecks, the earliest first."""
    return list(session.scalars(_rechecks().order_by(Recheck.id)))


def lines(rechecks: Collection[Recheck]) -> list[Line]:
    """How these stand, in one statement."""
    counting = (
        select(Result, ScoringRun.started_at)
        .join(Release, Release.run_id == Result.run_id)
        .join(ScoringRun, ScoringRun.id == Result.run_id)
        .where(latest_release(), Result.enrolment_id.in_([one.enrolment_id for one in rechecks]))
    )
    now = {(one.exam_id, one.enrolment_id): (one, at) for one, at in session.execute(counting)}
    return [_line(one, *now.get((one.exam_id, one.enrolment_id), (None, None))) for one in rechecks]


def get_recheck(recheck_id: int) -> Recheck:
    """The recheck with learner, exam, and the result complained of with its sheet, or Missing."""
    sheet = joinedload(Recheck.result).joinedload(Result.attempt).joinedload(Attempt.variant)
    found = session.scalar(_rechecks().options(sheet).where(Recheck.id == recheck_id))
    if found is None:
        raise Missing("这份复核申请")
    return found


def changes_since(line: Line) -> list[Difference] | None:
    """What the released result gives otherwise than the one complained of; None while it is that."""
    before, after = line.recheck.result, line.now
    if after is None or after.run_id == before.run_id:
        return None
    runs = [session.get_one(ScoringRun, one.run_id) for one in (before, after)]
    number = line.recheck.enrolment.learner_number
    return [one for one in differences(*runs) if one.learner_number == number]


def is_candidate(recheck: Recheck, account: Account) -> bool:
    """Is it this account's own?"""
    return recheck.enrolment.person.account_id == account.id


def waiting() -> Select[int]:
    """The ids of the rechecks that nobody has decided."""
    return select(Recheck.id).where(Recheck.verdict.is_(None))


def _line(recheck: Recheck, now: Result | None, scored_at: datetime | None) -> Line:
    decided_at = recheck.decided_at
    again = scored_at is not None and decided_at is not None and scored_at > decided_at
    return Line(recheck, standing_of(recheck.verdict, released_again=again), now)


def _stands(standing: Standing) -> ColumnElement[bool]:
    if standing is Standing.OPEN:
        return Recheck.verdict.is_(None)
    if standing is Standing.UPHELD:
        return Recheck.verdict == Verdict.UPHELD
    again = exists().where(
        Release.exam_id == Recheck.exam_id,
        ScoringRun.id == Release.run_id,
        ScoringRun.started_at > Recheck.decided_at,
    )
    corrected = standing is Standing.CORRECTED
    return and_(Recheck.verdict == Verdict.WRONG, again if corrected else ~again)


def _rechecks() -> Select[Recheck]:
    return (
        select(Recheck)
        .join(Recheck.exam)
        .join(Exam.cohort)
        .join(Recheck.enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Recheck.exam).contains_eager(Exam.cohort),
            contains_eager(Recheck.enrolment)
            .contains_eager(Enrolment.person)
            .joinedload(Person.unit),
            joinedload(Recheck.result).joinedload(Result.run),
        )
    )
