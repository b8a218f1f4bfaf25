"""Operations of a group: kept or not, each with its standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.speech import Statement, instant, rows_text, stored
from lms.exams.attempts.journal.statements import kept_statement, save_statement
from lms.exams.attempts.journal.writer import Work
from lms.exams.attempts.rules.operations import Batch
from lms.exams.attempts.rules.states import Standing

_SAVE = Statement(save_statement)
_KEPT = Statement(kept_statement)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch: the standing by seq of every operation that is now kept.

    A seq that was used for something else before is not kept.
    """

    standings: Mapping[int, Standing]
    deadline: datetime | None


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Keep the batches of all works. What was there before is looked up only if something was."""
    sent = [
        row
        for place, work in enumerate(works)
        for row in _rows(work.task, place, connection)  # type: ignore[arg-type]
    ]
    rows = rows_text(sent)
    added = {tuple(row[:3]): row[3:] for row in _SAVE.run(connection, rows).fetchall()}
    if len(added) == len(sent):
        kept = [(row[9], row[5], *added[row[0], row[4], row[5]]) for row in sent]
    else:
        kept = [tuple(row) for row in _KEPT.ask(connection, rows)]
    standings: list[dict[int, Standing]] = [{} for _ in works]
    deadlines: dict[int, str | None] = {}
    for place, seq, standing, deadline in kept:
        standings[place][seq] = Standing(standing)
        deadlines[place] = deadline
    for place, work in enumerate(works):
        work.outcome = Kept(standings[place], instant(deadlines.get(place)))


def _rows(batch: Batch, place: int, connection: Connection) -> list[list[Any]]:
    login, at = batch.login, stored(batch.received_at, connection)
    head = [batch.attempt_id, login.account_id, login.epoch, login.door, batch.lease]
    return [[*head, one.seq, one.number, one.value, at, place] for one in batch.operations]
