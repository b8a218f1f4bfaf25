"""Storing a file."""

from __future__ import annotations

import io
from datetime import datetime

from flask import current_app

from lms.ground.db import session
from lms.ground.uploads.models import Upload
from lms.ground.uploads.names import safe_name
from lms.ground.uploads.shelf import Readable, keep

LIMIT = 50 * 2**20
"""Bytes of one file, where the room says nothing else."""


def store(
    content: bytes | Readable, *, name: str, owner_id: int, at: datetime, limit: int = LIMIT
) -> Upload:
    """Keep the bytes and their row; the bytes are durable when this returns, the row with its
    transaction.

    `name` is what the user called it; `owner_id` an account. Raises Refused, with nothing
    left behind, when the file is empty, larger than `limit` bytes, or the disk is full.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    kept = keep(stream, folder=current_app.config["FENGXUE"].uploads, limit=limit)
    upload = Upload(
        sha256=kept.sha256,
        name=safe_name(name),
        size=kept.size,
        media_type=kept.media_type,
        owner_id=owner_id,
        at=at,
    )
    session.add(upload)
    session.flush()
    return upload
