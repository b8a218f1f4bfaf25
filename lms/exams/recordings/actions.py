"""Taking recordings in, piece by piece, and deciding on those that were set aside."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import get_attempts, responses, sealed
from lms.exams.attempts.rules.sheets import slots
from lms.exams.recordings import queries
from lms.exams.recordings.models import Recording, RecordingPiece, Reuse
from lms.exams.recordings.rules.allowed import Allowed, allowed_by, remark_on
from lms.exams.recordings.rules.lengths import measured
from lms.exams.recordings.rules.pieces import (
    LARGEST,
    MOST_OF_A_SHEET,
    Piece,
    check_piece,
    ending_of,
    named_in,
    standing_of,
)
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.uploads.actions import store
from question_bank.papers.rules.drawing import own_content


def take_in(attempt: Attempt, piece: Piece, *, by: Account, at: datetime) -> Recording:
    """Keep a piece of a recording of this sheet; `received` says from where to go on.

    The same piece any number of times, or one from further on, changes nothing. Missing for a
    lease that the sheet has not got and a slot that is not spoken, Refused for what is no recording.
    """
    check_piece(piece)
    limits = _allowed(attempt, piece.number)
    if limits is None or not 1 <= piece.lease <= attempt.lease:
        raise Missing("这道口语题")
    found = queries.lock_recording(attempt.id, piece.sha256) or _begin(attempt, piece, at)
    if found.upload_id is not None or found.size != piece.size or piece.at > found.received:
        return found
    fresh = piece.content[found.received - piece.at :]
    if fresh:
        session.add(RecordingPiece(recording_id=found.id, at=found.received, content=fresh))
        found.received += len(fresh)
        session.flush()
    if found.received == found.size:
        _finish(found, limits, piece.lease, by=by, at=at)
    return found


def decide(
    recording_ids: Collection[int], *, counted: bool, reason: str, by: Actor, at: datetime
) -> int:
    """Let recordings that were set aside be heard by markers, or not; how many. Decided once."""
    if not reason:
        raise Refused("请写明处理的理由。")
    waiting = [
        one
        for one in queries.get_recordings(recording_ids)
        if one.standing is not None and not one.is_heard and one.counted is None
    ]
    verb = "计入" if counted else "不计入"
    for one in waiting:
        one.counted, one.reason = counted, reason
        one.decided_by, one.decided_at = by.name, at
        sentence = f"{verb}第 {one.number} 题留存的录音：{reason}"
        record("recordings.decide", one, sentence, by=by, at=at, attempt=one.attempt_id)
    return len(waiting)


def lend(
    wanted: Collection[tuple[Recording, int]],
    *,
    counted: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Let recordings answer the slots that name them, though made for others, or not; how many.

    Decided once.
    """
    if not reason:
        raise Refused("请写明处理的理由。")
    waiting = [(one, number) for one, number in wanted if one.reuse_at(number) is None]
    verb = "计入" if counted else "不计入"
    for one, number in waiting:
        made = Reuse(
            recording_id=one.id,
            number=number,
            counted=counted,
            reason=reason,
            decided_by=by.name,
            decided_at=at,
        )
        session.add(made)
        sentence = f"把为第 {one.number} 题录的音{verb}第 {number} 题：{reason}"
        record("recordings.lend", made, sentence, by=by, at=at, attempt=one.attempt_id)
    return len(waiting)


def _begin(attempt: Attempt, piece: Piece, at: datetime) -> Recording:
    """A new row; two requests at one instant find the same."""
    if queries.count_of_sheet(attempt.id) >= MOST_OF_A_SHEET:
        raise Refused(f"这份答卷的录音已有 {MOST_OF_A_SHEET} 段，不能再上传。")
    made = Recording(
        attempt_id=attempt.id,
        number=piece.number,
        lease=piece.lease,
        sha256=piece.sha256,
        size=piece.size,
        seconds=piece.seconds,
        received=0,
        begun_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        found = queries.lock_recording(attempt.id, piece.sha256)
        assert found is not None
        return found
    return made


def _finish(found: Recording, limits: Allowed, lease: int, *, by: Account, at: datetime) -> None:
    """Make one file of the pieces and judge it; begun anew where it is not what its hash says."""
    content = queries.content_of(found)
    session.execute(delete(RecordingPiece).where(RecordingPiece.recording_id == found.id))
    if hashlib.sha256(content).hexdigest() != found.sha256:
        found.received = 0
        return
    name = f"第{found.number}题录音{ending_of(content)}"
    sheet = get_attempts([found.attempt_id])[0]
    nth = queries.count_counting(sheet.id, found.number) + 1
    found.upload_id = store(content, name=name, owner_id=by.id, at=at, limit=LARGEST).id
    found.lease, found.received_at, found.measured = lease, at, measured(content)
    found.standing = standing_of(
        lease,
        at,
        present_lease=sheet.lease,
        submitted_at=sheet.submitted_at,
        paused_at=sheet.paused_at,
        accepts_until=sheet.accepts_until,
        is_named=found.sha256 in named_in(responses([sheet.id])[sheet.id].get(found.number)),
        is_surplus=nth > limits.tries,
    )
    found.remark = remark_on(limits, nth=nth, seconds=found.length, size=found.size)
    session.flush()


def _allowed(sheet: Attempt, number: int) -> Allowed | None:
    """What the slot of that number allows; None where it is not answered by speaking."""
    paper = sealed(sheet.variant_id, sheet.variant.content_hash)
    own = {slot["number"]: slot for slot in slots(own_content(paper.content, sheet.seed))}
    return allowed_by(own[number]) if number in own else None
