"""The letters of GIFT: escapes, blocks between blank lines, comments, weights, text formats.

Source: Moodle's documentation of the GIFT format and the behaviour of its import filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

_SIGNS = ":#={}~"
# Escaped signs travel through the parsing as characters of the private use area.
_HIDDEN = {sign: chr(0xF8A0 + at) for at, sign in enumerate((*_SIGNS, "\\"))}
_SHOWN = {ord(hidden): sign for sign, hidden in _HIDDEN.items()}
_BREAK = "\uf8af"
_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_WEIGHT = re.compile(r"%(-*\d{1,2}\.?\d*)%")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown|auto)\]", re.IGNORECASE)
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")


@dataclass(slots=True)
class Block:
    """The text of one question, its first line, and what the comments above it say."""

    line: int
    text: str
    tags: list[str] = field(default_factory=list)


def hidden(text: str) -> str:
    """The text with its escaped signs out of the way of parsing."""
    return _ESCAPE.sub(lambda match: _BREAK if match[1] == "n" else _HIDDEN[match[1]], text)


def shown(text: str) -> str:
    """Hidden signs as what they are."""
    return text.translate(_SHOWN).replace(_BREAK, "\n").strip()


def escaped(text: str) -> str:
    """A text that no sign in it can break: one line, whatever it says."""
    return re.sub(r"([:#={}~\\])", r"\\\1", text).replace("\n", "\\n")


def plain(text: str, *, always: bool = False) -> str:
    """A text that says it is plain where it would otherwise be taken for another format."""
    return ("[plain]" if always or _FORMAT.match(text) else "") + escaped(text)


def starred(text: str) -> str:
    """An accepted text as Moodle compares it, where a bare * stands for any text."""
    return text.replace("*", "\\*")


def unstarred(text: str) -> tuple[str, bool]:
    """(the text that is meant, whether a * in it stands for any text)."""
    wild = re.search(r"(?<!\\)\*", text) is not None
    return (text, True) if wild else (text.replace("\\*", "*"), False)


def cut_format(text: str, default: str) -> tuple[str, str]:
    """(format, text): `[html]<b>…` as html."""
    match = _FORMAT.match(text)
    return (match[1].lower(), text[match.end() :]) if match else (default, text)


def cut_weight(text: str) -> tuple[Decimal | None, str]:
    """(percent, text): `%50%…`; None without a weight."""
    match = _WEIGHT.match(text)
    if match is None:
        return None, text
    digits = match[1].lstrip("-")
    sign = -1 if match[1].startswith("-") else 1
    return sign * Decimal(digits.rstrip(".")), text[match.end() :]


def blocks(text: str) -> Iterator[Block]:
    """The questions of a file, which blank lines part; a blank line inside braces does not."""
    lines = hidden(text).split("\n")
    open_block: Block | None = None
    tags: list[str] = []
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if bare.startswith("//"):
            told = [tag.replace("\\]", "]") for tag in map(shown, _TAG.findall(bare))]
            (open_block.tags if open_block else tags).extend(told)
            continue
        if bare.startswith("$CATEGORY:"):
            if open_block:
                yield open_block
            yield Block(number, bare, tags)
            open_block, tags = None, []
        elif bare:
            if open_block is None:
                open_block, tags = Block(number, line, tags), []
            else:
                open_block.text += "\n" + line
        elif open_block and not _goes_on(open_block.text, lines, number):
            yield open_block
            open_block = None
    if open_block:
        yield open_block


def _goes_on(text: str, lines: list[str], at: int) -> bool:
    """Whether a brace is open, and closed further down before another opens."""
    if text.rfind("{") <= text.rfind("}"):
        return False
    for line in lines[at : at + 200]:
        sign = re.search(r"[{}]", line)
        if sign:
            return sign[0] == "}"
    return False
