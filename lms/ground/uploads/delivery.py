"""What is done with a stored file: find it, open it, insist on its type, send it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from flask import Response, current_app, send_file

from lms.ground.errors import Refused
from lms.ground.uploads.media import LOCKED, NAMES, UNKNOWN
from lms.ground.uploads.models import Upload
from lms.ground.uploads.names import safe_name
from lms.ground.uploads.shelf import place


def path(upload: Upload) -> Path:
    """Where the bytes of this upload lie; read them, never write them."""
    return place(current_app.config["FENGXUE"].uploads, upload.sha256)


def open_bytes(upload: Upload) -> BinaryIO:
    """The upload's bytes, opened for reading; the caller closes them."""
    return path(upload).open("rb")


def expect(upload: Upload, wanted: Collection[str]) -> None:
    """Raise Refused unless the content is of one of the `wanted` media types."""
    if upload.media_type in wanted:
        return
    if upload.media_type == LOCKED:
        raise Refused(f"“{upload.name}”加了打开密码，请去掉密码后重新上传。")
    listed = "、".join(NAMES.get(media, media) for media in wanted)
    found = NAMES.get(upload.media_type, upload.media_type)
    broken = "，可能已损坏或改过扩展名" if upload.media_type == UNKNOWN else ""
    raise Refused(f"这里只能上传{listed}；“{upload.name}”的内容是{found}{broken}。")


def send(upload: Upload, *, as_name: str | None = None) -> Response:
    """The file as a download, under its own name or `as_name` (RFC 6266, RFC 5987).

    Always an attachment of the type that was detected: nothing that was uploaded is ever
    shown as a page of this house.
    """
    response = send_file(
        path(upload),
        mimetype=upload.media_type,
        as_attachment=True,
        download_name=safe_name(as_name or upload.name),
        etag=upload.sha256,
        last_modified=upload.at,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
