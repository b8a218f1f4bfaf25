"""Asking for a suggestion, keeping what was found, and taking it over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from courses.catalogue.queries import courses_by_id
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortStage
from courses.suggestions.models import Suggestion
from courses.suggestions.rules.proposals import Proposed, from_json, to_json
from courses.timetable.actions import together
from courses.timetable.rules.arrangement import Arrangement
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs

KIND = "suggestions.find"


def ask(cohort: Cohort, *, by: Account, at: datetime) -> Suggestion:
    """Have a worker look for places for the lessons that the plan of `cohort` still lacks."""
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，课程表不能再改。")
    if not cohort.courses:
        raise Refused("教学计划里还没有课程，请先在班次的“教学计划”里加入课程。")
    suggestion = Suggestion(cohort=cohort, asked_by=by.name, asked_at=at)
    session.add(suggestion)
    session.flush()
    job = jobs.enqueue(KIND, owner_id=by.id, at=at, suggestion_id=suggestion.id)
    suggestion.job_id = job.id
    record("suggestions.ask", suggestion, f"请求为“{cohort.title}”排出建议", by=by, at=at)
    return suggestion


def keep(suggestion: Suggestion, lessons: Sequence[Proposed], lacking: Iterable[str]) -> None:
    """What was found."""
    suggestion.lessons = [to_json(lesson) for lesson in lessons]
    suggestion.lacking = list(lacking)


def take(suggestion: Suggestion, chosen: Iterable[int], *, by: Account, at: datetime) -> int:
    """Put the chosen lessons (by their place in the list) on the timetable, all or none.

    Everything is checked anew: Refused, with every lesson that has become impossible since.
    """
    if suggestion.taken_at is not None:
        raise Refused(f"这份建议已由{suggestion.taken_by}采纳，没有重复排课。")
    offered = [from_json(one) for one in suggestion.lessons or []]
    wanted = [offered[place] for place in sorted(set(chosen)) if 0 <= place < len(offered)]
    if not wanted:
        raise Refused("请至少勾选一次课。")
    cohort = cohorts.get_cohort(suggestion.cohort_id, by)
    try:
        together.schedule_all(cohort=cohort, wanted=_arranged(wanted), by=by, at=at)
    except Refused as refusal:
        told = "有的课已经排不进去，没有采纳，请重新排出建议："
        raise Refused(told, *refusal.reasons) from None
    suggestion.taken_by, suggestion.taken_at = by.name, at
    sentence = f"采纳了“{cohort.title}”的排课建议，排入{len(wanted)}次课"
    record("suggestions.take", suggestion, sentence, by=by, at=at, lessons=len(wanted))
    return len(wanted)


def _arranged(lessons: Sequence[Proposed]) -> list[Arrangement]:
    courses = courses_by_id({one.course_id for one in lessons})
    return [
        Arrangement(
            one.course_id, courses[one.course_id].form, one.starts_at, one.ends_at, one.hours,
            one.venue_id, one.instructor_id,
        )
        for one in lessons
    ]  # fmt: skip
