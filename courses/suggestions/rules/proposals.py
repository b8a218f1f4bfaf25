"""From what a cohort's plan lacks to a problem of placing, and from its solution to lessons.

A period of the problem is a half-day: the morning or the afternoon of a teaching day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from courses.catalogue.rules import CourseForm
from courses.suggestions.rules.placing import Crowd, Placement, Problem, Room, Subject
from courses.timetable.rules import HalfDay
from courses.venues.rules import VenueKind
from lms.ground.spans import Span

HALVES = (HalfDay.MORNING, HalfDay.AFTERNOON)
_FIELD = frozenset({VenueKind.BASE})
_INDOORS = frozenset({VenueKind.ROOM, VenueKind.PRACTICE_ROOM})


@dataclass(frozen=True, slots=True)
class Line:
    """A course of the teaching plan and the 学时 of it that no lesson has yet."""

    course_id: int
    title: str
    form: CourseForm
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Teacher:
    """Somebody in the pool: what they can teach, when they can't, what they have taught lately."""

    id: int
    name: str
    courses: frozenset[int]
    busy: frozenset[int]
    load: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A venue, and when it is taken."""

    id: int
    name: str
    kind: VenueKind
    seats: int
    busy: frozenset[int]


@dataclass(frozen=True, slots=True)
class Wish:
    """All that a suggestion is made from. `slots` are the half-days of the cohort's teaching
    days, two to a day; `free` those in which it has nothing yet; `half_day` what one counts."""

    slots: tuple[Span, ...]
    free: frozenset[int]
    half_day: Decimal
    learners: int
    lines: tuple[Line, ...]
    teachers: tuple[Teacher, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A lesson that could be held."""

    course_id: int
    course: str
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    instructor_id: int
    instructor: str
    venue_id: int
    venue: str

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


# Who teaches which line, by its index; lines that nobody can teach are not in it.
Staff = Mapping[int, Teacher]


def lessons_of(line: Line, half_day: Decimal) -> int:
    """How many half-days the missing hours of a line take; the last may be shorter."""
    return ceil(line.hours / half_day)


def staff(wish: Wish) -> dict[int, Teacher]:
    """A teacher for each line: one with time enough, of those who taught least lately.

    Lines with the fewest teachers choose first, and what is given to somebody counts as load.
    """
    given: dict[int, Decimal] = {}
    chosen: dict[int, Teacher] = {}
    able = {
        number: [one for one in wish.teachers if line.course_id in one.courses]
        for number, line in enumerate(wish.lines)
    }
    for number in sorted(able, key=lambda one: (len(able[one]), one)):
        wanted = lessons_of(wish.lines[number], wish.half_day)
        teachers = [one for one in able[number] if wish.free - one.busy]
        if teachers:
            teacher = min(
                teachers,
                key=lambda one: (
                    len(wish.free - one.busy) < wanted,
                    one.load + given.get(one.id, Decimal(0)),
                    one.id,
                ),
            )
            chosen[number] = teacher
            given[teacher.id] = given.get(teacher.id, Decimal(0)) + wish.lines[number].hours
    return chosen


def early(wish: Wish, teachers: Staff) -> Wish:
    """The same with no more free half-days than there are lessons to place, the earliest: tried
    first, so that a timetable fills from the front."""
    wanted = sum(lessons_of(wish.lines[number], wish.half_day) for number in teachers)
    return replace(wish, free=frozenset(sorted(wish.free)[:wanted]))


def problem(wish: Wish, teachers: Staff) -> Problem:
    """The problem of placing the lessons of all lines that have a teacher.

    Its subjects are the lines, its rooms the places, both by index.
    """
    subjects = tuple(
        Subject(
            name=line.title,
            lessons=lessons_of(line, wish.half_day) if number in teachers else 0,
            size=wish.learners,
            least_days=1,
            periods=_times(wish, teachers.get(number)),
            rooms=frozenset(
                index for index, place in enumerate(wish.places) if _suits(place, line, wish)
            ),
        )
        for number, line in enumerate(wish.lines)
    )
    crowds = [Crowd("学员", frozenset(range(len(wish.lines))))]
    crowds += [
        Crowd(one.name, frozenset(number for number, other in teachers.items() if other == one))
        for one in sorted(set(teachers.values()), key=lambda one: one.id)
    ]
    return Problem(
        days=len(wish.slots) // len(HALVES),
        per_day=len(HALVES),
        rooms=tuple(Room(place.name, place.seats, place.busy) for place in wish.places),
        subjects=subjects,
        crowds=tuple(crowds),
    )


def proposed(wish: Wish, teachers: Staff, placement: Placement) -> list[Proposed]:
    """The lessons of a placement in order of time; a line's last takes what is left of it."""
    found = []
    for number, meetings in placement.items():
        line, teacher, left = wish.lines[number], teachers[number], wish.lines[number].hours
        for period, room in sorted(meetings):
            span, place = wish.slots[period], wish.places[room]
            hours = min(wish.half_day, left)
            left -= hours
            found.append(
                Proposed(
                    line.course_id, line.title, span.start, span.end, hours,
                    teacher.id, teacher.name, place.id, place.name,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.starts_at, one.course_id))


def lacking(wish: Wish, teachers: Staff, placement: Placement) -> list[str]:
    """What found no place, and why, one sentence for each course."""
    told = []
    for number, line in enumerate(wish.lines):
        missing = lessons_of(line, wish.half_day) - len(placement.get(number, ()))
        if missing > 0:
            told.append(
                f"《{line.title}》还差{missing}次课：{_why(wish, line, teachers.get(number))}"
            )
    return told


def to_json(lesson: Proposed) -> dict[str, Any]:
    """The lesson as plain values."""
    return {
        **asdict(lesson),
        "starts_at": lesson.starts_at.isoformat(),
        "ends_at": lesson.ends_at.isoformat(),
        "hours": str(lesson.hours),
    }


def from_json(plain: Mapping[str, Any]) -> Proposed:
    """The lesson again."""
    return Proposed(
        **{
            **plain,
            "starts_at": datetime.fromisoformat(plain["starts_at"]),
            "ends_at": datetime.fromisoformat(plain["ends_at"]),
            "hours": Decimal(plain["hours"]),
        }
    )


def _times(wish: Wish, teacher: Teacher | None) -> frozenset[int]:
    return wish.free - teacher.busy if teacher else frozenset()


def _suits(place: Place, line: Line, wish: Wish) -> bool:
    kinds = _FIELD if line.form is CourseForm.FIELD else _INDOORS
    return place.kind in kinds and place.seats >= wish.learners


def _why(wish: Wish, line: Line, teacher: Teacher | None) -> str:
    able = [one for one in wish.teachers if line.course_id in one.courses]
    if not able:
        return "师资库里没有能讲这门课的在库教师。"
    if not wish.free:
        return "班次里已经没有空着的半天。"
    if teacher is None:
        names = "、".join(one.name for one in able)
        return f"能讲这门课的教师（{names}）在空着的半天里都另有安排。"
    places = [place for place in wish.places if _suits(place, line, wish)]
    if not places:
        kind = "现场教学点" if line.form is CourseForm.FIELD else "教室"
        return f"没有坐得下{wish.learners}人的{kind}。"
    return f"{teacher.name}和场地都有空的半天不够了（班次还空着{len(wish.free)}个半天）。"
