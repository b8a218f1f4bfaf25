"""What a group of the journal holds: operations, signs of life, and whole pieces of work."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import Connection, Row, event

from lms.exams.attempts.journal.statements import (
    DIALECTS,
    beat_rows,
    beat_statement,
    operation_rows,
    save_statement,
)
from lms.exams.attempts.journal.writer import Work, Writer
from lms.exams.attempts.rules.operations import Batch, Beat
from lms.exams.attempts.rules.states import AttemptState, Standing, state_at
from lms.ground import db
from lms.ground.errors import Conflict, Missing, Refused

_EXTENSION = "attempts.journal"
_opening = threading.Lock()
T = TypeVar("T")
# Compiled once: the same objects for every group.
_SAVE = {name: save_statement(dialect) for name, dialect in DIALECTS.items()}
_BEAT = {name: beat_statement(dialect) for name, dialect in DIALECTS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch: the standing by seq of every operation that is now kept."""

    standings: Mapping[int, Standing]
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Presence:
    """An attempt as it stood when its candidate was last there."""

    state: AttemptState
    lease: int
    opens_at: datetime
    deadline: datetime | None
    acknowledged: int


def save(batch: Batch) -> Kept:
    """Keep a batch durably; raises Unkept when it was not."""
    kept: Kept = _writer().wait(batch)
    return kept


def beat(sign: Beat) -> Presence | None:
    """Note that the candidate is there; None when the attempt is not theirs."""
    presence: Presence | None = _writer().wait(sign)
    return presence


def run(task: Callable[[Connection], T]) -> T:
    """Do a piece of work in the transaction of a group.

    The task may raise Refused, Missing or Conflict before it writes, and may be called again.
    """
    outcome: T = _writer().wait(task)
    return outcome


def _writer() -> Writer:
    """The writer of this process: after a fork the child makes its own."""
    with _opening:
        owner, found = current_app.extensions.get(_EXTENSION, (0, None))
        if owner != os.getpid():
            found = _open_writer()
            current_app.extensions[_EXTENSION] = (os.getpid(), found)
    writer: Writer = found
    return writer


def _open_writer() -> Writer:
    engine = db.database().engine
    writer = Writer(engine, _write)
    event.listen(engine, "engine_disposed", lambda _engine: writer.stop())
    atexit.register(writer.stop)
    return writer


def _write(connection: Connection, works: Sequence[Work]) -> None:
    """Operations first, then signs of life, then the rest in the order of arrival."""
    _save([work for work in works if isinstance(work.task, Batch)], connection)
    _beat([work for work in works if isinstance(work.task, Beat)], connection)
    for work in works:
        if callable(work.task):
            _call(work, work.task, connection)


def _call(work: Work, task: Callable[[Connection], Any], connection: Connection) -> None:
    try:
        work.outcome = task(connection)
    except (Refused, Missing, Conflict) as refusal:
        work.error = refusal


def _save(works: Sequence[Work], connection: Connection) -> None:
    if not works:
        return
    batches: list[Batch] = [work.task for work in works]  # type: ignore[misc]
    rows = operation_rows(batches, zoned=connection.dialect.name != "sqlite")
    kept = connection.execute(_SAVE[connection.dialect.name], {"rows": rows})
    found = {(row.attempt_id, row.account_id, row.lease, row.seq): row for row in kept}
    for work, batch in zip(works, batches, strict=True):
        work.outcome = _kept(batch, found)


def _kept(batch: Batch, found: Mapping[tuple[int, int, int, int], Row[Any]]) -> Kept:
    """Only what stands there as it was sent: a seq that was used for something else is not kept."""
    head = (batch.attempt_id, batch.login.account_id, batch.lease)
    rows = {one.seq: found.get((*head, one.seq)) for one in batch.operations}
    same = {
        one.seq: row
        for one in batch.operations
        if (row := rows[one.seq]) is not None and (row.number, row.value) == (one.number, one.value)
    }
    deadline = next((row.deadline for row in same.values()), None)
    return Kept({seq: Standing(row.standing) for seq, row in same.items()}, deadline)


def _beat(works: Sequence[Work], connection: Connection) -> None:
    if not works:
        return
    beats: list[Beat] = [work.task for work in works]  # type: ignore[misc]
    rows = beat_rows(beats, zoned=connection.dialect.name != "sqlite")
    seen = connection.execute(_BEAT[connection.dialect.name], {"rows": rows})
    found = {(row.attempt_id, row.account_id): row for row in seen}
    for work, sign in zip(works, beats, strict=True):
        row = found.get((sign.attempt_id, sign.login.account_id))
        work.outcome = None if row is None else _presence(row, sign.seen_at)


def _presence(row: Row[Any], at: datetime) -> Presence:
    state = state_at(
        at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        extension_minutes=row.extension_minutes,
        deadline=row.deadline,
        submitted_at=row.submitted_at,
    )
    return Presence(state, row.lease, row.opens_at, row.deadline, row.acknowledged or 0)
