"""The sheets of a group's candidates, locked, with what is answered on them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.speech import Statement, instant, rows_text, stored
from lms.exams.attempts.journal.statements import SHEET, answers_statement, sheets_statement
from lms.exams.attempts.journal.writer import Work
from lms.exams.attempts.rules.operations import Request, Response
from lms.exams.attempts.rules.states import SubmittedBy

_SHEETS = Statement(sheets_statement)
_ANSWERS = Statement(answers_statement)
_INSTANTS = [place for place, name in enumerate(SHEET) if name.endswith(("_at", "_until"))]
_INSTANTS.append(SHEET.index("deadline"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """An attempt as its candidate finds it; the fields in the order of `SHEET`."""

    attempt_id: int
    account_id: int
    variant_id: int
    content_hash: str
    seed: int
    lease: int
    opens_at: datetime
    closes_at: datetime
    minutes: int
    extension_minutes: int
    grace_seconds: int
    started_at: datetime | None
    deadline: datetime | None
    accepts_until: datetime | None
    submitted_at: datetime | None
    submitted_by: SubmittedBy | None
    answered: int
    answer_digest: str
    receipt: str
    paused_at: datetime | None
    opened_from: str


def find(connection: Connection, works: Sequence[Work]) -> dict[int, Sheet]:
    """By the work's place in the group; not for works that ask for what is not their sender's."""
    rows = [
        work.task.login_row(stored(work.task.at, connection), place)
        for place, work in enumerate(works)
        if isinstance(work.task, Request)
    ]
    return {place: _sheet(told) for place, *told in _SHEETS.ask(connection, rows_text(rows))}


def answers(connection: Connection, attempt_ids: Collection[int]) -> dict[int, dict[int, Response]]:
    """`{attempt: {slot number: response}}`; empty mappings where nothing is answered."""
    found: dict[int, dict[int, Response]] = {one: {} for one in attempt_ids}
    rows = rows_text([[one] for one in attempt_ids])
    for attempt_id, number, text in _ANSWERS.ask(connection, rows):
        value = json.loads(text)
        if value is not None:
            found[attempt_id][number] = value
    return found


def _sheet(told: list[Any]) -> Sheet:
    for place in _INSTANTS:
        told[place] = instant(told[place])
    by = SHEET.index("submitted_by")
    told[by] = told[by] and SubmittedBy(told[by])
    return Sheet(*told)
