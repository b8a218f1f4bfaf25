"""Sheets that are opened in a group: a new lease for each, and the beginning of the exam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from lms.exams.attempts.journal import sheets
from lms.exams.attempts.journal.sheets import Sheet
from lms.exams.attempts.journal.speech import Statement, rows_text, stored
from lms.exams.attempts.journal.statements import open_statement
from lms.exams.attempts.journal.writer import Work, turns
from lms.exams.attempts.rules.operations import Opening, Response
from lms.exams.attempts.rules.states import (
    AttemptState,
    deadline_of,
    standing_still,
    state_at,
)
from lms.ground.errors import Conflict, Missing

_OPEN = Statement(open_statement)


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet under a new lease. `previous_lease` is 0 when the exam begins with this."""

    variant_id: int
    content_hash: str
    seed: int
    lease: int
    previous_lease: int
    deadline: datetime
    answers: Mapping[int, Response]


class Elsewhere(Conflict):
    """The sheet is bound to the machine of another network address."""

    def __init__(self, address: str) -> None:
        super().__init__("这份答卷已在另一台电脑上打开。")
        self.address = address


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Open the sheets of all works; of two windows at one instant the later holds the lease."""
    for turn in turns(works):
        _write(connection, turn)


def _write(connection: Connection, works: Sequence[Work]) -> None:
    found = sheets.find(connection, works)
    begun = {}
    for place, work in enumerate(works):
        assert isinstance(work.task, Opening)
        try:
            begun[place] = _begun(found.get(place), work.task)
        except (Missing, Conflict) as refusal:
            work.error = refusal
    rows = [
        _row(sheet, works[place].task, connection)  # type: ignore[arg-type]
        for place, sheet in begun.items()
    ]
    if rows:
        _OPEN.run(connection, rows_text(rows))
    # Who opens for the first time has answered nothing: nobody looks.
    again = [sheet.attempt_id for sheet in begun.values() if sheet.lease]
    known = sheets.answers(connection, again) if again else {}
    for place, sheet in begun.items():
        works[place].outcome = _opened(sheet, known.get(sheet.attempt_id, {}))


def _begun(sheet: Sheet | None, task: Opening) -> Sheet:
    """The sheet with its times running; Missing and Conflict where it can't be opened so."""
    if sheet is None:
        raise Missing("这场考试")
    _check_open(sheet, task.at)
    if task.is_bound and sheet.opened_from not in ("", task.address):
        raise Elsewhere(sheet.opened_from)
    started_at = sheet.started_at or task.at
    deadline = deadline_of(
        started_at=started_at,
        closes_at=sheet.closes_at,
        minutes=sheet.minutes,
        extension_minutes=sheet.extension_minutes,
    )
    until = deadline + timedelta(seconds=sheet.grace_seconds)
    return replace(sheet, started_at=started_at, deadline=deadline, accepts_until=until)


def _check_open(sheet: Sheet, at: datetime) -> None:
    state = state_at(
        standing_still(at, sheet.paused_at),
        opens_at=sheet.opens_at,
        closes_at=sheet.closes_at,
        extension_minutes=sheet.extension_minutes,
        deadline=sheet.deadline,
        submitted_at=sheet.submitted_at,
    )
    if state is AttemptState.WAITING:
        raise Conflict("考试还没有开始，请在候考页面等候。")
    if state is AttemptState.OVER:
        raise Conflict("考试时间已到，不能再作答。")
    if state is AttemptState.SUBMITTED:
        raise Conflict("这份答卷已经交了，不能再作答。")


def _row(sheet: Sheet, task: Opening, connection: Connection) -> list[object]:
    assert sheet.started_at and sheet.deadline and sheet.accepts_until
    instants = (task.at, sheet.started_at, sheet.deadline, sheet.accepts_until)
    return [sheet.attempt_id, *(stored(one, connection) for one in instants), task.address]


def _opened(sheet: Sheet, answers: Mapping[int, Response]) -> Opened:
    assert sheet.deadline is not None
    return Opened(
        sheet.variant_id,
        sheet.content_hash,
        sheet.seed,
        sheet.lease + 1,
        sheet.lease,
        sheet.deadline,
        answers,
    )
