"""From what a plan lacks to lessons: who teaches, what is tried first, what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from courses.catalogue.rules import CourseForm
from courses.suggestions.rules.proposals import (
    Line,
    Place,
    Teacher,
    Wish,
    early,
    from_json,
    lacking,
    lessons_of,
    problem,
    proposed,
    staff,
    to_json,
)
from courses.timetable.rules import day_span, left_over
from courses.venues.rules import VenueKind

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(14, 30), time(17, 30))
SLOTS = tuple(
    day_span(date(2026, 12, day), *times) for day in (1, 2) for times in (MORNING, AFTERNOON)
)
LAW, FIELD = 1, 2


def line(course_id: int = LAW, hours: str = "4", **fields: object) -> Line:
    usual = Line(course_id, f"课{course_id}", CourseForm.LECTURE, Decimal(hours))
    return replace(usual, **fields)  # type: ignore[arg-type]


def teacher(number: int, *courses: int, busy: set[int] = set(), load: str = "0") -> Teacher:  # noqa: B006
    return Teacher(number, f"师{number}", frozenset(courses), frozenset(busy), Decimal(load))


def place(number: int = 1, kind: VenueKind = VenueKind.ROOM, seats: int = 50) -> Place:
    return Place(number, f"室{number}", kind, seats, frozenset())


def wish(*lines: Line, **fields: object) -> Wish:
    usual = Wish(SLOTS, frozenset(range(4)), Decimal(4), 30, lines, (teacher(1, LAW),), (place(),))
    return replace(usual, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "lessons"), [("0", 0), ("0.25", 1), ("4", 1), ("4.25", 2), ("12", 3)]
)
def test_missing_hours_take_whole_half_days(hours: str, lessons: int) -> None:
    assert lessons_of(line(hours=hours), Decimal(4)) == lessons


STAFF: list[tuple[str, tuple[Line, ...], tuple[Teacher, ...], dict[int, int]]] = [
    ("whoever taught least", (line(),), (teacher(1, LAW, load="8"), teacher(2, LAW)), {0: 2}),
    ("time before load", (line(hours="8"),),
     (teacher(1, LAW, load="9"), teacher(2, LAW, busy={0, 1, 2})), {0: 1}),
    ("what is given counts", (line(), line(FIELD)),
     (teacher(1, LAW, FIELD), teacher(2, LAW, FIELD)), {0: 1, 1: 2}),
    ("few can choose first", (line(), line(FIELD)),
     (teacher(1, LAW, FIELD), teacher(2, LAW)), {0: 2, 1: 1}),
    ("nobody", (line(),), (teacher(1, FIELD), teacher(2, LAW, busy={0, 1, 2, 3})), {}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "lines", "teachers", "chosen"), STAFF, ids=[c[0] for c in STAFF])
def test_lines_find_their_teachers(
    case: str, lines: tuple[Line, ...], teachers: tuple[Teacher, ...], chosen: dict[int, int]
) -> None:
    found = staff(wish(*lines, teachers=teachers))
    assert {number: one.id for number, one in found.items()} == chosen


def test_a_timetable_fills_from_the_front() -> None:
    wanted = wish(line(hours="8"), line(FIELD), free=frozenset({1, 2, 3}))
    assert early(wanted, {0: teacher(1, LAW)}).free == frozenset({1, 2})


def test_field_teaching_goes_to_bases_and_the_rest_to_rooms_with_seats() -> None:
    places = (
        place(1),
        place(2, VenueKind.BASE),
        place(3, seats=20),
        place(4, VenueKind.COMPUTER_ROOM),
    )
    wanted = wish(line(), line(FIELD, form=CourseForm.FIELD), places=places)
    subjects = problem(wanted, {0: teacher(1, LAW), 1: teacher(2, FIELD)}).subjects
    assert [one.rooms for one in subjects] == [frozenset({0}), frozenset({1})]


def test_the_last_lesson_takes_what_is_left_of_the_hours() -> None:
    wanted = wish(line(hours="5.5"))
    lessons = proposed(wanted, {0: teacher(1, LAW)}, {0: [(2, 0), (1, 0)]})
    assert [(one.span, one.hours, one.instructor, one.venue) for one in lessons] == [
        (SLOTS[1], Decimal(4), "师1", "室1"),
        (SLOTS[2], Decimal("1.5"), "师1", "室1"),
    ]
    assert [from_json(to_json(one)) for one in lessons] == lessons


LACKING: list[tuple[str, Wish, str]] = [
    ("nobody can teach it", wish(line(), teachers=()), "师资库里没有能讲这门课的在库教师。"),
    (
        "those who can are busy",
        wish(
            line(),
            teachers=(teacher(1, LAW, busy={0, 1, 2, 3}), teacher(2, LAW, busy={0, 1, 2, 3})),
        ),
        "能讲这门课的教师（师1、师2）在空着的半天里都另有安排。",
    ),
    ("no half-day is free", wish(line(), free=frozenset()), "班次里已经没有空着的半天。"),
    ("nowhere to sit", wish(line(), places=(place(seats=10),)), "没有坐得下30人的教室。"),
    (
        "no base",
        wish(line(form=CourseForm.FIELD)),
        "没有坐得下30人的现场教学点。",
    ),
    (
        "not enough half-days",
        wish(line(), free=frozenset({1})),
        "师1和场地都有空的半天不够了（班次还空着1个半天）。",
    ),
]


@pytest.mark.parametrize(("case", "wanted", "why"), LACKING, ids=[one[0] for one in LACKING])
def test_what_finds_no_place_says_why(case: str, wanted: Wish, why: str) -> None:
    assert lacking(wanted, staff(wanted), {}) == [f"《课1》还差1次课：{why}"]


def test_what_is_placed_is_not_lacking() -> None:
    wanted = wish(line(hours="8"))
    assert lacking(wanted, staff(wanted), {0: [(0, 0), (1, 0)]}) == []


@pytest.mark.parametrize(
    ("planned", "scheduled", "left"), [("8", "3.75", "4.25"), ("4", "4", "0"), ("4", "6", "0")]
)
def test_what_is_left_of_a_course(planned: str, scheduled: str, left: str) -> None:
    assert left_over(Decimal(planned), Decimal(scheduled)) == Decimal(left)
