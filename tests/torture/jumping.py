"""The web application on a clock that can be made to jump: a file says by how many seconds."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from flask import Flask

import app
from lms.ground import clock

OFFSET = "clock-offset"


class JumpingDatetime(datetime):
    """A clock that is wrong by what the file says at this moment."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        file = Path(os.environ["VAR_DIR"]) / OFFSET
        seconds = float(file.read_text() or 0) if file.exists() else 0.0
        return datetime.now(tz) + timedelta(seconds=seconds)


def create_app() -> Flask:
    """The house, late or early."""
    clock.datetime = JumpingDatetime  # type: ignore[misc]
    return app.create_app()
