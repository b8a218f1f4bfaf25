"""Signs of life of a group, and how each attempt then stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lms.exams.attempts.journal.speech import Statement, instant, rows_text, stored
from lms.exams.attempts.journal.statements import beat_statement, presence_statement
from lms.exams.attempts.journal.writer import Work
from lms.exams.attempts.rules.operations import Beat
from lms.exams.attempts.rules.states import AttemptState, standing_still, state_at

_BEAT = Statement(beat_statement)
_PRESENCE = Statement(presence_statement)


@dataclass(frozen=True, slots=True)
class Presence:
    """An attempt as it stood when its candidate was last there."""

    state: AttemptState
    lease: int
    opens_at: datetime
    deadline: datetime | None
    acknowledged: int
    paused_at: datetime | None
    notice: str
    noticed_at: datetime | None


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Note all signs; the outcome is None where the attempt is not its sender's."""
    beats: list[Beat] = [work.task for work in works]  # type: ignore[misc]
    rows = rows_text([one.login_row(stored(one.at, connection), n) for n, one in enumerate(beats)])
    _BEAT.run(connection, rows)
    for place, *told in _PRESENCE.ask(connection, rows):
        works[place].outcome = _presence(told, beats[place].at)


def _presence(told: Sequence[Any], at: datetime) -> Presence:
    lease, opens_at, closes_at, extension_minutes, deadline, submitted_at = told[:6]
    paused_at, notice, noticed_at, acknowledged = told[6:]
    opens, closes, end = instant(opens_at), instant(closes_at), instant(deadline)
    assert opens is not None and closes is not None
    paused = instant(paused_at)
    state = state_at(
        standing_still(at, paused),
        opens_at=opens,
        closes_at=closes,
        extension_minutes=extension_minutes,
        deadline=end,
        submitted_at=instant(submitted_at),
    )
    return Presence(
        state, lease, opens, end, acknowledged or 0, paused, notice, instant(noticed_at)
    )
