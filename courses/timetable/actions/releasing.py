"""Releasing a timetable, and telling everybody whom it changes."""

from __future__ import annotations

from datetime import datetime

from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.timetable.models import TimetableRelease
from courses.timetable.queries import lessons, releases
from courses.timetable.rules.releases import Change, Entry, changes, to_json
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell

_TOLD = 10


def release(*, cohort: Cohort, seen: int, by: Actor, at: datetime) -> TimetableRelease:
    """Make the present timetable the one that holds, and tell everybody whom it changes.

    `seen` is the number that the form was to give it: a second click finds it given and
    changes nothing. Refused when there is nothing new.
    """
    cohorts.lock_cohort(cohort.id)
    last = releases.find_last_release(cohort.id)
    if last is not None and last.number >= seen:
        return last
    present = lessons.entries(lessons.lessons(cohort.id))
    news = changes(releases.released_entries(last), present)
    if not news:
        raise Refused("课程表还没有安排，或者与上次发布的一样，不需要再发布。")
    made = TimetableRelease(
        cohort_id=cohort.id,
        number=seen,
        released_by=by.name,
        released_at=at,
        lessons=[to_json(entry) for entry in present],
    )
    session.add(made)
    sentence = f"发布了“{cohort.title}”课程表第{seen}版"
    record("timetable.release", made, sentence, by=by, at=at, changes=len(news))
    _notify(cohort, news, present, first=last is None, at=at)
    return made


def _notify(
    cohort: Cohort, news: list[Change], present: list[Entry], *, first: bool, at: datetime
) -> None:
    """Learners and adviser hear of every change, instructors of those to their own lessons."""
    link = f"/timetable/cohorts/{cohort.id}"
    subject = f"“{cohort.title}”课程表已{'发布' if first else '更新'}"
    learners = [row.person_id for row in cohorts.enrolments(cohort.id)]
    adviser = [cohort.adviser_id] if cohort.adviser_id is not None else []
    whole = f"共{len(present)}次课，请查看课程表。" if first else _body(news)
    tell([*learners, *adviser], subject, whole, at=at, link=link)
    for person_id in sorted(frozenset().union(*(change.person_ids for change in news))):
        own = [change for change in news if person_id in change.person_ids]
        tell([person_id], subject, _body(own), at=at, link=link)


def _body(news: list[Change]) -> str:
    told = [change.sentence for change in news[:_TOLD]]
    more = [f"另有{len(news) - _TOLD}处变动，请查看课程表。"] if len(news) > _TOLD else []
    return "\n".join([*told, *more])
