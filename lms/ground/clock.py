"""The only place that reads the system clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SCHOOL_ZONE = ZoneInfo("Asia/Shanghai")


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
