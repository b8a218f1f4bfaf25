"""Texts in Word with their pictures where the signs ［图n］ stand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx.shared import Emu, Mm
from PIL import Image

from lms.ground.uploads.models import Upload
from question_bank.items import documents, queries
from question_bank.items.rules.runs import runs

WIDE = (Mm(150), Mm(70))
"""The most that a picture in a stem takes, in width and height."""
SMALL = (Mm(34), Mm(28))
"""And in an option, of which four may stand on a line."""
_PIXEL = 914400 // 96  # EMU, at 96 to the inch

Pictures = Sequence[Upload | None]
"""The media of a slot by position; None where there is nothing to see."""


def pictures(upload_ids: Sequence[int | None]) -> Pictures:
    """The pictures of a slot, or of an entry of Variant.answers, in their places."""
    wanted = [one for one in upload_ids if one is not None]
    found = {one.id: one for one in queries.files(wanted)} if wanted else {}
    seen = [found.get(one) if one else None for one in upload_ids]
    return [None if one is None or queries.is_recording(one) else one for one in seen]


def write(paragraph: Any, text: str, media: Pictures, box: tuple[int, int] = WIDE) -> None:
    """Add a text to a paragraph, each picture scaled to fit the box."""
    for run in runs(text, media):
        upload = None if run.picture is None else media[run.picture]
        if upload is None:
            paragraph.add_run(run.text)
        else:
            content = documents.picture(upload)
            width, height = _fitted(content, box)
            drawn = paragraph.add_run().add_picture(io.BytesIO(content), width, height)
            drawn._inline.docPr.set("descr", run.text[1:-1])


def _fitted(content: bytes, box: tuple[int, int]) -> tuple[Emu, Emu]:
    """Width and height of a picture: its own at 96 dots to the inch, or as much as fits."""
    with Image.open(io.BytesIO(content)) as drawn:
        width, height = (side * _PIXEL for side in drawn.size)
    scale = min(1.0, box[0] / width, box[1] / height)
    return Emu(int(width * scale)), Emu(int(height * scale))
