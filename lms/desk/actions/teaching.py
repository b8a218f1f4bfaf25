"""The teaching of the demo school: programmes, courses, faculty, venues, routes, cohorts, lessons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import HalfDay, Presence
from courses.availability.models import WeeklyAbsence
from courses.availability.rules import PARTS
from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_FORM_NAMES, COURSE_KIND_NAMES, COURSE_THEME_NAMES
from courses.cohorts.models import Cohort, CohortCourse, CohortStep, Enrolment
from courses.cohorts.rules import STAGE_ORDER, CohortStage
from courses.conduct.models import ConductEntry
from courses.conduct.rules import ConductKind
from courses.courseware.models import CoursewareDue
from courses.courseware.rules import due_day
from courses.faculty.models import Appointment, Instructor, InstructorStep, Teaches
from courses.faculty.rules import (
    CATEGORY_NAMES,
    InstructorCategory,
    InstructorState,
    Origin,
    TitleLevel,
)
from courses.faculty.rules.life import letter_number
from courses.programmes.models import Programme, ProgrammeCourse
from courses.reflections.models import Reflection
from courses.reflections.rules import ReflectionGrade
from courses.routes.models import Route, Stop
from courses.timetable.models import Lesson
from courses.timetable.rules import half_day_of
from courses.venues.models import Blocking, Booking, TravelTime, Venue
from courses.venues.rules import VenueKind
from lms.desk.intake import DemoSchool
from lms.ground.clock import from_local, local
from lms.ground.db import session
from lms.ground.people.models import Person

OFFICE = "教务科"
_STAGES = {
    "filed": CohortStage.CLOSED,
    "held": CohortStage.RUNNING,
    "running": CohortStage.RUNNING,
    "planned": CohortStage.PLANNED,
}
_BUSY = (InstructorCategory.LEADER,)
_LIFE = (
    (InstructorState.CANDIDATE, 60),
    (InstructorState.TRIAL, 30),
    (InstructorState.IN_POOL, 0),
)
_TITLE_LEVELS = {
    "副教": TitleLevel.ASSOCIATE,
    "高级": TitleLevel.ASSOCIATE,
    "正高": TitleLevel.PROFESSOR,
}
_VENUE_KINDS = {
    "party_workshop": VenueKind.PRACTICE_ROOM,
    "exam_room": VenueKind.COMPUTER_ROOM,
    "language_room": VenueKind.COMPUTER_ROOM,
}
_PRESENCES = (
    [Presence.PRESENT] * 94
    + [Presence.LATE] * 2
    + [Presence.PERSONAL_LEAVE, Presence.SICK_LEAVE, Presence.OFFICIAL_LEAVE, Presence.ABSENT]
)


@dataclass(frozen=True)
class Campus:
    """What the school has, by the codes of the files."""

    courses: dict[str, Course]
    programmes: dict[str, Programme]
    instructors: dict[str, Instructor]
    venues: dict[str, Venue]
    routes: dict[str, Route]


def equip(school: DemoSchool, staff: dict[str, Person], *, today: date) -> Campus:
    """Programmes, courses, the faculty pool, venues and routes; `staff` are people by name."""
    courses = {row["code"]: _course(row) for row in school.courses}
    campus = Campus(
        programmes={
            row["code"]: _programme(row, at, courses) for at, row in enumerate(school.programmes)
        },
        courses=courses,
        instructors={
            row["name"]: _instructor(row, place, staff, today)
            for place, row in enumerate(school.instructors, 1)
        },
        venues={row["code"]: _venue(row) for row in school.venues},
        routes={row["code"]: _route(row) for row in school.routes},
    )
    for rows in vars(campus).values():
        session.add_all(rows.values())
    for row in school.courses:
        for name in row["instructors"]:
            session.add(
                Teaches(instructor=campus.instructors[name], course=campus.courses[row["code"]])
            )
    session.flush()
    _ways_and_blockings(list(campus.venues.values()), today=today)
    leaders = [one for one in campus.instructors.values() if one.category in _BUSY]
    session.add_all(_evening_off(leader) for leader in leaders)
    session.flush()
    return campus


def hold(
    row: dict[str, Any],
    campus: Campus,
    learners: list[Person],
    adviser: Person,
    *,
    at: datetime,
    chance: Random,
) -> Cohort:
    """One cohort of the files with its plan, steps, enrolments, lessons, and what was recorded."""
    cohort = _cohort(row, campus, adviser, at=at)
    enrolments = [_enrolment(cohort, person, seat) for seat, person in enumerate(learners, 1)]
    session.add_all([cohort, *enrolments])
    session.flush()
    lessons = [_lesson(lesson, cohort, campus) for lesson in row.get("lessons", [])]
    session.add_all(lessons)
    session.flush()
    for lesson in lessons:
        session.add_all(_bookings(lesson, cohort))
    past = [lesson for lesson in lessons if lesson.ends_at < at]
    session.add_all(
        _due(lesson, at) for lesson in lessons if lesson.instructor and lesson not in past
    )
    session.add_all(_marks(enrolments, past, cohort, chance))
    if row["status"] in ("filed", "held"):
        session.add_all(_conduct(enrolments, cohort, chance))
        session.add_all(_reflections(enrolments, cohort, row, chance))
    session.flush()
    return cohort


def first_day(row: dict[str, Any], today: date) -> date:
    """The Monday on or before the day that the file gives as an offset."""
    day = today + timedelta(days=row["start"])
    return day - timedelta(days=day.weekday())


def wall_time(day: date, clock_text: str) -> datetime:
    """09:30 on `day` at the school, as an instant."""
    return from_local(datetime.combine(day, time.fromisoformat(clock_text)))


def _programme(row: dict[str, Any], position: int, courses: dict[str, Course]) -> Programme:
    return Programme(
        code=row["code"],
        name=row["name"],
        audience=row["audience"],
        summary=row["description"],
        position=position,
        courses=[
            ProgrammeCourse(course=courses[code], position=place, hours=Decimal(hours))
            for place, (code, hours) in enumerate(row.get("usual", {}).items(), 1)
        ],
    )


def _course(row: dict[str, Any]) -> Course:
    return Course(
        title=row["title"],
        kind=_member(COURSE_KIND_NAMES, row["kind"]),
        form=_member(COURSE_FORM_NAMES, row["form"]),
        hours=Decimal(row["hours"]),
        theme=_member(COURSE_THEME_NAMES, row["theme"]) if "theme" in row else None,
        summary=row.get("unexamined", ""),
    )


def _instructor(
    row: dict[str, Any], place: int, staff: dict[str, Person], today: date
) -> Instructor:
    """Somebody who was tried and appointed at the beginning of last year."""
    category = _member(CATEGORY_NAMES, row["category"])
    first = date(today.year - 1, 1, 1)
    return Instructor(
        person=staff[row["name"]],
        category=category,
        origin=Origin.SCHOOL if category is InstructorCategory.SCHOOL else Origin.COUNTY,
        title=row["title"],
        title_level=_TITLE_LEVELS.get(row["title"][:2], TitleLevel.NONE),
        subjects="、".join(row["topics"]),
        languages="、".join(row["languages"]),
        vetting="所在单位和组织部门审核，同意（演示数据）。",
        steps=[_pool_step(state, days, first) for state, days in _LIFE],
        appointments=[
            Appointment(
                number=letter_number(first.year, place),
                starts_on=first,
                ends_on=date(today.year + 1, 12, 31),
                approver="校务会",
                by_name=OFFICE,
                at=wall_time(first, "09:00"),
            )
        ],
    )


def _evening_off(leader: Instructor) -> WeeklyAbsence:
    """Leaders do not teach on Friday evenings."""
    starts, ends = PARTS["晚上"]
    return WeeklyAbsence(instructor=leader, weekday=4, starts=starts, ends=ends)


def _pool_step(state: InstructorState, days_before: int, first: date) -> InstructorStep:
    tried = state is InstructorState.IN_POOL
    return InstructorStep(
        state=state,
        reason={InstructorState.CANDIDATE: "登记"}.get(state, "按师资库管理办法办理"),
        approver="校务会" if tried else "",
        score=Decimal(88) if tried else None,
        by_name=OFFICE,
        at=wall_time(first - timedelta(days=days_before), "09:00"),
    )


def _venue(row: dict[str, Any]) -> Venue:
    base = row["kind"] == "field"
    return Venue(
        name=row["name"],
        kind=VenueKind.BASE if base else _VENUE_KINDS.get(row["code"], VenueKind.ROOM),
        capacity=row["capacity"],
        equipment="、".join(row.get("equipment", [])),
    )


def _ways_and_blockings(venues: list[Venue], *, today: date) -> None:
    """How far the bases are from the first room, and a room that is to be repaired."""
    rooms = [one for one in venues if one.kind is VenueKind.ROOM]
    bases = [one for one in venues if one.kind is VenueKind.BASE]
    for place, base in enumerate(bases):
        near, far = sorted((rooms[0].id, base.id))
        session.add(TravelTime(near_id=near, far_id=far, minutes=20 + 5 * place))
    day = today + timedelta(days=14)
    session.add(
        Blocking(
            venue=rooms[-1],
            starts_at=wall_time(day, "08:00"),
            ends_at=wall_time(day + timedelta(days=1), "18:00"),
            reason="更换投影设备（演示）",
            by_name=OFFICE,
            at=wall_time(today, "09:00"),
        )
    )


def _route(row: dict[str, Any]) -> Route:
    stops = [
        Stop(position=at, name=stop["name"], minutes=stop["minutes"], taught=stop["teaching"])
        for at, stop in enumerate(row["stops"], 1)
    ]
    return Route(name=row["name"], summary=row["theme"], stops=stops)


def _member(names: dict[Any, str], wanted: str) -> Any:
    return next(member for member, name in names.items() if name == wanted)


def _cohort(row: dict[str, Any], campus: Campus, adviser: Person, *, at: datetime) -> Cohort:
    today = local(at).date()
    starts_on = first_day(row, today)
    cohort = Cohort(
        programme=campus.programmes[row["programme"]],
        number=row["number"],
        title=row["name"],
        purpose=row["theme"],
        audience=campus.programmes[row["programme"]].audience,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=_last_day(row)),
        capacity=max(row["size"], 30),
        sponsor="中共临江县委组织部",
        adviser=adviser,
        created_at=wall_time(starts_on - timedelta(days=60), "09:00"),
    )
    cohort.steps = _steps(_STAGES[row["status"]], starts_on)
    titles = dict.fromkeys(lesson["course"] for lesson in row.get("lessons", []))
    cohort.courses = [
        CohortCourse(
            course=campus.courses[code], position=position, hours=campus.courses[code].hours
        )
        for position, code in enumerate(titles, 1)
    ]
    return cohort


def _last_day(row: dict[str, Any]) -> int:
    """Days from the first to the last day: an exam or a lesson may fall after a weekend."""
    days = [lesson["day"] for lesson in row.get("lessons", [])]
    if "exam" in row:
        days.append(row["exam"]["day"])
    last: int = max([*days, row["days"] - 1])
    return last


def _steps(reached: CohortStage, starts_on: date) -> list[CohortStep]:
    """A cohort that was held went through every step before; closing is left to the archive."""
    steps = []
    for stage in STAGE_ORDER[: STAGE_ORDER.index(reached) + 1]:
        if stage is CohortStage.CLOSED:
            break
        ahead = {CohortStage.PLANNED: 60, CohortStage.APPROVED: 45, CohortStage.OPEN: 30}
        day = starts_on - timedelta(days=ahead.get(stage, 0))
        steps.append(CohortStep(stage=stage, by_name=OFFICE, at=wall_time(day, "08:00")))
    return steps


def _enrolment(cohort: Cohort, person: Person, seat: int) -> Enrolment:
    return Enrolment(
        cohort=cohort,
        person=person,
        learner_number=f"{cohort.programme.code}{cohort.number:02d}{seat:03d}",
        group_name=f"第{'一二三四'[seat % 4]}组",
        duty="班长" if seat == 1 else "",
        enrolled_at=wall_time(cohort.starts_on - timedelta(days=7), "10:00"),
    )


def _lesson(row: dict[str, Any], cohort: Cohort, campus: Campus) -> Lesson:
    day = cohort.starts_on + timedelta(days=row["day"])
    course = campus.courses[row["course"]]
    return Lesson(
        cohort=cohort,
        course=course,
        form=course.form,
        starts_at=wall_time(day, row["start"]),
        ends_at=wall_time(day, row["end"]),
        hours=_hours(row),
        venue=campus.venues[row["venue"]] if "venue" in row else None,
        instructor=campus.instructors[row["instructor"]] if "instructor" in row else None,
        note=campus.routes[row["route"]].name if "route" in row else "",
    )


def _hours(row: dict[str, Any]) -> Decimal:
    """A 学时 is 48 minutes where 7.5 of them make a day of six clock hours; in quarter steps."""
    start, end = (time.fromisoformat(row[key]) for key in ("start", "end"))
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return Decimal(round(Decimal(minutes) / 48 * 4)) / 4


def _bookings(lesson: Lesson, cohort: Cohort) -> list[Booking]:
    label = f"“{cohort.title}”的《{lesson.course.title}》"
    claims: list[dict[str, int]] = [{"cohort_id": cohort.id}]
    if lesson.venue is not None:
        claims.append({"venue_id": lesson.venue.id})
    if lesson.instructor is not None:
        claims.append({"person_id": lesson.instructor.person_id})
    return [
        Booking(
            **claim,
            starts_at=lesson.starts_at,
            ends_at=lesson.ends_at,
            holder_kind="lesson",
            holder_id=lesson.id,
            label=label,
        )
        for claim in claims
    ]


def _due(lesson: Lesson, at: datetime) -> CoursewareDue:
    """Courseware is handed in two days before a lesson, and not before today."""
    due_on = due_day(local(lesson.starts_at).date(), 2, on=local(at).date())
    return CoursewareDue(lesson=lesson, due_on=due_on, asked_by=OFFICE, asked_at=at)


def _marks(
    enrolments: list[Enrolment], lessons: list[Lesson], cohort: Cohort, chance: Random
) -> list[AttendanceMark]:
    half_days: dict[tuple[date, HalfDay], datetime] = {}
    for lesson in lessons:
        half_days[local(lesson.starts_at).date(), half_day_of(lesson.span)] = lesson.ends_at
    adviser = cohort.adviser.name if cohort.adviser else OFFICE
    return [
        AttendanceMark(
            enrolment=enrolment,
            day=day,
            half_day=half_day,
            presence=chance.choice(_PRESENCES),
            marked_by=adviser,
            marked_at=ended,
        )
        for (day, half_day), ended in half_days.items()
        for enrolment in enrolments
    ]


def _conduct(enrolments: list[Enrolment], cohort: Cohort, chance: Random) -> list[ConductEntry]:
    said = (
        (ConductKind.COMMENDATION, Decimal(2), "研讨发言有准备，联系实际谈了本单位的做法。"),
        (ConductKind.COMMENDATION, Decimal(1), "主动承担小组记录和场地整理。"),
        (ConductKind.CRITICISM, Decimal(-1), "上课期间使用手机，经提醒后改正。"),
    )
    entries = []
    for enrolment in chance.sample(enrolments, k=len(enrolments) // 3):
        kind, points, sentence = chance.choice(said)
        entries.append(
            ConductEntry(
                enrolment=enrolment,
                kind=kind,
                day=cohort.starts_on,
                points=points,
                sentence=sentence,
                recorded_by=cohort.adviser.name if cohort.adviser else OFFICE,
                recorded_at=wall_time(cohort.starts_on, "17:40"),
            )
        )
    return entries


def _reflections(
    enrolments: list[Enrolment], cohort: Cohort, row: dict[str, Any], chance: Random
) -> list[Reflection]:
    grades = (
        [ReflectionGrade.EXCELLENT] * 3 + [ReflectionGrade.GOOD] * 9 + [ReflectionGrade.PASS] * 4
    )
    return [
        Reflection(
            enrolment=enrolment,
            title=f"{cohort.title}学习体会",
            text=(
                f"参加{cohort.title}，围绕“{row['theme']}”学习了{len(cohort.courses)}门课程。"
                "（演示数据：此处为学员心得体会正文。）我将把所学用到岗位上：一是对照条文梳理本职工作的依据和程序；"
                "二是把现场教学中看到的做法带回单位讨论；三是按月检查落实，年底向所在党支部报告。"
            ),
            submitted_at=wall_time(cohort.ends_on + timedelta(days=2), "16:00"),
            grade=chance.choice(grades),
            graded_by=cohort.adviser.name if cohort.adviser else OFFICE,
            graded_at=wall_time(cohort.ends_on + timedelta(days=5), "10:00"),
        )
        for enrolment in enrolments
    ]
