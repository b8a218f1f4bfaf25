"""Seats by a draw, and the sheets that are printed for the hall."""

from __future__ import annotations

from datetime import datetime

from lms.exams.invigilation.queries import hall
from lms.exams.invigilation.rules import PRINT_NAMES, Print, drawn
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import lock_sitting
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job

PRINT = "invigilation.print"


def draw_seats(sitting: Sitting, *, columns: int, seed: int, by: Actor, at: datetime) -> None:
    """Draw the seats anew by a seed, for a room with so many seats side by side.

    Once the sheets are made only `columns` changes: the variant hangs on the seat.
    """
    lock_sitting(sitting.id)
    sitting.seat_columns = columns
    if sitting.prepared_at is None:
        sitting.seat_seed = seed
        candidates = hall.lock_candidates(sitting.id, None)
        by_number = {one.enrolment_id: one for one in candidates}
        for seat, candidate in enumerate(candidates, start=1):
            candidate.seat = -seat
        session.flush()
        for seat, number in enumerate(drawn(sorted(by_number), seed), start=1):
            by_number[number].seat = seat
    sentence = f"排定“{sitting.exam.title}”的座位，每排 {columns} 座"
    record("sittings.draw_seats", sitting, sentence, by=by, at=at, columns=columns, seed=seed)


def print_sheets(sitting: Sitting, part: Print, *, by: Account, at: datetime) -> Job:
    """Have a plan, list or record of the sitting made into a PDF by a worker."""
    sentence = f"打印“{sitting.exam.title}”的{PRINT_NAMES[part]}"
    record("invigilation.print", sitting, sentence, by=by, at=at)
    return jobs.enqueue(PRINT, owner_id=by.id, at=at, sitting_id=sitting.id, part=part.value)
