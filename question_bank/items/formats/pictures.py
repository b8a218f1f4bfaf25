"""Pictures of question files: which are taken in, and made safe and small before they are kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from question_bank.items.formats import package
from question_bank.items.rules.lines import Line, Row, Table
from question_bank.items.rules.runs import privates

_KINDS = {"PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"}
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
"""Pixels; a picture in a paper is at most a page wide."""


def refused(
    blocks: Sequence[list[Line] | Table], opened: zipfile.ZipFile
) -> list[list[Line] | Table]:
    """The same blocks, in which pictures that cannot be taken in are named "" with their doubt."""
    names = {name for owner in owners(blocks) for name in owner.media}
    faults = {name: _fault(opened, name) for name in names}
    if not any(faults.values()):
        return list(blocks)
    made: list[list[Line] | Table] = []
    for block in blocks:
        if isinstance(block, Table):
            made.append(replace(block, rows=tuple(_marked_row(row, faults) for row in block.rows)))
        else:
            made.append([_marked(line, faults) for line in block])
    return made


def _marked_row(row: Row, faults: dict[str, str]) -> Row:
    lines = tuple(tuple(_marked(line, faults) for line in cell) for cell in row.lines)
    return replace(
        row,
        media=_named(row.media, faults),
        doubts=_doubts(row.doubts, row.media, faults),
        lines=lines,
    )


def _marked(line: Line, faults: dict[str, str]) -> Line:
    if not line.media:
        return line
    return replace(
        line,
        media=_named(line.media, faults),
        doubts=_doubts(line.doubts, line.media, faults),
    )


def _named(media: tuple[str, ...], faults: dict[str, str]) -> tuple[str, ...]:
    return tuple("" if faults[name] else name for name in media)


def _doubts(
    doubts: tuple[str, ...], media: tuple[str, ...], faults: dict[str, str]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*doubts, *(faults[name] for name in media if faults[name])]))


def owners(blocks: Sequence[list[Line] | Table]) -> Iterator[Line | Row]:
    """Every line and every row of blocks."""
    for block in blocks:
        yield from block.rows if isinstance(block, Table) else block


def known(blocks: Sequence[list[Line] | Table]) -> dict[str, str]:
    """The character of each picture in the texts of blocks → its name."""
    found: dict[str, str] = {}
    for owner in owners(blocks):
        if owner.media:
            text = "".join(owner.cells) if isinstance(owner, Row) else owner.text
            found.update(zip(privates(text), owner.media, strict=False))
    return found


def _fault(opened: zipfile.ZipFile, name: str) -> str:
    """The code of what is wrong with a picture; "" if it can be taken in."""
    if not name:
        return "picture_outside"
    if name not in opened.NameToInfo:
        return "picture_missing"
    try:
        with opened.open(name) as stream, Image.open(stream, formats=sorted(_KINDS)) as image:
            return "" if image.width * image.height <= MOST_PIXELS else "picture_large"
    except UnidentifiedImageError:
        return "picture_kind"
    except (OSError, ValueError, zipfile.BadZipFile, Image.DecompressionBombError, SyntaxError):
        return "picture_kind"


def taken(path: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The pictures with these names in a package (.docx, .xlsx), made safe; broken ones are left out."""
    with package.opened(path) as opened:
        for name in names:
            data = package.part(opened, name)
            made = safe(data) if data is not None else None
            if made is not None:
                yield name, made


def safe(data: bytes) -> bytes | None:
    """A picture drawn anew as PNG or JPEG within LONGEST_SIDE, so that nothing but pixels is kept.

    None if it is none, of a kind that is not taken in, or too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=sorted(_KINDS)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            photo = image.format == "JPEG"
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = image.convert("RGB" if photo else "RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    stream = io.BytesIO()
    drawn.save(stream, "JPEG" if photo else "PNG", optimize=True)
    return stream.getvalue()
