"""Shares of hours as rules, and the figures of a semester and a cohort."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from courses.catalogue.rules import CourseTheme
from courses.cohorts.queries import get_cohort
from courses.faculty.rules import InstructorCategory, InstructorState
from courses.loads import queries
from courses.loads.rules import (
    Semester,
    composition,
    leaders_share,
    percent,
    semester_named,
    semester_of,
)
from lms.ground import db
from lms.ground.clock import now, today
from lms.ground.db import session
from tests import cast, make
from tests.courses.counting import statements

C, T, D = InstructorCategory, CourseTheme, Decimal
FIFTH = Fraction(1, 5)
AUTUMN = Semester(2026, True)


@pytest.mark.parametrize(
    ("day", "semester"),
    [
        (date(2026, 1, 31), Semester(2025, True)),
        (date(2026, 2, 1), Semester(2026, False)),
        (date(2026, 7, 31), Semester(2026, False)),
        (date(2026, 8, 1), AUTUMN),
        (date(2026, 12, 31), AUTUMN),
    ],
)
def test_every_day_lies_in_one_semester(day: date, semester: Semester) -> None:
    assert semester_of(day) == semester
    assert semester.first_day <= day <= semester.last_day
    assert semester_named(semester.code) == semester


def test_a_semester_follows_the_one_before() -> None:
    assert AUTUMN.before() == Semester(2026, False)
    assert AUTUMN.before().before() == Semester(2025, True)
    assert AUTUMN.before().last_day + timedelta(days=1) == AUTUMN.first_day
    assert [semester_named(code) for code in ("", "2026", "26-autumn", "2026-winter")] == [None] * 4


@pytest.mark.parametrize(
    ("hours", "low", "sentence"),
    [
        ([], False, "领导干部授课：还没有课时。"),
        (
            [(C.LEADER, D(4)), (C.SCHOOL, D(16))],
            False,
            "领导干部授课：4／20学时，占20%，不低于20%。",
        ),
        (
            [(C.LEADER, D("3.75")), (C.EXPERT, D(16))],
            True,
            "领导干部授课：3.75／19.75学时，占19%，低于20%，请调整。",
        ),
    ],
)
def test_the_leaders_share(
    hours: list[tuple[InstructorCategory, Decimal]], low: bool, sentence: str
) -> None:
    share = leaders_share(hours, least=FIFTH)
    assert (share.is_low, share.sentence) == (low, sentence)


def test_what_a_cohorts_hours_lack() -> None:
    made = composition(
        {T.THEORY: D(10), T.SPIRIT: D(3), T.ABILITY: D(5), None: D(2)},
        theory=Fraction(7, 10),
        spirit=FIFTH,
    )
    assert made.total == D(20)
    assert made.warnings == [
        "党的理论教育和党性教育：13／20学时，占65%，低于70%，请调整。",
        "党性教育：3／20学时，占15%，低于20%，请调整。",
        "有2学时的课程没有填写所属单元，占比可能因此偏低。",
    ]
    enough = composition({T.SPIRIT: D(7), T.ABILITY: D(3)}, theory=Fraction(7, 10), spirit=FIFTH)
    assert enough.warnings == []
    assert composition({}, theory=FIFTH, spirit=FIFTH).warnings == []


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Fraction(5, 7), "71.4%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(1, 1), "100%"),
        (Fraction(0), "0%"),
        (Fraction(1, 3000), "0%"),
    ],
)
def test_percentages_have_one_place(part: Fraction, told: str) -> None:
    assert percent(part) == told


@pytest.mark.usefixtures("context")
def test_a_semester_counts_its_own_lessons_by_category() -> None:
    day = semester_of(today()).first_day
    leader, expert = make.instructor(category=C.LEADER), make.instructor(category=C.EXPERT)
    cohort = make.cohort(starts_on=day)
    for who, on, hours in (
        (leader, day, "3"),
        (expert, day + timedelta(days=1), "9"),
        (expert, day - timedelta(days=1), "50"),
        (None, day, "70"),
    ):
        make.lesson(cohort, day=on, hours=hours, instructor=who)
    found = queries.hours_by_category(semester_of(today()))
    assert found == {C.LEADER: D(3), C.EXPERT: D(9)}


@pytest.mark.usefixtures("context")
def test_who_was_not_asked_for_months_comes_first() -> None:
    old, busy, never = (make.instructor(name) for name in ("久未", "常讲", "从未"))
    make.instructor("已出库", state=InstructorState.OUT)
    cohort = make.cohort()
    make.lesson(cohort, day=today() - timedelta(days=400), instructor=old)
    make.lesson(cohort, day=today() - timedelta(days=400), instructor=busy)
    make.lesson(cohort, day=today() + timedelta(days=4), instructor=busy)
    since = now() - timedelta(days=270)

    def found(since: object) -> list[str]:
        page = queries.instructors_by_load(idle_since=since, search="", page=None)  # type: ignore[arg-type]
        return [one.person.name for one in page.rows]

    assert found(None) == [never.person.name, old.person.name, busy.person.name]
    assert found(since) == [never.person.name, old.person.name]


@pytest.mark.usefixtures("context")
def test_a_cohort_is_composed_of_what_is_planned_and_what_is_scheduled() -> None:
    theory, craft = make.course(hours="6", theme=T.THEORY), make.course(hours="4", theme=T.ABILITY)
    made = make.cohort(theory, craft)
    make.lesson(made, theory, hours="3")
    cohort = get_cohort(made.id, cast.office())
    hours = queries.planned(cohort), queries.scheduled(cohort.id)
    assert hours == ({T.THEORY: D(6), T.ABILITY: D(4)}, {T.THEORY: D(3)})
    plan = queries.composed(cohort, hours[0], on=today())
    assert [share.is_low for share in plan.shares] == [True, True]


@pytest.mark.usefixtures("context")
def test_the_pool_of_any_size_takes_the_same_statements() -> None:
    counts = []
    for number in (2, 40):
        for _each in range(number):
            make.lesson(make.cohort(), instructor=make.instructor())
        session.flush()
        with statements() as sent:
            page = queries.instructors_by_load(idle_since=None, search="", page=None)
            queries.loads(page.rows, AUTUMN)
        counts.append(len(sent))
    assert counts == [4, 4]


def test_the_pages_show_the_figures(app: Flask) -> None:
    with app.app_context(), db.transaction():
        course = make.course("党性课", theme=T.KNOWLEDGE)
        cohort = make.cohort(course, starts_on=today())
        make.lesson(cohort, course, day=today(), instructor=make.instructor(category=C.LEADER))
        number = cohort.id
    office = cast.browser(app, cast.office)
    page = office.get("/loads/").text
    assert all(word in page for word in ("领导干部授课：3／3学时，占100%", "授课统计"))
    assert office.get("/loads/?semester=1999-spring&idle=on").status_code == 200
    assert office.get("/loads/loads.xlsx").data[:2] == b"PK"
    assert "低于70%，请调整" in office.get(f"/loads/cohorts/{number}").text
