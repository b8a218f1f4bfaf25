"""Reading what was released of timetables: what learners and instructors go by."""

from __future__ import annotations

from sqlalchemy import func, select

from courses.cohorts.models import Cohort
from courses.timetable.models import TimetableRelease
from courses.timetable.queries.lessons import entries, lessons
from courses.timetable.rules.releases import Entry, from_json
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session


def shown_entries(cohort: Cohort, account: Account) -> list[Entry]:
    """The present timetable for whoever reads courses, the last release for everybody else."""
    if P.READ_COURSES in account.permissions:
        return entries(lessons(cohort.id))
    release = find_last_release(cohort.id)
    return [] if release is None else released_entries(release)


def releases(cohort_id: int) -> list[TimetableRelease]:
    """All releases of a cohort's timetable, the latest first."""
    of_cohort = TimetableRelease.cohort_id == cohort_id
    wanted = select(TimetableRelease).where(of_cohort).order_by(TimetableRelease.number.desc())
    return list(session.scalars(wanted))


def find_last_release(cohort_id: int) -> TimetableRelease | None:
    """The release that is in force."""
    return next(iter(releases(cohort_id)), None)


def released_entries(release: TimetableRelease | None) -> list[Entry]:
    """What a release says, in order of time; nothing before the first."""
    found = [] if release is None else [from_json(plain) for plain in release.lessons]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.lesson_id))


def next_release_number(cohort_id: int) -> int:
    """The number that the next release gets."""
    latest = select(func.max(TimetableRelease.number))
    return (session.scalar(latest.where(TimetableRelease.cohort_id == cohort_id)) or 0) + 1
