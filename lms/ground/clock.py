"""The only place that reads the system clock, and that notices when somebody sets it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SCHOOL_ZONE = ZoneInfo("Asia/Shanghai")
LEAP = timedelta(seconds=30)
SETTLING = 600.0
"""For so many seconds after a leap nothing is ended for good on the word of the clock."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present calendar day at the school (China Standard Time)."""
    return now().astimezone(SCHOOL_ZONE).date()


def local(instant: datetime) -> datetime:
    """`instant` as the school's wall clock shows it."""
    return instant.astimezone(SCHOOL_ZONE)


def from_local(wall: datetime) -> datetime:
    """The UTC instant of a naive wall-clock reading at the school."""
    return wall.replace(tzinfo=SCHOOL_ZONE).astimezone(UTC)


def monotonic() -> float:
    """Seconds on a clock that never goes back; for waiting and pacing, never for dating."""
    return time.monotonic()


class Watch:
    """How the system clock goes beside one that nobody sets, as this process has seen it."""

    def __init__(self) -> None:
        self._ahead = _ahead()
        self._leapt_at = -SETTLING

    def look(self) -> timedelta:
        """By how much the clock was set since it was looked at last; zero where it just went on.

        Corrections below `LEAP` are what time servers do all the time.
        """
        ahead = _ahead()
        leap = ahead - self._ahead
        if abs(leap) < LEAP:
            return timedelta()
        self._ahead, self._leapt_at = ahead, monotonic()
        return leap

    def is_settled(self) -> bool:
        """Can the clock be trusted: was it left alone for `SETTLING`?"""
        self.look()
        return monotonic() - self._leapt_at >= SETTLING


def _ahead() -> timedelta:
    return datetime.now(UTC) - datetime.min.replace(tzinfo=UTC) - timedelta(seconds=monotonic())


watch = Watch()
