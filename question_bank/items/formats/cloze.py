"""Embedded answers (Cloze) of Moodle: fields such as {1:SHORTANSWER:=五年~=5年} inside a text.

Source: Moodle's documentation of the Embedded Answers question type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from question_bank.items.formats.gift_syntax import starred
from question_bank.items.formats.markup import marked_up
from question_bank.items.formats.weights import graded_answers, is_numerical, percent
from question_bank.items.kinds.gaps import Gap

GAP = "____"
_FIELD = re.compile(r"(?<!\\)\{(\d*):([A-Z_]{2,}):((?:\\.|[^\\}])*)\}", re.DOTALL)
_ANSWER = re.compile(r"(=)?(?:%(-?\d+(?:\.\d+)?)%)?(.*)", re.DOTALL)
_MARK = r"_{2,}|＿+|[（(][ \u3000]*[)）]"
_MARKED = re.compile(r"(?:_{2,}|＿+|[（(](?: |\u3000|\u00a0|&nbsp;|&#160;)*[)）])$")
_APART = re.compile(r'<p class="gaps">.*?</p>', re.DOTALL)
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_CASED = {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOICE = re.compile(r"(?:MULTICHOICE|MC)(?:_?[VHS]+)?$")
_SEVERAL = re.compile(r"(?:MULTIRESPONSE|MR)(?:_?[HS]+)?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of a field: its text, its weight in percent, its feedback."""

    text: str
    weight: Decimal
    feedback: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its points, what it is ("blank", "number", "single", "multiple" or ""), its answers."""

    points: Decimal
    sort: str
    cased: bool
    entries: tuple[Entry, ...]


def fields_of(text: str) -> list[Field]:
    """The fields in a text of HTML, in order."""
    return [_field(match) for match in _FIELD.finditer(text)]


def without_fields(text: str) -> str:
    """The text with a gap in the place of each field that no gap stands before."""
    text = _APART.sub("", text)
    pieces, start = [], 0
    for match in _FIELD.finditer(text):
        before = text[start : match.start()]
        pieces += [before] if _MARKED.search(before) else [before, GAP]
        start = match.end()
    return "".join([*pieces, text[start:]])


def embedded(stem: str, gaps: Iterable[Gap], marked: Callable[[str], str] = marked_up) -> str:
    """A stem as HTML with a field behind each of its gaps, or below it where their number differs.

    `marked` makes HTML of a stretch of the stem.
    """
    fields = [
        f"{{1:{'NUMERICAL' if is_numerical(gap) else 'SHORTANSWER'}:{_entries(gap)}}}"
        for gap in gaps
    ]
    ends = [match.end() for match in re.finditer(_MARK, stem)]
    if len(ends) != len(fields):
        return f'<p>{_safe(marked(stem))}</p><p class="gaps">{" ".join(fields)}</p>'
    starts = [0, *ends]
    cut = [_safe(marked(stem[a:b])) for a, b in zip(starts, [*ends, len(stem)], strict=True)]
    return "<p>" + "".join(a + b for a, b in zip(cut, [*fields, ""], strict=True)) + "</p>"


def _safe(html: str) -> str:
    return html.replace("{", "&#123;").replace("}", "&#125;")


def _entries(gap: Gap) -> str:
    return "~".join(_entry(*answer) for answer in graded_answers(gap))


def _entry(text: str, credit: Fraction, margin: Decimal | None) -> str:
    text = html.escape(text, quote=False)
    weighs = credit != 1 or text.startswith("%")
    backed = re.sub(r"([\\~#}/\"])", r"\\\1", starred(text))
    near = "" if margin is None else f":{margin:f}"
    sign = f"%{percent(credit)}%" if weighs else "="
    return sign + backed.replace("\n", "&NewLine;") + near


def _field(match: re.Match[str]) -> Field:
    name = match[2]
    if name in _SHORT:
        sort = "blank"
    elif name in _NUMBER:
        sort = "number"
    else:
        sort = "single" if _CHOICE.match(name) else "multiple" if _SEVERAL.match(name) else ""
    pieces = re.findall(r"((?:\\.|[^\\~])*)(~|\Z)", match[3], re.DOTALL)
    entries = tuple(map(_said, (piece for piece, end in pieces[: _count(pieces)])))
    return Field(Decimal(match[1] or 1), sort, name in _CASED, entries)


def _count(pieces: list[tuple[str, str]]) -> int:
    """Up to the piece that the end of the text closes: behind it matches nothing but the end."""
    return next(at for at, (_, end) in enumerate(pieces, start=1) if not end)


def _said(piece: str) -> Entry:
    hidden = re.sub(r"\\(.)", lambda m: chr(0xF0000 + ord(m[1])), piece, flags=re.DOTALL)
    text, _, feedback = hidden.partition("#")
    match = _ANSWER.fullmatch(text.strip())
    assert match is not None
    weight = Decimal(match[2]) if match[2] else Decimal(100 if match[1] else 0)
    return Entry(_shown(match[3]), weight, _shown(feedback))


def _shown(text: str) -> str:
    seen = re.sub("[\U000f0000-\U000f007f]", lambda m: chr(ord(m[0]) - 0xF0000), text)
    return html.unescape(seen).strip()
