"""Rules of the person file: 学时 by year, and the norms that are held against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.ground.people.rules import Politics, RankLevel

_MEMBERS = frozenset({Politics.MEMBER, Politics.PROBATIONARY})
ONLINE = "hours.online_yearly"
FIVE_YEARS = "quota.county_five_years"
CODES = (
    "quota.township_yearly",
    FIVE_YEARS,
    "quota.party_member_yearly",
    "quota.party_secretary_yearly",
    ONLINE,
)
"""Norms that a person's 学时 are held against; `ONLINE` cannot be known here."""


@dataclass(frozen=True)
class Target:
    """A norm with its dates: `wanted` 学时, on what it rests, and whether that was verified."""

    code: str
    name: str
    wanted: Decimal
    basis: str
    verified: bool
    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Standing:
    """学时 held against a target; `hours` None: not known to this system."""

    target: Target
    hours: Decimal | None

    @property
    def is_met(self) -> bool:
        return self.hours is not None and self.hours >= self.target.wanted

    @property
    def percent(self) -> int:
        """Whole percent, rounded down, at most 100."""
        if self.hours is None or not self.target.wanted:
            return 0
        return min(100, int(self.hours * 100 / self.target.wanted))


@dataclass(frozen=True)
class Year:
    """A calendar year: 学时 attended, and how they stand to what was asked then."""

    year: int
    hours: Decimal
    standings: tuple[Standing, ...]


def codes_for(
    *, rank: RankLevel | None, politics: Politics | None, is_secretary: bool
) -> tuple[str, ...]:
    """Which norms hold for a person.

    干部教育培训工作条例 2023, Art. 14 tells leaders of county level from those of township level
    and civil servants below; 全国党员教育培训工作规划 asks more of branch secretaries and the like.
    Village cadres are no civil servants: nothing is asked of them but as party members.
    """
    found = []
    if rank is RankLevel.COUNTY:
        found.append(FIVE_YEARS)
    if rank in (RankLevel.TOWNSHIP, RankLevel.STAFF):
        found.append("quota.township_yearly")
    if is_secretary:
        found.append("quota.party_secretary_yearly")
    elif politics in _MEMBERS:
        found.append("quota.party_member_yearly")
    if rank in (RankLevel.COUNTY, RankLevel.TOWNSHIP, RankLevel.STAFF):
        found.append(ONLINE)
    return tuple(found)


def hours_by_year(tallies: Iterable[Mapping[int, Decimal]]) -> dict[int, Decimal]:
    """The 学时 of all cohorts together by calendar year."""
    found: dict[int, Decimal] = {}
    for by_year in tallies:
        for year, hours in by_year.items():
            found[year] = found.get(year, Decimal(0)) + hours
    return found


def years(
    hours: Mapping[int, Decimal], targets: Sequence[Target], codes: Sequence[str], *, today: date
) -> list[Year]:
    """This year and every year with 学时, the latest first, by the norms in force at its end."""
    listed = sorted({*hours, today.year}, reverse=True)
    return [
        Year(
            year,
            hours.get(year, Decimal(0)),
            tuple(
                Standing(target, _counted(target.code, year, hours))
                for code in codes
                for target in targets
                if target.code == code and target.holds(min(date(year, 12, 31), today))
            ),
        )
        for year in listed
    ]


def _counted(code: str, year: int, hours: Mapping[int, Decimal]) -> Decimal | None:
    """What counts towards a norm in a year; the county level is counted over five years."""
    if code == ONLINE:
        return None
    first = year - 4 if code == FIVE_YEARS else year
    return sum((hours.get(one, Decimal(0)) for one in range(first, year + 1)), Decimal(0))
