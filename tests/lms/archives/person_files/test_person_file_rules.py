"""学时 by year against the norms: which hold for whom, and which held then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lms.archives.person_files.rules import (
    FIVE_YEARS,
    ONLINE,
    Standing,
    Target,
    codes_for,
    hours_by_year,
    years,
)
from lms.ground.people.rules import Politics, RankLevel

TOWNSHIP, MEMBER, SECRETARY = (
    "quota.township_yearly",
    "quota.party_member_yearly",
    "quota.party_secretary_yearly",
)
TODAY = date(2026, 11, 22)


def target(code: str, wanted: int, *, since: int = 2019, until: date | None = None) -> Target:
    return Target(code, code, Decimal(wanted), "依据", True, date(since, 1, 1), until)


@pytest.mark.parametrize(
    ("rank", "politics", "secretary", "codes"),
    [
        (RankLevel.TOWNSHIP, Politics.MEMBER, False, (TOWNSHIP, MEMBER, ONLINE)),
        (RankLevel.STAFF, Politics.PROBATIONARY, False, (TOWNSHIP, MEMBER, ONLINE)),
        (RankLevel.STAFF, Politics.MASSES, False, (TOWNSHIP, ONLINE)),
        (RankLevel.COUNTY, Politics.MEMBER, False, (FIVE_YEARS, MEMBER, ONLINE)),
        (RankLevel.VILLAGE, Politics.MEMBER, True, (SECRETARY,)),
        (RankLevel.VILLAGE, Politics.MASSES, False, ()),
        (None, None, False, ()),
    ],
)
def test_which_norms_hold_for_whom(
    rank: RankLevel | None, politics: Politics | None, secretary: bool, codes: tuple[str, ...]
) -> None:
    assert codes_for(rank=rank, politics=politics, is_secretary=secretary) == codes


def test_hours_of_all_cohorts_add_up_by_year() -> None:
    tallies = [{2025: Decimal("7.5"), 2026: Decimal(4)}, {2026: Decimal("3.5")}]
    assert hours_by_year(tallies) == {2025: Decimal("7.5"), 2026: Decimal("7.5")}


def test_this_year_is_listed_even_without_hours() -> None:
    [only] = years({}, [target(TOWNSHIP, 90)], [TOWNSHIP], today=TODAY)
    assert (only.year, only.hours) == (2026, Decimal(0))
    assert only.standings == (Standing(target(TOWNSHIP, 90), Decimal(0)),)


def test_a_year_is_held_against_what_was_asked_then() -> None:
    old = target(TOWNSHIP, 60, until=date(2024, 1, 1))
    new = target(TOWNSHIP, 90, since=2024)
    hours = {2018: Decimal(9), 2023: Decimal(75), 2026: Decimal(80)}
    found = years(hours, [old, new], [TOWNSHIP], today=TODAY)
    assert [(one.year, [s.target.wanted for s in one.standings]) for one in found] == [
        (2026, [Decimal(90)]),
        (2023, [Decimal(60)]),
        (2018, []),
    ]
    assert [s.is_met for one in found for s in one.standings] == [False, True]
    assert found[0].standings[0].percent == 88


def test_the_county_level_is_counted_over_five_years() -> None:
    hours = {year: Decimal(100) for year in range(2020, 2027)}
    found = years(hours, [target(FIVE_YEARS, 550)], [FIVE_YEARS], today=TODAY)
    assert found[0].standings[0].hours == Decimal(500)
    assert found[-1].standings[0].hours == Decimal(100)


def test_online_learning_is_not_known_and_never_met() -> None:
    [only] = years({2026: Decimal(99)}, [target(ONLINE, 50)], [ONLINE], today=TODAY)
    [standing] = only.standings
    assert (standing.hours, standing.is_met, standing.percent) == (None, False, 0)
