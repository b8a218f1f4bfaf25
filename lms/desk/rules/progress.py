"""How far a cohort has come, and where a day begins and ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Way:
    """How much of a cohort is behind it, in half-days with lessons.

    `untaken`: held half-days for which some learner has no attendance mark.
    """

    half_days: int
    held: int
    untaken: int

    @property
    def percent(self) -> int:
        """The share of half-days held, in whole percent; 0 while there are none."""
        return 100 * self.held // self.half_days if self.half_days else 0


def way_of(sessions: Iterable[tuple[date, int]], *, learners: int, today: date) -> Way:
    """The way of a cohort whose half-days are (day, marks): those before `today` were held."""
    marks = list(sessions)
    held = [count for day, count in marks if day < today]
    return Way(len(marks), len(held), sum(count < learners for count in held))


def day_of(local: datetime) -> tuple[datetime, datetime]:
    """The first instant of the day of a wall-clock reading, and that of the next day."""
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)
