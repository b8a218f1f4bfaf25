"""Finding the columns that are wanted under the headings that people give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lms.ground.errors import Refused
from lms.ground.sheets.reading import Row, Table

Wanted = Mapping[str, Sequence[str]]
"""Name in code → the headings it may stand under, the proper one first."""

_DEEPEST_HEADER = 20
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_MARKS = re.compile(r"[\s*:：、·_\-—。.!#]+")


@dataclass(frozen=True)
class Listing:
    """The rows under a header, and which column each wanted name has."""

    sheet: str
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]

    def text(self, row: Row, name: str) -> str:
        """What the row has for `name`; nothing where an optional column is absent."""
        return row.text(self.columns[name]) if name in self.columns else ""

    def reference(self, row: Row, name: str) -> str:
        """Which cell that is, such as C7 (the row's first cell for an absent column)."""
        return row.reference(self.columns.get(name, 0))


def find_listing(table: Table, wanted: Wanted, *, optional: Collection[str] = ()) -> Listing:
    """The table from its header on: the row, of the first twenty, with most wanted headings.

    Titles and notes above it are passed over. Raises Refused as `find_columns` does.
    """
    above = table.rows[:_DEEPEST_HEADER]
    best = max(above, key=lambda row: len(_matches(row.cells, wanted)))
    columns = find_columns(best.cells, wanted, optional=optional)
    rows = tuple(row for row in table.rows if row.number > best.number)
    return Listing(table.sheet, best.number, columns, rows)


def find_columns(
    header: Sequence[str], wanted: Wanted, *, optional: Collection[str] = ()
) -> dict[str, int]:
    """The column (0 is A) of each wanted name.

    Spaces, asterisks, full width and notes in brackets make no difference. Raises Refused
    with a sentence for each name, other than the `optional`, that is absent or ambiguous.
    """
    matches = _matches(header, wanted)
    reasons = [
        f"缺少“{headings[0]}”列，请对照模板检查表头。"
        for name, headings in wanted.items()
        if name not in matches and name not in optional
    ]
    reasons += [
        f"“{wanted[name][0]}”列出现了 {len(columns)} 次，请只保留一列。"
        for name, columns in matches.items()
        if len(columns) > 1
    ]
    if reasons:
        raise Refused(*reasons)
    return {name: columns[0] for name, columns in matches.items()}


def _matches(header: Sequence[str], wanted: Wanted) -> dict[str, list[int]]:
    """All columns of each wanted name that has any; its earlier headings win over later ones."""
    plain = [_plain(heading) for heading in header]
    found = {}
    for name, headings in wanted.items():
        for heading in headings:
            columns = [column for column, text in enumerate(plain) if text == _plain(heading)]
            if columns:
                found[name] = columns
                break
    return found


def _plain(heading: str) -> str:
    """The heading's own words; where it is nothing but a note, the words of that."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    words = _MARKS.sub("", _NOTE.sub("", folded))
    return words or _MARKS.sub("", folded).strip("()[]【】〔〕<>")
