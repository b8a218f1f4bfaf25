"""Reading a week as a board, in a fixed number of statements however much is on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from courses.boards.rules import (
    NOBODY,
    UNDECIDED,
    Board,
    By,
    Card,
    Cell,
    Fixed,
    Line,
    Target,
    Unplaced,
)
from courses.catalogue.models import Course
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, CohortCourse
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor, Teaches
from courses.faculty.rules import InstructorState
from courses.timetable.models import Lesson
from courses.timetable.queries import checks, situations
from courses.timetable.queries.lessons import entry, get_lesson, usual_times, whole_lessons
from courses.timetable.rules import HalfDay, day_span, left_over, parts_of, whole_days
from courses.timetable.rules.arrangement import moved
from courses.timetable.rules.conflicts import Conflict
from courses.venues import queries as venues
from courses.venues.models import Booking, Venue
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span

ROWS = 10
Times = dict[HalfDay, tuple[time, time]]


@dataclass(frozen=True)
class Piece:
    """What is in the planner's hand: a lesson, or a course of the plan that has no lesson yet.

    `cohort` with steps and courses, `instructor` with person and teaches.
    """

    cohort: Cohort
    course: Course
    hours: Decimal
    venue: Venue | None
    instructor: Instructor | None
    lesson: Lesson | None = None

    def span(self, day: date, half: HalfDay, times: Times) -> Span:
        """When it would be held there."""
        if self.lesson is None:
            return day_span(day, *times[half])
        return moved(self.lesson.span, day, half, times)


def board(
    by: By, days: Sequence[date], account: Account, *, search: str = "", page: int | None = None
) -> tuple[Board, Page[Any]]:
    """The week `days` with one page of its rows."""
    week = whole_days(days[0], days[-1])
    rows = paginate(_rows(by, week, days, account, search), number=page, size=ROWS)
    numbers = [row.id for row in rows.rows]
    column = getattr(Lesson, f"{by}_id")
    wanted = column.in_(numbers)
    if by is not By.COHORT and rows.number == 1 and not search:
        wanted = or_(wanted, column.is_(None))
    lessons = _lessons(week, wanted)
    lines = [_line(by, row) for row in rows.rows]
    cards = _cards(by, week, lessons)
    if any(line == NOBODY for line, _, _ in cards):
        lines.append(Line(NOBODY, UNDECIDED[by]))
    tray = unplaced(numbers) if by is By.COHORT else {}
    return Board(by, days, lines, cards, _fixed(by, week, rows.rows), tray), rows


def unplaced(cohort_ids: Collection[int]) -> dict[int, list[Unplaced]]:
    """What the teaching plans of these cohorts have that no lesson has yet, in two statements."""
    scheduled = session.execute(
        select(Lesson.cohort_id, Lesson.course_id, func.sum(Lesson.hours))
        .where(Lesson.cohort_id.in_(cohort_ids))
        .group_by(Lesson.cohort_id, Lesson.course_id)
    )
    done = {(cohort_id, course_id): hours for cohort_id, course_id, hours in scheduled}
    lines = session.execute(
        select(CohortCourse.cohort_id, Course.id, Course.title, CohortCourse.hours)
        .join(CohortCourse.course)
        .where(CohortCourse.cohort_id.in_(cohort_ids))
        .order_by(CohortCourse.cohort_id, CohortCourse.position)
    )
    found: dict[int, list[Unplaced]] = defaultdict(list)
    for cohort_id, course_id, title, hours in lines:
        left = left_over(hours, done.get((cohort_id, course_id), Decimal(0)))
        if left:
            found[cohort_id].append(
                Unplaced(cohort_id, course_id, title, f"{left.normalize() + 0:f}")
            )
    return found


def lesson_piece(lesson_id: int, account: Account) -> Piece:
    """A lesson in hand; Missing for whoever may not see it."""
    lesson = get_lesson(lesson_id, account)
    return Piece(
        cohorts.get_cohort(lesson.cohort_id, account),
        lesson.course,
        lesson.hours,
        lesson.venue,
        lesson.instructor,
        lesson,
    )


def course_piece(cohort_id: int, course_id: int, account: Account, *, on: date) -> Piece:
    """A course of a cohort's plan in hand: a half-day's hours of what is left of it.

    In the room that the cohort uses most; taught by whoever alone in the pool can teach it.
    """
    cohort = cohorts.get_cohort(cohort_id, account)
    line = cohorts.get_course_of(cohort, course_id)
    half_day = norms.value("hours.per_half_day", on=on, scope=cohort.programme.code)
    waiting = {one.course_id: Decimal(one.hours) for one in unplaced([cohort_id])[cohort_id]}
    hours = min(waiting.get(course_id, line.hours), half_day)
    return Piece(cohort, line.course, hours, _usual_venue(cohort_id), _only_teacher(course_id))


def at_target(piece: Piece, target: Target) -> Piece:
    """The piece with the instructor or the venue of the row that it is dropped on."""
    venue, instructor = piece.venue, piece.instructor
    if target.by is By.VENUE:
        venue = venues.get_venue(target.line) if target.line != NOBODY else None
    if target.by is By.INSTRUCTOR:
        instructor = faculty.get_instructor(target.line) if target.line != NOBODY else None
    return Piece(piece.cohort, piece.course, piece.hours, venue, instructor, piece.lesson)


def places(
    piece: Piece, by: By, days: Sequence[date], lines: Collection[int]
) -> dict[Cell, list[Conflict]]:
    """What stands against every place of a week; places without conflicts are left out."""
    week, times = whole_days(days[0], days[-1]), usual_times(on=days[0])
    hands, moving = _hands(piece, by, lines), piece.lesson.id if piece.lesson else None
    people = [instructor for _, _, instructor in hands if instructor is not None]
    known = situations.situation(week, [piece.cohort.id], instructors=people)
    facts = checks.cohort_facts([piece.cohort])[piece.cohort.id]
    in_plan = any(line.course_id == piece.course.id for line in piece.cohort.courses)
    found = {}
    for line, venue, instructor in hands:
        for day in days:
            for half in HalfDay:
                against = known.against(
                    facts,
                    course_id=piece.course.id,
                    course_title=piece.course.title,
                    in_plan=in_plan,
                    span=piece.span(day, half, times),
                    venue_id=venue,
                    instructor_id=instructor,
                    hours=piece.hours,
                    moving=moving,
                )
                if against:
                    found[line, day, half] = against
    return found


def _hands(
    piece: Piece, by: By, lines: Collection[int]
) -> list[tuple[int, int | None, int | None]]:
    """For every row that the piece can be dropped on: where it would be, and by whom."""
    venue = piece.venue.id if piece.venue else None
    instructor = piece.instructor.id if piece.instructor else None
    if by is By.COHORT:
        return [(piece.cohort.id, venue, instructor)]
    chosen = [(line, None if line == NOBODY else line) for line in lines]
    if by is By.VENUE:
        return [(line, number, instructor) for line, number in chosen]
    return [(line, venue, number) for line, number in chosen]


def _rows(by: By, week: Span, days: Sequence[date], account: Account, search: str) -> Select[Any]:
    wanted = f"%{search}%"
    if by is By.COHORT:
        held = Cohort.starts_on <= days[-1], Cohort.ends_on >= days[0]
        seen = Cohort.title.ilike(wanted), cohorts.cohort_scope(account)
        return select(Cohort).where(*held, *seen).order_by(Cohort.starts_on, Cohort.id)
    if by is By.VENUE:
        open_still = or_(Venue.closed_on.is_(None), Venue.closed_on > days[0])
        used = or_(open_still, _meets(week, Lesson.venue_id == Venue.id))
        return select(Venue).where(used, Venue.name.ilike(wanted)).order_by(Venue.name)
    # Hundreds are in the pool: those who teach this week, or whoever is looked for.
    chosen = (
        Person.name.ilike(wanted) if search else _meets(week, Lesson.instructor_id == Instructor.id)
    )
    people = select(Instructor).join(Instructor.person).options(joinedload(Instructor.person))
    return people.where(chosen).order_by(Person.name, Instructor.id)


def _meets(week: Span, which: ColumnElement[bool]) -> ColumnElement[bool]:
    of_week = Lesson.starts_at < week.end, Lesson.ends_at > week.start
    return select(Lesson.id).where(which, *of_week).exists()


def _line(by: By, row: Any) -> Line:
    if by is By.COHORT:
        return Line(row.id, row.title, days=(row.starts_on, row.ends_on))
    if by is By.VENUE:
        return Line(row.id, row.name, note=f"{row.capacity}座")
    return Line(row.id, row.person.name, note=row.title)


def _lessons(week: Span, wanted: ColumnElement[bool]) -> list[Lesson]:
    of_week = Lesson.starts_at < week.end, Lesson.ends_at > week.start
    return list(session.scalars(whole_lessons().where(*of_week, wanted)))


def _cards(by: By, week: Span, lessons: Sequence[Lesson]) -> dict[Cell, list[Card]]:
    against = checks.standing(week, Lesson.id.in_([one.id for one in lessons]))
    cards: dict[Cell, list[Card]] = defaultdict(list)
    for lesson in lessons:
        shown, line = entry(lesson), getattr(lesson, f"{by}_id") or NOBODY
        card = Card(shown, lesson.version, tuple(against.get(lesson.id, ())))
        cards[line, shown.day, shown.half_day].append(card)
    return cards


def _fixed(by: By, week: Span, rows: Sequence[Any]) -> dict[Cell, list[Fixed]]:
    """Sittings, trips and blockings, in every half-day that they touch."""
    claims = {row.person_id if by is By.INSTRUCTOR else row.id: row.id for row in rows}
    column = {By.COHORT: Booking.cohort_id, By.INSTRUCTOR: Booking.person_id}.get(
        by, Booking.venue_id
    )
    others = session.execute(
        select(column, Booking.starts_at, Booking.ends_at, Booking.label).where(
            column.in_(claims),
            Booking.holder_kind != "lesson",
            Booking.starts_at < week.end,
            Booking.ends_at > week.start,
        )
    )
    taken = [(claims[number], Span(start, end), label) for number, start, end, label in others]
    if by is By.VENUE:
        taken += [
            (one.venue_id, Span(one.starts_at, one.ends_at), f"停用：{one.reason}")
            for one in venues.blockings(week)
        ]
    found: dict[Cell, list[Fixed]] = defaultdict(list)
    for line, span, label in taken:
        for day, half, _ in parts_of(span):
            found[line, day, half].append(Fixed(span, label))
    return found


def _usual_venue(cohort_id: int) -> Venue | None:
    used = (
        select(Lesson.venue_id)
        .where(Lesson.cohort_id == cohort_id, Lesson.venue_id.is_not(None))
        .group_by(Lesson.venue_id)
        .order_by(func.count().desc(), Lesson.venue_id)
        .limit(1)
    )
    number = session.scalar(used)
    return session.get(Venue, number) if number is not None else None


def _only_teacher(course_id: int) -> Instructor | None:
    able = session.scalars(select(Teaches.instructor_id).where(Teaches.course_id == course_id))
    known = faculty.instructors_by_id(able.all()).values()
    present = [one for one in known if one.state is InstructorState.IN_POOL]
    return present[0] if len(present) == 1 else None
