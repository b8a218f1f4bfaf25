"""Planning cohorts, bringing them forward, and enrolling their learners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from courses.catalogue.models import Course
from courses.cohorts import queries
from courses.cohorts.intake.matching import Line, Matched, RowState
from courses.cohorts.models import (
    Cohort,
    CohortCourse,
    CohortStep,
    Enrolment,
    Programme,
    RosterUpload,
)
from courses.cohorts.rules import (
    STAGE_NAMES,
    STEP_NAMES,
    CohortDraft,
    CohortStage,
    Standing,
    draft_faults,
    learner_number,
    step_faults,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.people import actions as people
from lms.ground.people.models import Person, Unit
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

ROSTER_LIMIT = 5 * 2**20


@dataclass(frozen=True)
class Newcomer:
    """A person to be enrolled, and the place in the cohort."""

    person: Person
    group_name: str = ""
    duty: str = ""
    dormitory: str = ""


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
    _refuse_closed(cohort)
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
    learners = queries.learner_counts([cohort.id])[cohort.id]
    standing = Standing(
        stage=cohort.stage,
        starts_on=cohort.starts_on,
        courses=len(cohort.courses),
        learners=learners,
        has_adviser=cohort.adviser_id is not None,
    )
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
    _refuse_closed(cohort)
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


def remove_course(*, cohort: Cohort, line: CohortCourse, by: Actor, at: datetime) -> None:
    """Take a course out of the teaching plan; its lessons stay on the timetable, marked there."""
    _refuse_closed(cohort)
    sentence = f"把《{line.course.title}》移出“{cohort.title}”的教学计划"
    record("cohorts.remove_course", cohort, sentence, by=by, at=at, course=line.course_id)
    cohort.courses.remove(line)
    session.flush()


def move_course(*, cohort: Cohort, line: CohortCourse, up: bool, by: Actor, at: datetime) -> None:
    """Let a course change places with the one before or after it."""
    _refuse_closed(cohort)
    ordered = sorted(cohort.courses, key=lambda one: one.position)
    place = ordered.index(line) + (-1 if up else 1)
    if not 0 <= place < len(ordered):
        return
    other = ordered[place]
    line.position, other.position = other.position, line.position
    sentence = f"调整了“{cohort.title}”教学计划的顺序"
    record("cohorts.move_course", cohort, sentence, by=by, at=at, course=line.course_id)


def enrol(
    *,
    cohort: Cohort,
    person: Person,
    by: Actor,
    at: datetime,
    group_name: str = "",
    duty: str = "",
    dormitory: str = "",
) -> Enrolment:
    """Make a person a learner of the cohort; one who is there already is returned as is.

    Whoever had left comes back under the old number. Refused when the cohort is full or closed.
    """
    newcomer = Newcomer(person, group_name, duty, dormitory)
    return enrol_all(cohort=cohort, newcomers=[newcomer], by=by, at=at)[0]


def enrol_all(
    *, cohort: Cohort, newcomers: Sequence[Newcomer], by: Actor, at: datetime
) -> list[Enrolment]:
    """Enrol several people, all or none, numbered in the order given (no statement in a loop)."""
    _refuse_closed(cohort)
    queries.lock_cohort(cohort.id)
    known = {row.person_id: row for row in queries.all_enrolments(cohort.id)}
    present = [row for row in known.values() if row.withdrawn_on is None]
    staying = {row.person_id for row in present}
    coming = {one.person.id: one for one in newcomers if one.person.id not in staying}
    if len(present) + len(coming) > cohort.capacity:
        raise Refused(
            f"“{cohort.title}”的名额是{cohort.capacity}人，已有{len(present)}人，"
            f"再加{len(coming)}人就超出了；请先调整名额。"
        )
    place = queries.last_place(cohort.id)
    for one in coming.values():
        row = known.get(one.person.id)
        if row is None:
            place += 1
            row = _new_enrolment(cohort, one, place, at)
            known[one.person.id] = row
        else:
            row.withdrawn_on, row.withdrawal_reason = None, ""
            row.version += 1
        sentence = f"{one.person.name}成为“{cohort.title}”的学员，学号{row.learner_number}"
        record("cohorts.enrol", row, sentence, by=by, at=at, cohort=cohort.id)
    return [known[one.person.id] for one in newcomers]


def withdraw(
    *, enrolment: Enrolment, on: date, reason: str, seen: int | None, by: Actor, at: datetime
) -> None:
    """Let a learner leave; the row stays, with date and reason. Conflict on a stale form."""
    if not reason:
        raise Refused("请写明退出的原因。")
    enrolment.edited_from(seen)
    if enrolment.withdrawn_on is not None:
        raise Refused(f"{enrolment.person.name}已经退出，不用再次登记。")
    enrolment.withdrawn_on, enrolment.withdrawal_reason = on, reason
    sentence = f"{enrolment.person.name}退出“{enrolment.cohort.title}”：{reason}"
    record("cohorts.withdraw", enrolment, sentence, by=by, at=at, on=on.isoformat())


def place(
    *,
    enrolment: Enrolment,
    group_name: str,
    duty: str,
    dormitory: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Set group, duty in the cohort and dormitory of a learner; Conflict on a stale form."""
    enrolment.edited_from(seen)
    enrolment.group_name, enrolment.duty, enrolment.dormitory = group_name, duty, dormitory
    sentence = f"修改了{enrolment.person.name}在“{enrolment.cohort.title}”的分组和职务"
    record("cohorts.place", enrolment, sentence, by=by, at=at)


