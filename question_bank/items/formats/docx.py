"""Word files (.docx): paragraphs with the labels of their lists and the marks of their runs; tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from question_bank.items.formats import numbering, package
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.characters import plain
from question_bank.items.rules.lines import Line, Mark, Row, Table

W = numbering.W
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_PICTURE = "［图］"
_UNMARKED = {"auto", "000000", "none", "clear"}


def read(path: Path) -> list[list[Line] | Table]:
    """The runs of lines and the tables of a Word file; a line's number is its paragraph's."""
    with package.opened(path) as opened:
        root = package.xml(opened, "word/document.xml")
        if root is None:
            raise Unreadable("这个文件里没有 Word 正文，请确认上传的是 .docx 文件。")
        reader = _Reader(
            numbering.read(package.xml(opened, "word/numbering.xml")),
            _list_styles(package.xml(opened, "word/styles.xml")),
            _targets(opened),
        )
    body = root.find(f"{W}body")
    return reader.blocks(body) if body is not None else []


def media(path: Path, name: str) -> bytes | None:
    """The bytes of a picture that a line names; None if there is none."""
    with package.opened(path) as opened:
        return package.part(opened, name)


def _list_styles(root: etree._Element | None) -> dict[str, tuple[str, int]]:
    """The paragraph styles that belong to a list: style id → (list, depth)."""
    found: dict[str, tuple[str, int]] = {}
    if root is not None:
        for style in root.iter(f"{W}style"):
            listed = _list_of(style.find(f"{W}pPr"))
            if listed:
                found[style.get(f"{W}styleId", "")] = listed
    return found


def _list_of(properties: etree._Element | None) -> tuple[str, int] | None:
    number = properties.find(f"{W}numPr") if properties is not None else None
    if number is None:
        return None
    list_id, depth = number.find(f"{W}numId"), number.find(f"{W}ilvl")
    if list_id is None:
        return None
    at = depth.get(f"{W}val", "0") if depth is not None else "0"
    return list_id.get(f"{W}val", "0"), int(at)


def _targets(opened: zipfile.ZipFile) -> dict[str, str]:
    """Relationship id → part name of the pictures inside the package; external ones are left out."""
    root = package.xml(opened, "word/_rels/document.xml.rels")
    if root is None:
        return {}
    return {
        rel.get("Id", ""): "word/" + rel.get("Target", "").removeprefix("/word/")
        for rel in root
        if rel.get("TargetMode") != "External"
    }


@dataclass(slots=True)
class _Reader:
    lists: numbering.Numbering
    styles: dict[str, tuple[str, int]]
    targets: dict[str, str]
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
        rows, line = [], self.count + 1
        for number, row in enumerate(element.iter(f"{W}tr"), 1):
            cells = [
                "\n".join(line.text for p in cell.iter(f"{W}p") for line in self.paragraph(p))
                for cell in row.findall(f"{W}tc")
            ]
            rows.append(Row(number, tuple(cells)))
        return Table(f"表格{ordinal + 1}", tuple(rows), line)

    def paragraph(self, element: etree._Element) -> list[Line]:
        """A paragraph as lines, one for each soft break, with the label of its list in front."""
        self.count += 1
        formula = next(element.iter(f"{_MATH}oMath"), None) is not None
        text, marks, pictures = [self._label(element)], [], []
        length = len(text[0])
        for piece, names, picture in self._pieces(element):
            if picture:
                pictures.append(picture)
            marks += [Mark(length, length + len(piece), name) for name in names if piece.strip()]
            text.append(piece)
            length += len(piece)
        whole = Line("".join(text), self.count, tuple(marks), tuple(pictures), formula=formula)
        return _broken_up(whole)

    def _label(self, element: etree._Element) -> str:
        properties = element.find(f"{W}pPr")
        listed = _list_of(properties)
        if listed is None and properties is not None:
            style = properties.find(f"{W}pStyle")
            listed = self.styles.get(style.get(f"{W}val", "")) if style is not None else None
        if listed is None or listed[0] == "0":
            return ""
        empty = not any((t.text or "").strip() for t in element.iter(f"{W}t"))
        label = "" if empty else self.lists.label(*listed)
        return label + " " if label else ""

    def _pieces(self, element: etree._Element) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """(text, marks, picture) of everything in a paragraph that shows; deleted text does not."""
        for node in element.iter(f"{W}r", f"{_MATH}t"):
            if node.tag == f"{_MATH}t":
                yield plain(node.text or ""), (), ""
                continue
            if any(
                a.tag in (f"{W}del", f"{W}moveFrom")
                for a in node.iterancestors(f"{W}del", f"{W}moveFrom")
            ):
                continue
            names = _marks(node.find(f"{W}rPr"))
            for child in node:
                yield from self._piece(child, names)

    def _piece(
        self, child: etree._Element, names: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...], str]]:
        if child.tag == f"{W}t":
            text = plain(child.text or "")
            # Underlined spaces are the gap of a blank, as Word users draw it.
            gap = "underline" in names and len(text) > 1 and not text.strip()
            yield ("_" * max(4, len(text)) if gap else text), names, ""
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t", (), ""
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n", (), ""
        elif child.tag == f"{W}noBreakHyphen":
            yield "-", names, ""
        elif child.tag == f"{W}sym":
            yield _symbol(child), names, ""
        elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            for name in self._pictures(child):
                yield _PICTURE, (), name

    def _pictures(self, child: etree._Element) -> list[str]:
        ids = [blip.get(f"{_REL}embed", "") for blip in child.iter(f"{_DRAWING}blip")]
        ids += [image.get(f"{_REL}id", "") for image in child.iter(f"{_VML}imagedata")]
        return [self.targets[i] for i in ids if i in self.targets]


def _children(body: etree._Element) -> Iterator[etree._Element]:
    for child in body:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _children(content)


def _symbol(child: etree._Element) -> str:
    """A sign from a symbol font: ticks and crosses of Wingdings are answers."""
    code = child.get(f"{W}char", "").upper()
    return {"F0FC": "√", "F050": "√", "F0FE": "√", "F0FB": "×", "F04F": "×", "F0FD": "×"}.get(
        code, "□"
    )


def _marks(properties: etree._Element | None) -> tuple[str, ...]:
    if properties is None:
        return ()
    names = []
    for child in properties:
        value = child.get(f"{W}val", "")
        if child.tag == f"{W}b" and value not in ("0", "false"):
            names.append("bold")
        elif child.tag == f"{W}color" and value.lower() not in _UNMARKED:
            names.append("colour")
        elif child.tag == f"{W}u" and value not in ("none", ""):
            names.append("underline")
        elif (child.tag == f"{W}highlight" and value not in ("none", "")) or (
            child.tag == f"{W}shd" and child.get(f"{W}fill", "auto") not in ("auto", "FFFFFF")
        ):
            names.append("highlight")
    return tuple(dict.fromkeys(names))


def _broken_up(whole: Line) -> list[Line]:
    """A paragraph cut at its soft breaks; its pictures stay with the first line."""
    if "\n" not in whole.text:
        return [whole]
    made: list[Line] = []
    at = 0
    for piece in whole.text.split("\n"):
        cut = whole.cut(at, at + len(piece))
        made.append(replace(cut, media=() if made else whole.media, broken=bool(made)))
        at += len(piece) + 1
    filled = [line for line in made if line.text.strip() or line.media]
    if filled and not made[0].text.strip():
        # A break at the head of a paragraph shows as a blank line.
        filled[:1] = [Line("", whole.number), replace(filled[0], broken=False)]
    return filled or [Line("", whole.number)]
