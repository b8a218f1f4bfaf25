"""The formats by name, and which of them a file is of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from question_bank.items.formats import (
    aiken,
    gift,
    moodle_xml,
    package,
    pictures,
    qti21,
    template_docx,
    template_xlsx,
    text,
)
from question_bank.items.formats.figures import is_recording, is_sound
from question_bank.items.formats.protocol import Format
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.draft import Place, Problem, Reading

FORMATS: dict[str, Format] = {
    "xlsx": template_xlsx,
    "docx": template_docx,
    "gift": gift,
    "moodle-xml": moodle_xml,
    "qti21": qti21,
}
TITLES = {
    "xlsx": "Excel 表格（.xlsx）",
    "docx": "Word 文档（.docx）",
    "gift": "Moodle GIFT（.gift）",
    "moodle-xml": "Moodle XML（.xml）",
    "qti21": "QTI 2.1 试题包（.zip）",
}
SUFFIXES = {
    "xlsx": template_xlsx.SUFFIX,
    "docx": template_docx.SUFFIX,
    "gift": gift.SUFFIX,
    "moodle-xml": moodle_xml.SUFFIX,
    "qti21": qti21.SUFFIX,
}
_MOST_BYTES = 50 * 1024 * 1024
_TEXTS = {".txt", ".gift", ".aiken", ""}


class Source(Protocol):
    """What reads a file that says itself how it is to be read."""

    def read(self, path: Path) -> Reading: ...

    def files(self, path: Path, names: Collection[str]) -> dict[str, bytes]: ...


def source_of(path: Path) -> Source | None:
    """The format of a file, told by its content; None for one that people laid out freely.

    Raises Unreadable for a package that is a bomb, encrypted or broken.
    """
    if not 0 < path.stat().st_size <= _MOST_BYTES:
        return None
    with path.open("rb") as stream:
        head = stream.read(8192)
    if head.startswith(b"PK"):
        return _packed(path)
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"<"):
        return (
            moodle_xml if moodle_xml.recognises(head) else qti21 if qti21.recognises(head) else None
        )
    return _written(path) if path.suffix.lower() in _TEXTS else None


def read(path: Path) -> Reading | None:
    """The items of a file that says itself how it is to be read; None for any other."""
    source = source_of(path)
    if source is None:
        return None
    reading = source.read(path)
    if reading.items:
        return reading
    sentence = "没有在文件里找到试题，请确认文件内容和格式。"
    told = Problem("no_items", sentence, Place(path.name, 1))
    return replace(reading, problems=(*reading.problems, told))


def taken(path: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files that drafts name: pictures drawn anew, recordings as they are; others are left out."""
    source = source_of(path)
    found = {} if source is None else source.files(path, list(names))
    for name, data in found.items():
        kept = data if is_recording(data) else None if is_sound(name) else pictures.safe(data)
        if kept is not None:
            yield name, kept


def _packed(path: Path) -> Source | None:
    with package.opened(path) as opened:
        names = set(opened.namelist())
    if "xl/workbook.xml" in names:
        return template_xlsx if template_xlsx.recognises(path) else None
    if "word/document.xml" in names:
        return template_docx if template_docx.recognises(path) else None
    return qti21 if qti21.holds(names) else None


def _written(path: Path) -> Source | None:
    try:
        whole = text.decode(path.read_bytes())
    except Unreadable:
        return None
    if gift.recognises(path.name, whole):
        return gift
    return aiken if aiken.recognises(whole) else None
