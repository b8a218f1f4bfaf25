"""What candidates of the demo school said: the same few tones from each, nobody's voice."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import String, cast, insert, select

from lms.desk.intake import FOLDER
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.operations import canonical
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.models import Recording
from lms.exams.recordings.rules.lengths import measured
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.uploads.actions import store

SOUND = (FOLDER / "said.webm").read_bytes()
SHA256 = hashlib.sha256(SOUND).hexdigest()
ANSWER = f"sha256:{SHA256}"
_ON_ITS_WAY = timedelta(seconds=2)


def bring_recordings(exam: Exam, *, by: Account) -> None:
    """The recordings that the answers of an exam name, each as it came with its answer."""
    spoken = (
        select(Step)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam.id, cast(Step.value, String) == canonical(ANSWER))
        .order_by(Step.id)
    )
    named = list(session.scalars(spoken))
    if not named:
        return
    at = named[0].received_at
    upload = store(SOUND, name="录音.webm", owner_id=by.id, at=at)
    length = measured(SOUND) or 0
    rows = [
        {
            "attempt_id": one.attempt_id,
            "number": one.number,
            "lease": one.lease,
            "sha256": SHA256,
            "size": len(SOUND),
            "received": len(SOUND),
            "seconds": length,
            "measured": length,
            "begun_at": one.received_at,
            "received_at": one.received_at + _ON_ITS_WAY,
            "standing": Standing.COUNTS,
            "upload_id": upload.id,
        }
        for one in named
    ]
    session.execute(insert(Recording), rows)
