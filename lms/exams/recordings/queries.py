"""Reading recordings. Whose sheet it is the caller has found out by its scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import latest_steps, responses
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.models import Recording, RecordingPiece
from lms.exams.recordings.rules.pieces import named_in
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.uploads.models import Upload


def of_sheet(attempt_id: int) -> list[Recording]:
    """The recordings of a sheet, whole or on their way, as they were begun."""
    wanted = select(Recording).options(selectinload(Recording.reuses)).order_by(Recording.id)
    return list(session.scalars(wanted.where(Recording.attempt_id == attempt_id)))


def lock_recording(attempt_id: int, sha256: str) -> Recording | None:
    """The recording, locked until the transaction ends."""
    wanted = select(Recording).where(Recording.attempt_id == attempt_id, Recording.sha256 == sha256)
    return session.scalar(wanted.with_for_update())


def content_of(recording: Recording) -> bytes:
    """The pieces of a recording put together."""
    wanted = select(RecordingPiece.content).where(RecordingPiece.recording_id == recording.id)
    return b"".join(session.scalars(wanted.order_by(RecordingPiece.at)))


def get_upload(attempt_id: int, sha256: str, number: int) -> Upload:
    """The recording as a file, as the answer to the slot of that number; Missing where it was made
    for another one and nobody lent it, while it is not whole, and where it was set aside and not
    counted."""
    found = _find(attempt_id, sha256)
    if found is None or found.upload is None or not (found.is_heard and found.answers(number)):
        raise Missing("这段录音")
    return found.upload


def get_own_upload(attempt_id: int, sha256: str) -> Upload:
    """The recording as a file for its candidate's own ears; Missing while it is not whole."""
    found = _find(attempt_id, sha256)
    if found is None or found.upload is None:
        raise Missing("这段录音")
    return found.upload


def of_answers(attempt_ids: Collection[int]) -> list[Recording]:
    """The recordings that the present answers of these sheets name and that are heard, each at a
    slot that it answers, with its file."""
    given = responses(attempt_ids)
    named = {
        (sheet, number, sha)
        for sheet, answers in given.items()
        for number, answer in answers.items()
        for sha in named_in(answer)
    }
    wanted = (
        select(Recording)
        .join(Recording.upload)
        .options(contains_eager(Recording.upload), selectinload(Recording.reuses))
        .where(Recording.attempt_id.in_(attempt_ids))
    )
    found = session.scalars(wanted.order_by(Recording.attempt_id, Recording.number, Recording.id))
    return [
        one
        for one in found
        if one.is_heard
        and any(
            one.answers(number) and (one.attempt_id, number, one.sha256) in named
            for number in (one.number, *(reuse.number for reuse in one.reuses))
        )
    ]


def told(attempt_id: int, response: Response) -> dict[str, Recording | None]:
    """The recordings that a response names, by the value that names them; None for one of which
    nothing has arrived."""
    named = named_in(response)
    known = {one.sha256: one for one in of_sheet(attempt_id)} if named else {}
    return {f"sha256:{sha}": known.get(sha) for sha in named}


def upload_of(recording: Recording) -> Upload:
    """The file of a recording that is whole; Missing before that."""
    upload = session.get(Upload, recording.upload_id) if recording.upload_id else None
    if upload is None:
        raise Missing("这段录音")
    return upload


def get_recordings(recording_ids: Collection[int]) -> list[Recording]:
    """These recordings, locked until the transaction ends."""
    wanted = select(Recording).where(Recording.id.in_(recording_ids)).order_by(Recording.id)
    return list(session.scalars(wanted.with_for_update()))


def set_aside(attempt_ids: Collection[int]) -> list[Recording]:
    """The recordings of these sheets that do not count by themselves."""
    wanted = select(Recording).where(
        Recording.attempt_id.in_(attempt_ids), Recording.standing != Standing.COUNTS
    )
    return list(session.scalars(wanted.order_by(Recording.attempt_id, Recording.id)))


def is_undecided() -> ColumnElement[bool]:
    """The WHERE clause on Recording: it was set aside, and nobody has decided on it."""
    return and_(Recording.standing != Standing.COUNTS, Recording.counted.is_(None))


def count_of_sheet(attempt_id: int) -> int:
    """How many recordings a sheet has."""
    wanted = select(func.count()).select_from(Recording).where(Recording.attempt_id == attempt_id)
    return session.scalars(wanted).one()


def count_counting(attempt_id: int, number: int) -> int:
    """How many recordings of a slot count by themselves."""
    wanted = select(func.count()).where(
        Recording.attempt_id == attempt_id,
        Recording.number == number,
        Recording.standing == Standing.COUNTS,
    )
    return session.scalars(wanted).one()


def remarked(since: datetime) -> list[Recording]:
    """The recordings with a remark, of sheets that were not over by `since`, as they were begun."""
    wanted = (
        select(Recording)
        .join(Recording.attempt)
        .where(Recording.remark != "", Attempt.closes_at > since)
    )
    return list(session.scalars(wanted.order_by(Recording.id)))


def named_elsewhere(since: datetime) -> list[tuple[Recording, int]]:
    """The recordings that the present answer to another slot of the same sheet names, with that
    slot, of sheets that were not over by `since`, in one statement.

    Looked up afterwards, not when the answer is saved: an answer may come before its recording,
    and a save costs two statements.
    """
    recent = select(Recording.attempt_id).join(Recording.attempt).where(Attempt.closes_at > since)
    return _named_elsewhere(recent)


def borrowed(attempt_ids: Collection[int]) -> list[tuple[Recording, int]]:
    """The same of these sheets, with what was decided about it."""
    return _named_elsewhere(attempt_ids)


def _named_elsewhere(attempts: Collection[int] | Select[Any]) -> list[tuple[Recording, int]]:
    latest = latest_steps(attempts).subquery()
    is_named = cast(latest.c.value, String).contains(Recording.sha256)
    wanted = (
        select(Recording, latest.c.number, latest.c.value)
        .options(selectinload(Recording.reuses))
        .join(latest, and_(latest.c.attempt_id == Recording.attempt_id, is_named))
        .where(Recording.number != latest.c.number)
        .order_by(Recording.id, latest.c.number)
    )
    return [
        (one, number)
        for one, number, answer in session.execute(wanted)
        if one.sha256 in named_in(answer)
    ]


def _find(attempt_id: int, sha256: str) -> Recording | None:
    return session.scalar(
        select(Recording)
        .options(joinedload(Recording.upload), selectinload(Recording.reuses))
        .where(Recording.attempt_id == attempt_id, Recording.sha256 == sha256)
    )
