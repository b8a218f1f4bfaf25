"""Pictures of items for paper: upright, no larger than a printer can show, in a format all know."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

from lms.ground.errors import Refused
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.items import queries
from question_bank.items.rules.runs import Medium

MOST_PIXELS = 1600
"""Of a side: 230 to the inch on the full width of a page."""
_PLAIN = {"PNG": "image/png", "JPEG": "image/jpeg"}
_ORIENTATION = 0x0112  # EXIF


def embedded(upload_ids: Sequence[int | None]) -> list[Medium]:
    """The media of an item with their bytes as addresses (data:); recordings have none."""
    return queries.media(upload_ids, _address)


def picture(upload: Upload) -> bytes:
    """A picture as PNG or JPEG; Refused when its bytes are damaged."""
    try:
        return _picture(delivery.path(upload))
    except OSError as error:
        raise Refused(f"图片“{upload.name}”已损坏或找不到，请在试题里换一张。") from error


def _address(upload: Upload) -> str:
    if queries.is_recording(upload):
        return ""
    made = picture(upload)
    kind = "image/png" if made.startswith(b"\x89PNG") else "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(made).decode()}"


@lru_cache(maxsize=64)
def _picture(path: Path) -> bytes:
    """Stored bytes lie under their hash, so a path is always the same picture."""
    with Image.open(path) as stored:
        upright = stored.getexif().get(_ORIENTATION, 1) == 1
        small = max(stored.size) <= MOST_PIXELS
        if stored.format in _PLAIN and stored.mode != "CMYK" and upright and small:
            stored.load()  # what is cut off is told now, not by the printer
            return path.read_bytes()
        is_photo = stored.format == "JPEG"
        drawn = ImageOps.exif_transpose(stored).convert("RGB" if is_photo else "RGBA")
    drawn.thumbnail((MOST_PIXELS, MOST_PIXELS))
    written = io.BytesIO()
    drawn.save(written, "JPEG" if is_photo else "PNG", quality=90)
    return written.getvalue()
