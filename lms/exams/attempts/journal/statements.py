"""The statements that write for many candidates at once, scoped and judged in the SQL itself.

Each takes all rows of a group as one JSON text: one statement, whatever the number of
candidates, and the interpreter's lock is let go of once and not for every row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, String, TextualSelect, column, text

from lms.exams.attempts.rules.operations import Batch, Beat
from lms.exams.attempts.rules.states import Standing
from lms.ground.access import ROLE_PERMISSIONS, Permission
from lms.ground.db import UtcDateTime

_STUDYING = ", ".join(
    f"'{role.value}'"
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.STUDY in permissions
)

# Whoever is logged in as `account_id` since `epoch`, may study, and whose sheet it is.
_OWN = f"""
    person.id = attempt.person_id AND account.id = person.account_id
    AND account.id = sent.account_id AND account.epoch = sent.epoch
    AND account.disabled_at IS NULL
    AND EXISTS (
        SELECT 1 FROM "grant" WHERE "grant".account_id = account.id
        AND "grant".role IN ({_STUDYING})
    )
"""


@dataclass(frozen=True)
class Dialect:
    """How one kind of database unpacks a JSON text, names types and locks rows."""

    source: str
    instant: str
    json: str
    lock: str


DIALECTS = {
    "sqlite": Dialect("json_each(:rows) AS one", "TEXT", "TEXT", ""),
    "postgresql": Dialect(
        "json_array_elements(CAST(:rows AS json)) AS one(value)",
        "timestamp with time zone",
        "json",
        # A takeover of the lease and a save of the same attempt wait for each other.
        "FOR SHARE OF attempt",
    ),
}


def save_statement(dialect: Dialect) -> TextualSelect:
    """Append operations; each comes back with its standing, one sent before with its first.

    An operation comes back only if the attempt is its sender's, has that slot and has given
    out that lease. The same (attempt, lease, seq) again changes nothing.
    """
    return text(f"""
        INSERT INTO step (attempt_id, lease, seq, number, value, standing, received_at)
        SELECT attempt.id, sent.lease, sent.seq, sent.number, CAST(sent.value AS {dialect.json}),
            CASE
                WHEN sent.lease < attempt.lease THEN '{Standing.STALE_LEASE}'
                WHEN attempt.submitted_at IS NOT NULL
                    OR attempt.accepts_until <= sent.received_at THEN '{Standing.LATE}'
                ELSE '{Standing.COUNTS}'
            END,
            sent.received_at
        FROM (
            SELECT CAST(one.value ->> 0 AS integer) AS attempt_id,
                CAST(one.value ->> 1 AS integer) AS account_id,
                CAST(one.value ->> 2 AS integer) AS epoch,
                CAST(one.value ->> 3 AS integer) AS lease,
                CAST(one.value ->> 4 AS integer) AS seq,
                CAST(one.value ->> 5 AS integer) AS number,
                CAST(one.value ->> 6 AS TEXT) AS value,
                CAST(one.value ->> 7 AS {dialect.instant}) AS received_at
            FROM {dialect.source}
        ) AS sent
        JOIN attempt ON attempt.id = sent.attempt_id
        JOIN person ON person.id = attempt.person_id
        JOIN account ON account.id = person.account_id
        WHERE {_OWN}
            AND sent.number BETWEEN 1 AND attempt.slots
            AND sent.lease BETWEEN 1 AND attempt.lease
        {dialect.lock}
        ON CONFLICT (attempt_id, lease, seq) DO UPDATE SET received_at = step.received_at
        RETURNING attempt_id, lease, seq, number, CAST(value AS TEXT) AS value, standing,
            (SELECT account_id FROM person JOIN attempt ON attempt.person_id = person.id
                WHERE attempt.id = step.attempt_id) AS account_id,
            (SELECT deadline FROM attempt WHERE attempt.id = step.attempt_id) AS deadline
    """).columns(
        column("attempt_id", Integer),
        column("lease", Integer),
        column("seq", Integer),
        column("number", Integer),
        column("value", String),
        column("standing", String),
        column("account_id", Integer),
        column("deadline", UtcDateTime()),
    )


def beat_statement(dialect: Dialect) -> TextualSelect:
    """Note that candidates are there; their attempts come back as they now stand."""
    return text(f"""
        UPDATE attempt SET last_seen_at = sent.seen_at
        FROM (
            SELECT CAST(one.value ->> 0 AS integer) AS attempt_id,
                CAST(one.value ->> 1 AS integer) AS account_id,
                CAST(one.value ->> 2 AS integer) AS epoch,
                CAST(one.value ->> 3 AS {dialect.instant}) AS seen_at
            FROM {dialect.source}
        ) AS sent, person, account
        WHERE attempt.id = sent.attempt_id AND {_OWN}
        RETURNING attempt.id AS attempt_id, attempt.lease, attempt.opens_at, attempt.closes_at,
            attempt.extension_minutes, attempt.deadline, attempt.submitted_at,
            (SELECT account_id FROM person WHERE person.id = attempt.person_id) AS account_id,
            (SELECT max(seq) FROM step
                WHERE step.attempt_id = attempt.id AND step.lease = attempt.lease) AS acknowledged
    """).columns(
        column("attempt_id", Integer),
        column("lease", Integer),
        column("opens_at", UtcDateTime()),
        column("closes_at", UtcDateTime()),
        column("extension_minutes", Integer),
        column("deadline", UtcDateTime()),
        column("submitted_at", UtcDateTime()),
        column("account_id", Integer),
        column("acknowledged", Integer),
    )


def operation_rows(batches: Sequence[Batch], *, zoned: bool) -> str:
    """The operations of all batches as one JSON text, each (sender, attempt, lease, seq) once."""
    rows: dict[Any, list[Any]] = {}
    for batch in batches:
        login, instant = batch.login, stored(batch.received_at, zoned=zoned)
        head = (batch.attempt_id, login.account_id, login.epoch, batch.lease)
        for one in batch.operations:
            rows.setdefault((*head, one.seq), [*head, one.seq, one.number, one.value, instant])
    # In one order everywhere, so that two servers on one database never wait for each other.
    return json.dumps([rows[key] for key in sorted(rows)])


def beat_rows(beats: Sequence[Beat], *, zoned: bool) -> str:
    """The beats as one JSON text, by attempt."""
    rows = sorted(
        (one.attempt_id, one.login.account_id, one.login.epoch, stored(one.seen_at, zoned=zoned))
        for one in beats
    )
    return json.dumps(rows)


def stored(instant: datetime, *, zoned: bool) -> str:
    """An instant as the database keeps it: naive UTC in SQLite, which has no zones."""
    told = instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return f"{told}+00:00" if zoned else told
