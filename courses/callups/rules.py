"""The stretch of time in which everybody should be called up once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

SPANS = (1, 5)
"""Years looked at together: 每年 and 每五年 (全覆盖轮训)."""


@dataclass(frozen=True)
class Period:
    """`years` calendar years up to and with `last`."""

    last: int
    years: int

    @property
    def first_day(self) -> date:
        return date(self.last - self.years + 1, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.last, 12, 31)

    @property
    def label(self) -> str:
        """2026年, or 2022—2026年."""
        return f"{self.last}年" if self.years == 1 else f"{self.first_day.year}—{self.last}年"


@dataclass(frozen=True)
class Coverage:
    """How many people there are, and how many of them were called up."""

    people: int
    called: int

    @property
    def share(self) -> Fraction:
        """Called up of all; 1 where there is nobody."""
        return Fraction(self.called, self.people) if self.people else Fraction(1)


def percent(share: Fraction) -> str:
    """66.7%, cut and not rounded up, so that 100% means everybody."""
    tenths = share * 1000 // 1
    return f"{tenths // 10}.{tenths % 10}%" if share < 1 else "100%"
