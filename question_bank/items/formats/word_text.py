"""One paragraph of Word as lines: its text with gaps, signs and pictures, and the marks of its runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from question_bank.items.formats import omml
from question_bank.items.formats.numbering import W
from question_bank.items.formats.word_styles import Looks, Styles, looks_of
from question_bank.items.rules.characters import plain
from question_bank.items.rules.lines import Line, Mark
from question_bank.items.rules.runs import private

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LOOKED_THROUGH = {
    f"{W}{name}"
    for name in (
        "hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml",
        "dir", "bdo",
    )
}  # fmt: skip
_FORMULAS = {f"{omml.M}oMath", f"{omml.M}oMathPara"}
_PICTURES = {f"{W}drawing", f"{W}pict", f"{W}object"}
_FIXED = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
# Wingdings and Wingdings 2 by which people tick and cross.
_SYMBOLS = {"F0FC": "√", "F050": "√", "F0FE": "√", "F052": "√", "F0FB": "×", "F04F": "×",
            "F0FD": "×", "F051": "×", "F053": "×"}  # fmt: skip
# A letter or a judgement written upon an underlined gap, as Word users fill one in.
_FILLED = re.compile(r"[\s\u3000]*((?:[A-LＡ-Ｌ][\s,，、]*){1,8}|[√×])[\s\u3000]*")


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    names: frozenset[str] = frozenset()
    picture: str | None = None
    doubt: str = ""


@dataclass(slots=True)
class Writer:
    """Reads the paragraphs of one file; `pictures` are the names met so far, in their order.

    `targets` maps relationship ids to parts of the package, or to "" for what lies outside it.
    """

    styles: Styles
    targets: dict[str, str]
    pictures: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    """Text boxes anchored in the paragraph that was read last."""

    def lines(self, element: etree._Element, number: int, label: str) -> list[Line]:
        """A paragraph as lines, one for each soft break, with the label of its list in front."""
        self.boxes = []
        text, marks, media, doubts = [label], [], [], []
        length = len(label)
        for piece in _with_gaps(list(self._inline(element, self._looks(element)))):
            if piece.picture is not None:
                media.append(piece.picture)
            doubts += [piece.doubt] if piece.doubt else []
            if piece.text.strip():
                end = length + len(piece.text)
                marks += [Mark(length, end, name) for name in sorted(piece.names)]
            text.append(piece.text)
            length += len(piece.text)
        whole = Line(
            "".join(text), number, tuple(marks), tuple(media), doubts=tuple(dict.fromkeys(doubts))
        )
        return _broken_up(whole)

    def _looks(self, paragraph: etree._Element) -> Looks:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return {} if style is None else self.styles.looks.get(style.get(f"{W}val", ""), {})

    def _inline(self, node: etree._Element, looks: Looks) -> Iterator[_Piece]:
        """Everything in a paragraph that shows; deleted and moved-away text does not."""
        for child in node:
            if child.tag == f"{W}r":
                yield from self._run(child, looks)
            elif child.tag in _LOOKED_THROUGH:
                yield from self._inline(child, looks)
            elif child.tag in _FORMULAS:
                text, sure = omml.linear(child)
                yield _Piece(text, doubt="formula" if sure else "formula_lost")

    def _run(self, run: etree._Element, around: Looks) -> Iterator[_Piece]:
        properties = run.find(f"{W}rPr")
        looks = around
        if properties is not None:
            style = properties.find(f"{W}rStyle")
            named = {} if style is None else self.styles.looks.get(style.get(f"{W}val", ""), {})
            looks = around | named | looks_of(properties)
        names = frozenset(name for key, name in looks.items() if name and key != "script")
        for child in run:
            yield from self._content(child, names, looks.get("script", ""))

    def _content(
        self, child: etree._Element, names: frozenset[str], script: str
    ) -> Iterator[_Piece]:
        if child.tag == f"{W}t":
            doubt = "strike" if "strike" in names and (child.text or "").strip() else ""
            yield _Piece(_scripted(plain(child.text or ""), script), names, doubt=doubt)
        elif child.tag in _FIXED:
            yield _Piece(_FIXED[child.tag], names)
        elif child.tag == f"{W}noBreakHyphen":
            yield _Piece("-", names)
        elif child.tag == f"{W}sym":
            yield _Piece(_SYMBOLS.get(child.get(f"{W}char", "").upper(), "□"), names)
        elif child.tag == f"{W}ruby":
            for run in child.iterfind(f"{W}rubyBase/{W}r"):
                yield from self._run(run, {})
        elif child.tag == f"{W}instrText" and (child.text or "").strip().upper().startswith("EQ "):
            yield _Piece("", doubt="formula_lost")
        elif child.tag == f"{_MC}AlternateContent":
            for inner in child.iterfind(f"{_MC}Choice/*"):
                yield from self._content(inner, names, script)
        elif child.tag in _PICTURES:
            yield from self._pictures(child)

    def _pictures(self, child: etree._Element) -> Iterator[_Piece]:
        boxes = list(child.iter(f"{W}txbxContent"))
        self.boxes += boxes
        if boxes:
            return
        ids = [blip.get(f"{_REL}embed") or blip.get(f"{_REL}link") or "" for blip in
               child.iter(f"{_DRAWING}blip")]  # fmt: skip
        ids += [image.get(f"{_REL}id", "") for image in child.iter(f"{_VML}imagedata")]
        for name in dict.fromkeys(self.targets.get(i, "") for i in ids):
            if name not in self.pictures:
                self.pictures.append(name)
            yield _Piece(private(self.pictures.index(name)), picture=name)
        if not ids and child.tag != f"{W}pict":
            yield _Piece("", doubt="drawing")


def _scripted(text: str, script: str) -> str:
    """m2 with a raised 2 is m²: without its height it would say something else."""
    if script == "superscript":
        return omml.raised(text)
    return omml.lowered(text) if script == "subscript" else text


def _with_gaps(pieces: list[_Piece]) -> list[_Piece]:
    """Underlined blanks, whether spaces or tabs, in one run or in several, are gaps to be filled."""
    made: list[_Piece] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and _is_underlined(pieces[end]):
            end += 1
        made += _gap(pieces[at:end]) if end > at else [pieces[at]]
        at = max(end, at + 1)
    return made


def _is_underlined(piece: _Piece) -> bool:
    return "underline" in piece.names and piece.picture is None and "\n" not in piece.text


def _gap(pieces: list[_Piece]) -> list[_Piece]:
    text = "".join(piece.text for piece in pieces)
    if not text.strip():
        wide = len(text) > 1 or text in ("\t", "\u3000")
        return [_Piece("_" * max(4, len(text)))] if wide else pieces
    filled = _FILLED.fullmatch(text)
    if filled and text != text.strip():
        return [_Piece(f"__{filled[1].strip()}__")]
    return pieces


def _broken_up(whole: Line) -> list[Line]:
    """A paragraph cut at its soft breaks."""
    if "\n" not in whole.text:
        return [whole]
    made: list[Line] = []
    at = 0
    for piece in whole.text.split("\n"):
        made.append(replace(whole.cut(at, at + len(piece)), broken=bool(made)))
        at += len(piece) + 1
    filled = [line for line in made if line.text.strip()]
    if filled and not made[0].text.strip():
        # A break at the head of a paragraph shows as a blank line.
        filled[:1] = [Line("", whole.number), replace(filled[0], broken=False)]
    return filled or [Line("", whole.number)]
