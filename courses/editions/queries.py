"""Reading a version of a timetable: the draft, or one that was released."""

from __future__ import annotations

from dataclasses import dataclass

from courses.cohorts.models import Cohort
from courses.editions.rules import DRAFT, Head, Sheet, sheet
from courses.timetable.models import TimetableRelease
from courses.timetable.queries.lessons import entries, lessons, usual_times
from courses.timetable.queries.releases import released_entries, releases
from courses.timetable.rules.releases import Entry
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms


@dataclass(frozen=True)
class Edition:
    """One version: its number (0 is the draft), its release if it has one, what it says."""

    number: int
    release: TimetableRelease | None
    entries: list[Entry]


def edition(cohort: Cohort, number: int | None, account: Account) -> Edition:
    """A version; without a number the last release, or for planners the draft where there is none.

    Whoever only learns never sees a draft: Missing, as for a number that there is not.
    """
    released = {one.number: one for one in releases(cohort.id)}
    wanted = max(released, default=DRAFT) if number is None else number
    if wanted in released:
        return Edition(wanted, released[wanted], released_entries(released[wanted]))
    reads = Permission.READ_COURSES in account.permissions
    if wanted != DRAFT or (not reads and number is not None):
        raise Missing("这一版课程表")
    return Edition(DRAFT, None, entries(lessons(cohort.id)) if reads else [])


def printed(cohort: Cohort, shown: Edition) -> Sheet:
    """A version as a sheet to print."""
    on = cohort.starts_on
    named = ("timetable.notes", "timetable.contact")
    texts = {code: norm.text or "" for code, norm in norms.in_force(*named, on=on).items()}
    told = "草稿，尚未发布"
    if shown.release is not None:
        at = local(shown.release.released_at)
        told = f"第{shown.number}版　{at.year}年{at.month}月{at.day}日发布"
    head = Head(
        title=cohort.title,
        edition=told,
        first=cohort.starts_on,
        last=cohort.ends_on,
        adviser=cohort.adviser.name if cohort.adviser else "",
        requirements=texts.get("timetable.notes", ""),
        contact=texts.get("timetable.contact", ""),
    )
    return sheet(head, shown.entries, usual_times(on=on))