def bring_roster(
    *, cohort: Cohort, content: bytes | Readable, name: str, owner_id: int, by: Actor, at: datetime
) -> RosterUpload:
    """Keep a name list for the preview; the same file brought again is the same list.

    `name` is the file's own. Refused for files that are empty, too large, or no table.
    """
    _refuse_closed(cohort)
    upload = store(content, name=name, owner_id=owner_id, at=at, limit=ROSTER_LIMIT)
    expect(upload, (media.XLSX, media.XLS, media.ODS, media.TEXT))
    known = queries.find_roster(cohort.id, upload.sha256)
    if known is not None:
        return known
    roster = RosterUpload(
        cohort_id=cohort.id,
        upload=upload,
        sha256=upload.sha256,
        brought_by=by.name,
        brought_at=at,
    )
    session.add(roster)
    sentence = f"为“{cohort.title}”上传了名册“{upload.name}”"
    record("cohorts.bring_roster", roster, sentence, by=by, at=at)
    return roster


def enter_roster(
    *, cohort: Cohort, roster: RosterUpload, matched: Matched, by: Actor, at: datetime
) -> int:
    """Enrol everybody on the list, all or nothing; how many are new in the cohort.

    Refused with every fault of every row, and for new people whom nothing identifies until
    they are confirmed. Entered again, the list changes nothing.
    """
    reasons = matched.faults + matched.doubts
    if reasons:
        raise Refused(*reasons)
    units = dict(matched.units)
    for name, kind in matched.new_units.items():
        units[name] = people.create_unit(name, kind, None, by=by, at=at)
    coming = [line for line in matched.lines if line.state is not RowState.LEARNER]
    newcomers = [_newcomer(line, units, by=by, at=at) for line in coming]
    enrol_all(cohort=cohort, newcomers=newcomers, by=by, at=at)
    if newcomers or roster.entered_at is None:
        roster.entered_by, roster.entered_at = by.name, at
        roster.learners += len(newcomers)
        sentence = f"从名册“{roster.upload.name}”为“{cohort.title}”导入{len(newcomers)}名学员"
        unchecked = len(matched.doubtful)
        sentence += f"，其中{unchecked}人没有身份证号，确认为新的人" if unchecked else ""
        record("cohorts.enter_roster", roster, sentence, by=by, at=at)
    return len(newcomers)


def _newcomer(line: Line, units: dict[str, Unit], *, by: Actor, at: datetime) -> Newcomer:
    row, person = line.row, line.person
    if person is None:
        unit = units.get(row.unit)
        details = replace(row.details, unit_id=unit.id if unit else None)
        person = people.save_person(None, details, by=by, at=at)
    return Newcomer(person, row.group_name, row.duty, row.dormitory)


def _new_enrolment(cohort: Cohort, one: Newcomer, place: int, at: datetime) -> Enrolment:
    row = Enrolment(
        cohort=cohort,
        person=one.person,
        learner_number=learner_number(cohort.programme.code, cohort.number, place),
        group_name=one.group_name,
        duty=one.duty,
        dormitory=one.dormitory,
        enrolled_at=at,
    )
    session.add(row)
    return row


def _refuse_closed(cohort: Cohort) -> None:
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
