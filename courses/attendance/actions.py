"""Taking attendance, and putting a sheet right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from courses.attendance import queries
from courses.attendance.models import AttendanceMark
from courses.attendance.rules import PRESENCE_NAMES, Entry, HalfDay
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.rules import CohortStage
from courses.timetable.rules import HALF_DAY_NAMES
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused


def take(
    *,
    cohort: Cohort,
    day: date,
    half_day: HalfDay,
    entries: Mapping[int, Entry],
    seen: str,
    by: Actor,
    at: datetime,
) -> int:
    """Write down a half-day's sheet, or correct it; how many marks are new or other than before.

    `entries` by enrolment id; `seen` is the stamp of the sheet when the form was opened. The
    same sheet sent twice is one. Conflict when somebody else changed it meanwhile, Missing for
    learners of another cohort or a half-day without lessons, Refused before its day.
    """
    _check(cohort, day, half_day, on=local(at).date())
    learners = {row.id: row for row in cohorts.enrolments(cohort.id)}
    if set(entries) - set(learners):
        raise Missing("这位学员")
    present = queries.sheet(cohort.id, day, half_day)
    changed = {
        enrolment_id: entry
        for enrolment_id, entry in entries.items()
        if enrolment_id not in present or _said(present[enrolment_id]) != entry
    }
    if changed and queries.stamp(present.values()) != seen:
        raise Conflict()
    when = f"{day.month}月{day.day}日{HALF_DAY_NAMES[half_day]}"
    for enrolment_id, entry in changed.items():
        mark = present.get(enrolment_id)
        if mark is None:
            mark = AttendanceMark(enrolment_id=enrolment_id, day=day, half_day=half_day)
            session.add(mark)
        else:
            _record_correction(mark, entry, learners[enrolment_id], when, by=by, at=at)
        mark.presence, mark.note = entry.presence, entry.note
        mark.marked_by, mark.marked_at = by.name, at
    if changed and not present:
        sentence = f"登记了“{cohort.title}”{when}的考勤（{len(changed)}人）"
        record("attendance.take", cohort, sentence, by=by, at=at)
    session.flush()
    return len(changed)


def _said(mark: AttendanceMark) -> Entry:
    return Entry(mark.presence, mark.note)


def _record_correction(
    mark: AttendanceMark, entry: Entry, learner: Enrolment, when: str, *, by: Actor, at: datetime
) -> None:
    names = PRESENCE_NAMES
    record(
        "attendance.correct",
        mark,
        f"把{learner.person.name}{when}的考勤由“{names[mark.presence]}”改为“{names[entry.presence]}”",
        by=by,
        at=at,
        was=mark.presence.value,
        to=entry.presence.value,
        note=entry.note,
    )


def _check(cohort: Cohort, day: date, half_day: HalfDay, *, on: date) -> None:
    queries.get_session(cohort.id, day, half_day)
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，考勤不能再改。")
    if day > on:
        raise Refused(f"{day.month}月{day.day}日还没有到，不能提前考勤。")
