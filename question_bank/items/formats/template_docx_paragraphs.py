"""The paragraphs of the house's own Word file, each with the name of its style and its pictures."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from question_bank.items.formats import package
from question_bank.items.formats.numbering import W
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.runs import LOST

_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph by its number in the file and the name of its style."""

    number: int
    style: str
    pieces: tuple[tuple[str, str], ...]
    """(words, picture) in turn: one of the two is empty."""

    @property
    def plain(self) -> str:
        return "".join(words for words, _ in self.pieces)


def paragraphs(opened: zipfile.ZipFile) -> Iterator[Paragraph]:
    """The paragraphs with anything in them; those of tables are of no style of the template."""
    root = package.xml(opened, "word/document.xml")
    styles = package.xml(opened, "word/styles.xml")
    if root is None or styles is None:
        raise Unreadable("这个文件里没有 Word 正文，请确认上传的是 .docx 文件。")
    names = {
        one.get(f"{W}styleId", ""): found.get(f"{W}val", "")
        for one in styles.iter(f"{W}style")
        if (found := one.find(f"{W}name")) is not None
    }
    targets = _targets(opened)
    tables = next(root.iter(f"{W}tbl"), None) is not None
    gone = next(root.iter(f"{W}del", f"{W}moveFrom"), None) is not None
    for number, element in enumerate(root.iter(f"{W}p"), start=1):
        pieces = tuple(_pieces(element, targets, gone))
        if any(picture or words.strip() for words, picture in pieces):
            inside = tables and next(element.iterancestors(f"{W}tbl"), None) is not None
            yield Paragraph(number, "" if inside else _style(element, names), pieces)


def _style(element: etree._Element, names: Mapping[str, str]) -> str:
    properties = element.find(f"{W}pPr")
    style = properties.find(f"{W}pStyle") if properties is not None else None
    return names.get(style.get(f"{W}val", ""), "") if style is not None else ""


def _targets(opened: zipfile.ZipFile) -> dict[str, str]:
    root = package.xml(opened, "word/_rels/document.xml.rels")
    return {
        one.get("Id", ""): "word/" + one.get("Target", "")
        for one in (root if root is not None else ())
        if one.get("TargetMode") != "External"
    }


def _pieces(
    element: etree._Element, targets: Mapping[str, str], gone: bool
) -> Iterator[tuple[str, str]]:
    """Words and pictures of a paragraph; `gone`: some text in the file is struck out."""
    for run in element.iter(f"{W}r"):
        if gone and next(run.iterancestors(f"{W}del", f"{W}moveFrom"), None) is not None:
            continue
        for child in run:
            if child.tag == f"{W}t":
                yield str(child.text or ""), ""
            elif child.tag in (f"{W}br", f"{W}cr"):
                yield "\n", ""
            elif child.tag == f"{W}tab":
                yield " ", ""
            elif child.tag == f"{W}noBreakHyphen":
                yield "-", ""
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                blip = next(child.iter(_BLIP), None)
                name = targets.get(blip.get(f"{_REL}embed", ""), "") if blip is not None else ""
                yield ("", name) if name else (LOST, "")
