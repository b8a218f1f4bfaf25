"""Who has not been called up: by year, by five years, by unit, and for whom it may be seen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask

from courses.callups import queries
from courses.callups.queries import Narrowed
from courses.callups.rules import Coverage, Period, percent
from lms.ground import db
from lms.ground.people.rules import RankLevel
from tests import cast, make

YEAR, FIVE = Period(2026, 1), Period(2026, 5)


def test_a_period_is_of_whole_calendar_years() -> None:
    assert (YEAR.first_day, YEAR.last_day, YEAR.label) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        "2026年",
    )
    assert (FIVE.first_day, FIVE.label) == (date(2022, 1, 1), "2022—2026年")


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Fraction(2, 3), "66.6%"),
        (Fraction(1), "100%"),
        (Fraction(9999, 10000), "99.9%"),
        (Fraction(0), "0.0%"),
    ],
)
def test_a_share_is_never_rounded_up(share: Fraction, told: str) -> None:
    assert percent(share) == told
    assert Coverage(0, 0).share == 1


def _people() -> None:
    town, other = make.unit("老街镇"), make.unit("新桥乡")
    village = make.unit("东村", parent=town)
    now, before, never, left = (
        make.person(name, unit=unit, rank=RankLevel.STAFF if name == "从未" else None)
        for name, unit in (("今年", town), ("前年", village), ("从未", other), ("退出", town))
    )
    make.enrolment(make.cohort(number=8, starts_on=date(2026, 3, 2)), now)
    make.enrolment(make.cohort(number=5, starts_on=date(2024, 3, 4)), before)
    make.enrolment(
        make.cohort(number=9, starts_on=date(2026, 5, 4)), left, withdrawn_on=date(2026, 5, 5)
    )
    assert never.id


@pytest.mark.usefixtures("context")
def test_people_are_found_by_the_cohorts_that_they_were_in() -> None:
    office = cast.organiser()
    _people()

    def names(period: Period, **wanted: object) -> set[str]:
        found = queries.all_people(office, period, Narrowed(**wanted))  # type: ignore[arg-type]
        return {one.name for one in found}

    assert names(YEAR) == {"前年", "从未", "退出"}
    assert names(FIVE) == {"从未", "退出"}
    assert names(YEAR, rank=RankLevel.STAFF) == {"从未"}
    assert names(YEAR, search="前") == {"前年"}
    assert names(YEAR, unit_id=make.session.query(make.Unit).filter_by(name="老街镇").one().id) == {
        "前年",
        "退出",
    }
    assert queries.coverage(office, YEAR, Narrowed()) == Coverage(4, 1)
    assert queries.coverage(office, FIVE, Narrowed()) == Coverage(4, 2)


def test_a_unit_sees_its_own_people_only(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cast.unit_admin()
        make.person("外乡人", unit=make.unit("新桥乡"))
    unit, office = cast.browser(app, cast.unit_admin), cast.browser(app, cast.office)
    assert "外乡人" not in unit.get("/callups/").text
    assert "外乡人" in office.get("/callups/?years=5&year=2026").text
    assert office.get("/callups/list.xlsx?years=5").data[:2] == b"PK"
    assert cast.browser(app, cast.learner).get("/callups/").status_code == 403
