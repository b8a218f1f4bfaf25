"""What the pages of a group report of themselves: kept once, in the order of their reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.speech import Statement, rows_text, stored
from lms.exams.attempts.journal.statements import report_statement
from lms.exams.attempts.journal.writer import Work
from lms.exams.attempts.rules.sightings import Reports

_REPORT = Statement(report_statement)


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Keep all reports; the outcome is whether anything of the attempt is new."""
    sent = [row for work in works for row in _rows(work.task, connection)]  # type: ignore[arg-type]
    told = {row[0] for row in _REPORT.run(connection, rows_text(sent)).fetchall()}
    for work in works:
        work.outcome = work.task.attempt_id in told  # type: ignore[attr-defined]


def _rows(task: Reports, connection: Connection) -> list[list[Any]]:
    login = task.login
    head = [task.attempt_id, login.account_id, login.epoch, login.door, task.lease]
    return [
        [
            *(*head, one.seq, one.kind, one.seconds, one.detail),
            stored(task.at - timedelta(seconds=one.ago), connection),
            stored(task.at, connection),
        ]
        for one in task.reports
    ]
