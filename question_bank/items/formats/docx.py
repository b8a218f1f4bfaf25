"""Word files (.docx): paragraphs with the labels of their lists and the marks of their runs; tables."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from question_bank.items.formats import numbering, package, pictures, word_styles
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.formats.word_text import Writer
from question_bank.items.rules.lines import Line, Row, Table

W = numbering.W
_SHOWN = f"{W}t"


def read(path: Path) -> list[list[Line] | Table]:
    """The runs of lines and the tables of a Word file; a line's number is its paragraph's.

    A picture that cannot be taken in is named "" and its line carries the doubt that says why.
    """
    with package.opened(path) as opened:
        root = package.xml(opened, "word/document.xml")
        if root is None:
            raise Unreadable("这个文件里没有 Word 正文，请确认上传的是 .docx 文件。")
        styles = word_styles.read(package.xml(opened, "word/styles.xml"))
        reader = _Reader(
            numbering.read(package.xml(opened, "word/numbering.xml")),
            Writer(styles, _targets(opened)),
        )
        body = root.find(f"{W}body")
        blocks = reader.blocks(body) if body is not None else []
        return pictures.refused(blocks, opened)


def _targets(opened: zipfile.ZipFile) -> dict[str, str]:
    """Relationship id → part name of the pictures inside the package, "" for what lies outside."""
    root = package.xml(opened, "word/_rels/document.xml.rels")
    if root is None:
        return {}
    return {
        rel.get("Id", ""): ""
        if rel.get("TargetMode") == "External"
        else posixpath.normpath(posixpath.join("word", rel.get("Target", ""))).lstrip("/")
        for rel in root
        if isinstance(rel.tag, str)
    }


@dataclass(slots=True)
class _Reader:
    lists: numbering.Numbering
    writer: Writer
    count: int = 0

    def blocks(self, body: etree._Element) -> list[list[Line] | Table]:
        """The paragraphs and tables of the body; content controls are looked through."""
        made: list[list[Line] | Table] = []
        for child in _children(body):
            if child.tag == f"{W}tbl":
                made.append(self._table(child, len(made)))
                continue
            if not made or isinstance(made[-1], Table):
                made.append([])
            last = made[-1]
            if isinstance(last, list):
                last.extend(self.paragraph(child))
        return made

    def _table(self, element: etree._Element, ordinal: int) -> Table:
        line = self.count + 1
        rows = [self._row(row, number) for number, row in enumerate(_parts(element, "tr"), 1)]
        return Table(f"表格{ordinal + 1}", tuple(rows), line)

    def _row(self, row: etree._Element, number: int) -> Row:
        cells: list[tuple[Line, ...]] = []
        merged: set[int] = set()
        for cell in _parts(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(f"{W}val", "continue") == "continue":
                merged.add(len(cells))
            cells.append(tuple(line for p in cell.iter(f"{W}p") for line in self.paragraph(p)))
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            wide = span.get(f"{W}val", "1") if span is not None else "1"
            cells += [()] * (min(int(wide), 64) - 1 if wide.isdigit() else 0)
        return Row(
            number,
            tuple("\n".join(line.text for line in cell).strip() for cell in cells),
            media=tuple(name for cell in cells for line in cell for name in line.media),
            doubts=tuple(dict.fromkeys(d for cell in cells for line in cell for d in line.doubts)),
            merged=frozenset(merged),
            lines=tuple(cells),
        )

    def paragraph(self, element: etree._Element) -> list[Line]:
        """A paragraph as lines, and behind them the text boxes that hang on it."""
        self.count += 1
        number = self.count
        made = self.writer.lines(element, number, self._label(element))
        for box in self.writer.boxes:
            for inner in box.iterfind(f"{W}p"):
                made += self.writer.lines(inner, number, "")
        return made

    def _label(self, element: etree._Element) -> str:
        properties = element.find(f"{W}pPr")
        if properties is None:
            return ""
        listed = word_styles.list_of(properties)
        if listed is None:
            style = properties.find(f"{W}pStyle")
            named = style.get(f"{W}val", "") if style is not None else ""
            listed = self.writer.styles.lists.get(named)
        if listed is None or listed[0] == "0":
            return ""
        empty = not any((t.text or "").strip() for t in element.iter(_SHOWN))
        picture = next(element.iter(f"{W}drawing", f"{W}pict"), None) is not None
        label = "" if empty and not picture else self.lists.label(*listed)
        return label + " " if label else ""


def _children(body: etree._Element) -> Iterator[etree._Element]:
    for child in body:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _children(content)


def _parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, without those of tables inside them."""
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _parts(child, name)
