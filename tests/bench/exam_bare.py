"""The bare limit: a WSGI function that inserts the row of a save, and does nothing else for it.

Same server, same number of workers and threads, same writer with the same group commit, same
driver and durability; but nobody asks who sends, whose sheet it is, or what time it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.writer import Work, Writer
from lms.ground import config, db
from lms.ground.clock import now

ROWS = {
    "sqlite": "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,"
    " value ->> 6 FROM json_each(?)",
    "postgresql": "SELECT CAST(value ->> 0 AS integer), CAST(value ->> 1 AS integer),"
    " CAST(value ->> 2 AS integer), CAST(value ->> 3 AS integer), CAST(value ->> 4 AS json),"
    " value ->> 5, CAST(value ->> 6 AS timestamp with time zone)"
    " FROM json_array_elements(CAST(%s AS json)) AS one(value)",
}


def create_app() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """One function on the journal's own writer."""
    writer = Writer(db.Database(config.from_environment()).engine, _write)

    def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = json.loads(environ["wsgi.input"].read())
        one = body["operations"][0]
        attempt_id = int(environ["PATH_INFO"].split("/")[2])
        writer.wait((attempt_id, body["lease"], one["seq"], one["number"], one["value"], now()))
        text = b'{"acknowledged":[%d]}' % one["seq"]
        start_response(
            "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", str(len(text)))],
        )
        return [text]

    return bare


def insert_steps(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for all rows of `(attempt, lease, seq, number, JSON, standing, instant)`."""
    connection.exec_driver_sql(
        "INSERT INTO step (attempt_id, lease, seq, number, value, standing, received_at) "
        + ROWS[connection.dialect.name],
        (json.dumps(rows),),
    )


def _write(connection: Connection, works: Sequence[Work]) -> None:
    rows = [
        (attempt_id, lease, seq, number, json.dumps(value), "counts", at.isoformat(" "))
        for attempt_id, lease, seq, number, value, at in (work.task for work in works)  # type: ignore[misc]
    ]
    insert_steps(connection, rows)
