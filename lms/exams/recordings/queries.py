"""Reading recordings. Whose sheet it is the caller has found out by its scope."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.models import Recording, RecordingPiece
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.uploads.models import Upload


def of_sheet(attempt_id: int) -> list[Recording]:
    """The recordings of a sheet, whole or on their way, as they were begun."""
    wanted = select(Recording).where(Recording.attempt_id == attempt_id).order_by(Recording.id)
    return list(session.scalars(wanted))


def by_hash(attempt_ids: Collection[int]) -> dict[tuple[int, str], Recording]:
    """The recordings of sheets by sheet and hash."""
    wanted = select(Recording).where(Recording.attempt_id.in_(attempt_ids))
    return {(one.attempt_id, one.sha256): one for one in session.scalars(wanted)}


def lock_recording(attempt_id: int, sha256: str) -> Recording | None:
    """The recording, locked until the transaction ends."""
    wanted = select(Recording).where(Recording.attempt_id == attempt_id, Recording.sha256 == sha256)
    return session.scalar(wanted.with_for_update())


def content_of(recording: Recording) -> bytes:
    """The pieces of a recording put together."""
    wanted = select(RecordingPiece.content).where(RecordingPiece.recording_id == recording.id)
    return b"".join(session.scalars(wanted.order_by(RecordingPiece.at)))


def get_upload(attempt_id: int, sha256: str, *, own: bool = False) -> Upload:
    """The recording as a file; Missing while it is not whole, and where it was set aside and not
    counted, unless it is for its candidate's `own` ears."""
    wanted = (
        select(Recording)
        .options(joinedload(Recording.upload))
        .where(Recording.attempt_id == attempt_id, Recording.sha256 == sha256)
    )
    found = session.scalar(wanted)
    if found is None or found.upload is None or not (own or found.is_heard):
        raise Missing("这段录音")
    return found.upload


def get_recordings(recording_ids: Collection[int]) -> list[Recording]:
    """These recordings, locked until the transaction ends."""
    wanted = select(Recording).where(Recording.id.in_(recording_ids)).order_by(Recording.id)
    return list(session.scalars(wanted.with_for_update()))


def set_aside(attempt_ids: Collection[int]) -> list[Recording]:
    """The recordings of these sheets that came too late or from a page that was fenced off."""
    wanted = select(Recording).where(
        Recording.attempt_id.in_(attempt_ids), Recording.standing != Standing.COUNTS
    )
    return list(session.scalars(wanted.order_by(Recording.attempt_id, Recording.id)))


def count_of_sheet(attempt_id: int) -> int:
    """How many recordings a sheet has."""
    wanted = select(func.count()).select_from(Recording).where(Recording.attempt_id == attempt_id)
    return session.scalars(wanted).one()
