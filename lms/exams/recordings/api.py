"""What the exam page says of its recordings: how far they are, their pieces, and to hear them.

Whoever was let through the door of the paper has a pass for what it shows; a recording is worth
nothing without an operation that names it, and operations come through the door each time.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import get_own_attempt
from lms.exams.attempts.rules.doors import media_pass
from lms.exams.attempts.rules.states import AttemptState
from lms.exams.recordings import actions, queries
from lms.exams.recordings.models import Recording
from lms.exams.recordings.rules.pieces import LARGEST_PIECE, Piece
from lms.ground.access import Permission, allow
from lms.ground.accounts.rules import never_sleeps
from lms.ground.clock import now
from lms.ground.errors import Missing
from lms.ground.uploads import delivery
from lms.ground.vault import is_signed

blueprint = Blueprint("recordings_api", __name__, template_folder="templates")


@blueprint.get("/<int:attempt_id>")
@never_sleeps
@allow(Permission.STUDY)
def listed(attempt_id: int) -> dict[str, Any]:
    """What has arrived, from whatever device."""
    attempt = _own(attempt_id)
    return {"recordings": [_told(one) for one in queries.of_sheet(attempt.id)]}


@blueprint.get("/<int:attempt_id>/<sha256>")
@never_sleeps
@allow(Permission.STUDY)
def hear(attempt_id: int, sha256: str) -> Response:
    """One's own recording, until the paper is handed in."""
    attempt = _own(attempt_id)
    if attempt.submitted_at is not None:
        raise Missing("这段录音")
    return delivery.send(queries.get_own_upload(attempt.id, sha256))


@blueprint.post("/<int:attempt_id>/<sha256>")
@never_sleeps
@allow(Permission.STUDY)
def bring(attempt_id: int, sha256: str) -> dict[str, Any]:
    """Keep a piece; the answer, given after the commit, says how much is here now."""
    request.max_content_length = LARGEST_PIECE
    numbers = {
        name: request.args.get(name, -1, type=int)
        for name in ("lease", "number", "size", "seconds", "at")
    }
    piece = Piece(sha256=sha256, content=request.get_data(), **numbers)
    found = actions.take_in(_own(attempt_id), piece, by=current_user, at=now())
    return _told(found)


def _own(attempt_id: int) -> Attempt:
    attempt = get_own_attempt(attempt_id, current_user)
    # What is left over after the end is brought by a page that is let through no door any more.
    if attempt.state(now()) in (AttemptState.OVER, AttemptState.SUBMITTED):
        return attempt
    if attempt.admission_id and not is_signed(media_pass(attempt_id), request.args.get("pass", "")):
        raise Missing("这场考试")
    return attempt


def _told(one: Recording) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "number": one.number,
        "size": one.size,
        "seconds": one.seconds,
        "have": one.received,
        "done": one.upload_id is not None,
        "standing": one.standing,
        "time": round(now().timestamp() * 1000),
    }
