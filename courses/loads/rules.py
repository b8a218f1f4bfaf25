"""Shares of hours, watched by norms that warn and block nothing.

领导干部上讲台 (党校工作条例 2025, 第八条): at least a fifth of a semester's hours. 党的理论教育和党性教育:
at least seven tenths of a cohort's hours, 党性教育 at least a fifth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from courses.catalogue.rules import CourseTheme
from courses.faculty.rules import InstructorCategory


@dataclass(frozen=True)
class Semester:
    """Spring is from February, autumn from August to the end of January."""

    year: int
    is_autumn: bool

    @property
    def name(self) -> str:
        return f"{self.year}年{'秋季' if self.is_autumn else '春季'}学期"

    @property
    def code(self) -> str:
        return f"{self.year}-{'autumn' if self.is_autumn else 'spring'}"

    @property
    def first_day(self) -> date:
        return date(self.year, 8 if self.is_autumn else 2, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + 1, 1, 31) if self.is_autumn else date(self.year, 7, 31)

    def before(self) -> Semester:
        return Semester(self.year, False) if self.is_autumn else Semester(self.year - 1, True)


@dataclass(frozen=True)
class Share:
    """A part of some hours, and the least that a norm wants; `of` may be 0."""

    name: str
    part: Decimal
    of: Decimal
    least: Fraction

    @property
    def fraction(self) -> Fraction | None:
        return Fraction(self.part) / Fraction(self.of) if self.of else None

    @property
    def is_low(self) -> bool:
        return self.fraction is not None and self.fraction < self.least

    @property
    def sentence(self) -> str:
        """What a reader is told: the figure, what it is made of, and whether it is enough."""
        if self.fraction is None:
            return f"{self.name}：还没有课时。"
        told = (
            f"{self.name}：{_hours(self.part)}／{_hours(self.of)}学时，占{percent(self.fraction)}"
        )
        if self.is_low:
            return f"{told}，低于{percent(self.least)}，请调整。"
        return f"{told}，不低于{percent(self.least)}。"


@dataclass(frozen=True)
class Composition:
    """The hours of a cohort's timetable by unit of the teaching plan; None: not assigned."""

    hours: dict[CourseTheme | None, Decimal]
    shares: tuple[Share, Share]

    @property
    def total(self) -> Decimal:
        return sum(self.hours.values(), Decimal(0))

    @property
    def warnings(self) -> list[str]:
        """The sentences of what is too little, and of what could not be counted."""
        found = [share.sentence for share in self.shares if share.is_low]
        loose = self.hours.get(None, Decimal(0))
        if loose:
            found.append(f"有{_hours(loose)}学时的课程没有填写所属单元，占比可能因此偏低。")
        return found


def semester_of(day: date) -> Semester:
    """The semester in which a day lies."""
    if day.month == 1:
        return Semester(day.year - 1, True)
    return Semester(day.year, day.month >= 8)


def semester_named(code: str) -> Semester | None:
    """`2026-autumn`; None for anything else."""
    year, _, half = code.partition("-")
    if not (year.isdigit() and len(year) == 4 and half in ("autumn", "spring")):
        return None
    return Semester(int(year), half == "autumn")


def leaders_share(
    hours: Iterable[tuple[InstructorCategory | None, Decimal]], *, least: Fraction
) -> Share:
    """The hours that 党政领导 gave, of all that were given by anybody."""
    rows = list(hours)
    part = sum(
        (number for category, number in rows if category is InstructorCategory.LEADER), Decimal(0)
    )
    return Share("领导干部授课", part, sum((number for _, number in rows), Decimal(0)), least)


def composition(
    hours: dict[CourseTheme | None, Decimal], *, theory: Fraction, spirit: Fraction
) -> Composition:
    """How a cohort's hours are made up, with the two shares that norms watch."""
    total = sum(hours.values(), Decimal(0))
    of_spirit = hours.get(CourseTheme.SPIRIT, Decimal(0))
    both = of_spirit + hours.get(CourseTheme.THEORY, Decimal(0))
    return Composition(
        hours,
        (
            Share("党的理论教育和党性教育", both, total, theory),
            Share("党性教育", of_spirit, total, spirit),
        ),
    )


def percent(part: Fraction) -> str:
    """One decimal place, rounded half up: 71.4%."""
    tenths = (part * 1000 + Fraction(1, 2)).__floor__()
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def _hours(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")
