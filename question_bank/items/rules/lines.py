"""Lines and rows: what every file format is turned into before its layout is read."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a line that stands out: `name` is bold, colour, underline or highlight."""

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
    broken: bool = False
    """Whether it continues the paragraph of the line before (a soft break)."""
    formula: bool = False
    """Whether it holds a formula, of which `text` has the signs and not the form."""

    def cut(self, start: int, end: int) -> Line:
        """The part of the line from `start` to `end`, with the marks that fall in it."""
        marks = tuple(
            Mark(max(m.start, start) - start, min(m.end, end) - start, m.name)
            for m in self.marks
            if m.start < end and m.end > start
        )
        return replace(self, text=self.text[start:end], marks=marks)

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

    `dated` are the positions of cells that hold a date, which a sheet may show in another way.
    """

    number: int
    cells: tuple[str, ...]
    dated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a table with a name ("" for an only one).

    `line` is the number of the paragraph at which a table in a text begins.
    """

    name: str
    rows: tuple[Row, ...]
    line: int = 0
