"""Options behind boxes to be ticked, □ and ☑, given their letters; a full box is the tick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from question_bank.items.rules.characters import narrow
from question_bank.items.rules.lines import Line

_EMPTY, _FULL = "□☐○◯", "■☑☒✅●◉"
_BOX = re.compile(
    rf"([{_EMPTY}{_FULL}])\s*(?:[(（]?\s*([A-LＡ-Ｌ])\s*[.．、:：)）]\s*)?(?=[^\s)）\]】{_EMPTY}{_FULL}])"
)
_MOST = 12


@dataclass(slots=True)
class _Block:
    """Boxes that stand together, on one line or on lines that follow each other: (line, its boxes)."""

    lines: list[tuple[int, list[re.Match[str]]]] = field(default_factory=list)

    @property
    def boxes(self) -> list[re.Match[str]]:
        return [box for _, found in self.lines for box in found]

    @property
    def is_named(self) -> bool:
        """Whether letters in order stand behind the boxes; `□A、B两项` alone is a text."""
        names = "".join(box[2] or " " for box in self.boxes)
        return narrow(names) == "ABCDEFGHIJKL"[: len(names)]

    @property
    def is_mixed(self) -> bool:
        """Whether some of its boxes are full and others are not."""
        return len({box[1] in _FULL for box in self.boxes}) == 2


def lettered(lines: list[Line]) -> list[Line]:
    """The lines with letters in the place of boxes; unchanged where none is full.

    A sign that all lines bear is a bullet, and one that stands alone may be anything.
    """
    blocks = [block for block in _blocks(lines) if 1 < len(block.boxes) <= _MOST]
    if not blocks or 2 * sum(block.is_mixed for block in blocks) < len(blocks):
        return lines
    made = {at: pieces for block in blocks for at, pieces in _pieces(block, lines)}
    return [piece for at, line in enumerate(lines) for piece in made.get(at, [line])]


def _blocks(lines: list[Line]) -> Iterator[_Block]:
    open_block = _Block()
    for at, line in enumerate(lines):
        found = list(_BOX.finditer(line.text))
        heads = bool(found) and not line.text[: found[0].start()].strip()
        if not heads and open_block.lines:
            yield open_block
            open_block = _Block()
        if heads:
            open_block.lines.append((at, found))
        elif len(found) > 1:
            yield _Block([(at, found)])
    if open_block.lines:
        yield open_block


def _pieces(block: _Block, lines: list[Line]) -> Iterator[tuple[int, list[Line]]]:
    """Every option on a line of its own, with the tick where others have it."""
    position, named = 0, block.is_named
    for at, found in block.lines:
        line = lines[at]
        made = [line.cut(0, found[0].start())] if line.text[: found[0].start()].strip() else []
        ends = [box.start() for box in found[1:]] + [len(line.text)]
        for box, end in zip(found, ends, strict=True):
            piece = line.cut(box.end() if named else box.end(1), end)
            name = chr(ord("A") + position)
            tick = " √" if box[1] in _FULL else ""
            made.append(replace(piece, text=f"{name}. {piece.text.strip()}{tick}", marks=()))
            position += 1
        yield at, made
