"""Planning cohorts, bringing them forward, and enrolling their learners."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from courses.catalogue.models import Course
from courses.cohorts import queries
from courses.cohorts.models import Cohort, CohortCourse, CohortStep
from courses.cohorts.rules import (
    STAGE_NAMES,
    STEP_NAMES,
    CohortDraft,
    CohortStage,
    draft_faults,
    step_faults,
)
from courses.programmes.models import Programme
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused

ROSTER_LIMIT = 5 * 2**20


def plan(*, programme: Programme, draft: CohortDraft, by: Actor, at: datetime) -> Cohort:
    """Plan a cohort; Refused when the plan has faults or the number is taken."""
    _check(draft)
    planned = CohortStep(stage=CohortStage.PLANNED, by_id=by.id, by_name=by.name, at=at)
    cohort = Cohort(
        programme=programme, steps=[planned], courses=[], created_at=at, **asdict(draft)
    )
    _keep(cohort, draft, programme)
    record("cohorts.plan", cohort, f"计划了班次“{cohort.title}”", by=by, at=at)
    return cohort


def revise(
    *, cohort: Cohort, draft: CohortDraft, seen: int | None, by: Actor, at: datetime
) -> None:
    """Change a plan that has not ended; Conflict on a stale form."""
    refuse_closed(cohort)
    _check(draft)
    cohort.edited_from(seen)
    for name, value in asdict(draft).items():
        setattr(cohort, name, value)
    _keep(cohort, draft, cohort.programme)
    record("cohorts.revise", cohort, f"修改了班次“{cohort.title}”的信息", by=by, at=at)


def take_step(
    *, cohort: Cohort, to: CohortStage, by: Actor, at: datetime, note: str = ""
) -> CohortStep:
    """Bring the cohort to its next stage; Refused with everything that is still missing.

    A step that was taken already is returned as it is, so that a second click does no harm.
    """
    queries.lock_cohort(cohort.id)
    if cohort.stage is to:
        return cohort.steps[-1]
    standing = queries.standing(cohort)
    faults = step_faults(standing, to, on=local(at).date())
    if faults:
        raise Refused(*faults)
    step = CohortStep(stage=to, by_id=by.id, by_name=by.name, at=at, note=note)
    cohort.steps.append(step)
    sentence = f"“{cohort.title}”{STEP_NAMES[to]}，现在是“{STAGE_NAMES[to]}”"
    record("cohorts.take_step", cohort, sentence, by=by, at=at, stage=to.value, note=note)
    return step


def add_course(
    *, cohort: Cohort, course: Course, by: Actor, at: datetime, hours: Decimal | None = None
) -> CohortCourse:
    """Put a course at the end of the teaching plan; one that is there already is returned."""
    refuse_closed(cohort)
    for line in cohort.courses:
        if line.course_id == course.id:
            return line
    if course.retired_on is not None:
        raise Refused(f"课程《{course.title}》已经停用，不能排入教学计划。")
    position = max((line.position for line in cohort.courses), default=0) + 1
    line = CohortCourse(course=course, position=position, hours=hours or course.hours)
    cohort.courses.append(line)
    sentence = f"把《{course.title}》排入“{cohort.title}”的教学计划"
    record("cohorts.add_course", cohort, sentence, by=by, at=at, course=course.id)
    return line


def set_hours(
    *, cohort: Cohort, line: CohortCourse, hours: Decimal, by: Actor, at: datetime
) -> None:
    """How many hours a course has in this teaching plan; lessons that are planned stay."""
    refuse_closed(cohort)
    if hours == line.hours:
        return
    was, line.hours = line.hours, hours
    told = (
        f"“{cohort.title}”教学计划里《{line.course.title}》的学时由{_plain(was)}改为{_plain(hours)}"
    )
    record("cohorts.set_hours", cohort, told, by=by, at=at, course=line.course_id)


def remove_course(*, cohort: Cohort, line: CohortCourse, by: Actor, at: datetime) -> None:
    """Take a course out of the teaching plan; its lessons stay on the timetable, marked there."""
    refuse_closed(cohort)
    sentence = f"把《{line.course.title}》移出“{cohort.title}”的教学计划"
    record("cohorts.remove_course", cohort, sentence, by=by, at=at, course=line.course_id)
    cohort.courses.remove(line)
    session.flush()


def move_course(*, cohort: Cohort, line: CohortCourse, up: bool, by: Actor, at: datetime) -> None:
    """Let a course change places with the one before or after it."""
    refuse_closed(cohort)
    ordered = sorted(cohort.courses, key=lambda one: one.position)
    place = ordered.index(line) + (-1 if up else 1)
    if not 0 <= place < len(ordered):
        return
    other = ordered[place]
    line.position, other.position = other.position, line.position
    sentence = f"调整了“{cohort.title}”教学计划的顺序"
    record("cohorts.move_course", cohort, sentence, by=by, at=at, course=line.course_id)


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize() + 0:f}"


def refuse_closed(cohort: Cohort) -> None:
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，不能再改。")


def _check(draft: CohortDraft) -> None:
    faults = draft_faults(draft)
    if faults:
        raise Refused(*faults)


def _keep(cohort: Cohort, draft: CohortDraft, programme: Programme) -> None:
    try:
        with session.begin_nested():
            session.add(cohort)
            session.flush()
    except IntegrityError:
        raise Refused(f"{programme.name}第{draft.number}期已经有了，请换一个期数。") from None
