"""Speaking to the database in JSON texts: rows in, rows out, and instants in both."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.statements import DIALECTS, Dialect


class Statement:
    """One statement in the words of every kind of database, written once."""

    def __init__(self, write: Callable[[Dialect], str]) -> None:
        self._texts = {name: " ".join(write(dialect).split()) for name, dialect in DIALECTS.items()}

    def run(self, connection: Connection, rows: str) -> Any:
        """Execute it for these rows; the driver's own cursor."""
        text = self._texts[connection.dialect.name]
        return connection.exec_driver_sql(text, {"rows": rows}).cursor

    def ask(self, connection: Connection, rows: str) -> list[list[Any]]:
        """Execute it for these rows; the rows that it tells."""
        told = self.run(connection, rows).fetchone()[0]
        return json.loads(told) if told else []


def rows_text(rows: Sequence[Sequence[Any]]) -> str:
    """Rows in one order everywhere, so that two servers on one database never wait for each other."""
    return json.dumps(sorted(rows))


def stored(instant: datetime, connection: Connection) -> str:
    """An instant as the database keeps it: naive UTC in SQLite, which has no zones."""
    told = instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return told if connection.dialect.name == "sqlite" else f"{told}+00:00"


def instant(text: str | None) -> datetime | None:
    """The instant that a database tells in a JSON text."""
    if text is None:
        return None
    told = datetime.fromisoformat(text)
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
