"""Lines and rows: what every file format is turned into before its layout is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from question_bank.items.rules.runs import privates


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a line that stands out: `name` is bold, underline, strike, colour:FF0000 or
    highlight:yellow."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in ordinary characters; `number` counts lines, in Word paragraphs, from 1."""

    text: str
    number: int
    marks: tuple[Mark, ...] = ()
    media: tuple[str, ...] = ()
    """The names of its pictures, one for each private character (see runs) in `text`."""
    broken: bool = False
    """Whether it continues the paragraph of the line before (a soft break)."""
    doubts: tuple[str, ...] = ()
    """Codes of what its format could not keep: formula, formula_lost, picture_kind, strike …"""
    head: frozenset[str] = frozenset()
    """For an option: the marks of the letter that was cut off before it."""

    def cut(self, start: int, end: int) -> Line:
        """The part of the line from `start` to `end`, with the marks that fall in it."""
        marks = tuple(
            Mark(max(m.start, start) - start, min(m.end, end) - start, m.name)
            for m in self.marks
            if m.start < end and m.end > start
        )
        media = self.media
        if media:
            before, inside = len(privates(self.text[:start])), len(privates(self.text[start:end]))
            media = media[before : before + inside]
        return replace(self, text=self.text[start:end], marks=marks, media=media)

    def marked(self) -> frozenset[str]:
        """The marks that cover at least four fifths of what is not blank."""
        inked = [i for i, c in enumerate(self.text) if not c.isspace()]
        covered: dict[str, int] = {}
        for mark in self.marks:
            count = sum(1 for i in inked if mark.start <= i < mark.end)
            covered[mark.name] = covered.get(mark.name, 0) + count
        return frozenset(
            name for name, count in covered.items() if inked and count * 5 >= len(inked) * 4
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number in the sheet and its cells as text.

    `dated` are the positions of cells that hold a date, which a sheet may show in another way,
    `merged` those that go on with the cell above. `lines` are the cells of a table in a text.
    """

    number: int
    cells: tuple[str, ...]
    dated: frozenset[int] = frozenset()
    media: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    merged: frozenset[int] = frozenset()
    lines: tuple[tuple[Line, ...], ...] = ()
    marks: tuple[frozenset[str], ...] = ()
    """The marks of its cells; () where they were not looked at."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a table with a name ("" for an only one).

    `line` is the number of the paragraph at which a table in a text begins.
    """

    name: str
    rows: tuple[Row, ...]
    line: int = 0
