"""A system clock that a test can set, for everything that runs in the process of the test."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import pytest

from lms.ground import clock


def set_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """From now on the clock of the machine is wrong by so much."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + by

    monkeypatch.setattr(clock, "datetime", Wrong)


def watch_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for the watch of this process gets one that is left behind with the test."""
    monkeypatch.setattr(clock, "watch", clock.Watch())
