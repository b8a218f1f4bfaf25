"""Where one item ends and the next begins: tokens of a file grouped into items and key sections."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from question_bank.items.rules import options
from question_bank.items.rules.tokens import Token

_CHAPTER_TAG = re.compile(r"[\s\"“]*【(?:第[^】]{1,10}[章讲篇节]|导论|绪论|专题[^】]{0,8})】\s*\S")


@dataclass(slots=True)
class Segment:
    """The tokens of one item, with what the headings above it say."""

    tokens: list[Token]
    kind: str = ""
    points: str = ""
    chapter: str = ""
    section: int = 0
    """The ordinal of its section in the file; numbers start anew there."""


@dataclass(slots=True)
class KeySection:
    """Tokens of answers that stand together, and the sections of items that it answers."""

    tokens: list[Token]
    kind: str = ""
    sections: range = range(0)


@dataclass(slots=True)
class Segmentation:
    """A file taken apart. `loose` are tokens that belong to nothing, e.g. a title."""

    segments: list[Segment] = field(default_factory=list)
    keys: list[KeySection] = field(default_factory=list)
    loose: list[Token] = field(default_factory=list)
    numbered: bool = True


def segment(tokens: list[Token]) -> Segmentation:
    """Take a file apart into items and key sections, in one way for numbered and one for other files."""
    keyed = key_spans(tokens)
    starts = numbered_starts(tokens, keyed)
    numbered = bool(starts) and len(starts) * 2 >= _expected_items(tokens, keyed)
    if not numbered:
        starts = unnumbered_starts(tokens, keyed)
    return _gather(tokens, keyed, starts, numbered)


def key_spans(tokens: list[Token]) -> dict[int, int]:
    """The key sections as {first token: one past the last}.

    A section runs from a line like 参考答案 to the next chapter heading, or to the first item with
    options; 答案： alone on its line within an item is a label and opens no section.
    """
    spans: dict[int, int] = {}
    at = 0
    while at < len(tokens):
        if tokens[at].sort == "keys" and _opens_keys(tokens, at):
            end = _end_of_keys(tokens, at + 1)
            spans[at] = end
            at = end
        else:
            at += 1
    return spans


def _opens_keys(tokens: list[Token], at: int) -> bool:
    """Whether a line 参考答案 heads a section: a heading, or numbers from 1 on, follow it."""
    following = [t for t in tokens[at + 1 : at + 8] if t.sort not in ("blank", "separator")][:2]
    if not following:
        return False
    head = following[0]
    if head.sort in ("section", "keys"):
        return True
    if tokens[at].name != "alone":
        return head.sort in ("start", "plain", "section", "label")
    if head.sort == "start" and head.style == "paren":
        return False
    return (
        head.sort == "start"
        and head.number == 1
        and len(following) > 1
        and following[1].sort == "start"
    )


def _end_of_keys(tokens: list[Token], at: int) -> int:
    last_break = None
    for i in range(at, len(tokens)):
        token = tokens[i]
        if token.sort == "chapter":
            return i
        if token.sort in ("section", "start"):
            last_break = i if token.sort == "section" or last_break is None else last_break
            if token.sort == "start":
                last_start = i
                if tokens[last_break].sort == "start":
                    last_break = last_start
        if (
            token.sort == "option"
            and not token.style
            and token.name == "A"
            and last_break is not None
        ):
            return last_break
    return len(tokens)


def _expected_items(tokens: list[Token], keyed: dict[int, int]) -> int:
    """How many items a file seems to have: the first options, and the answers without options."""
    count, seen_option = 0, False
    for token in _outside(tokens, keyed):
        if token.sort == "option" and token.name == "A" and not token.style:
            count, seen_option = count + 1, True
        elif token.sort == "label" and token.name == "answer":
            count, seen_option = count + (not seen_option), False
    return count


def _outside(tokens: list[Token], keyed: dict[int, int]) -> list[Token]:
    inside = {i for start, end in keyed.items() for i in range(start, end)}
    return [token for i, token in enumerate(tokens) if i not in inside]


def numbered_starts(tokens: list[Token], keyed: dict[int, int]) -> set[int]:
    """The tokens at which numbered items start.

    A number starts an item if it goes on counting, or starts at 1 below a heading. Lists inside stems
    and explanations also have numbers: there a number counts only if options or an answer follow it.
    """
    inside = {i for start, end in keyed.items() for i in range(start, end)}
    places = [i for i, t in enumerate(tokens) if t.sort == "start" and i not in inside]
    proved = _proved(tokens, places)
    style = _main_style(tokens, places, proved)
    inline = _inline(tokens, places, proved)
    walker = _Walker(style)
    starts: set[int] = set()
    for i, token in enumerate(tokens):
        walker.inline = inline.get(i, walker.inline)
        if i in inside:
            walker.heading()
        elif token.sort == "start":
            if walker.accepts(token, proved[i]):
                starts.add(i)
        else:
            walker.passes(token)
    return starts


def _proved(tokens: list[Token], places: list[int]) -> dict[int, bool]:
    """For every number: whether options or an answer stand between it and the next one."""
    ends = [*places[1:], len(tokens)][: len(places)]
    return {
        start: _has_proof(tokens[start + 1 : end]) for start, end in zip(places, ends, strict=True)
    }


def _has_proof(between: list[Token]) -> bool:
    weak = ""
    for token in between:
        if token.sort in ("section", "chapter"):
            return False
        if token.sort == "keys":
            return token.name == "alone"
        if token.sort == "label" and token.name == "answer":
            return True
        if token.sort == "option":
            if token.name in ("A", "B") and not token.style:
                return True
            weak += token.name
    return weak.startswith("AB")


def _inline(tokens: list[Token], places: list[int], proved: dict[int, bool]) -> dict[int, bool]:
    """Below which headings numbers of items have options or answers of their own.

    Keyed by the first number below each heading; essay questions have none, choices nearly all.
    """
    heads = [i for i, t in enumerate(tokens) if t.sort in ("section", "chapter")]
    told: dict[int, bool] = {}
    for start, end in zip([0, *heads], [*heads, len(tokens)], strict=True):
        below = [i for i in places if start <= i < end]
        if below:
            told[below[0]] = sum(proved[i] for i in below) * 2 > len(below)
    return told


def _main_style(tokens: list[Token], places: list[int], proved: dict[int, bool]) -> str:
    styles = Counter(tokens[i].style for i in places if proved[i]) or Counter(
        tokens[i].style for i in places
    )
    return styles.most_common(1)[0][0] if styles else ""


@dataclass(slots=True)
class _Walker:
    """Goes through a file and tells numbers of items from numbers in lists."""

    style: str
    inline: bool = True
    last: int = 0
    state: str = "heading"

    def heading(self) -> None:
        self.state = "heading"

    def passes(self, token: Token) -> None:
        """Note what kind of text stands before the next number."""
        if token.sort in ("section", "chapter"):
            self.state = "heading"
        elif token.sort == "option" and self.state in ("stem", "options"):
            self.state = "options"
        elif token.sort == "label" and token.name not in ("stem", "options", "kind"):
            self.state = "answer" if token.name == "answer" else "text"
        elif token.sort == "separator":
            self.state = "answer"
        elif token.sort == "keys":
            self.state = "open answer"
        elif token.sort == "plain" and self.state == "answer":
            self.state = "text"

    def accepts(self, token: Token, proved: bool) -> bool:
        """Whether a number starts an item; if so it is the one counted last."""
        if not self._starts(token, proved):
            return False
        self.last = token.number if token.number is not None else self.last + 1
        self.state = "stem"
        return True

    def _starts(self, token: Token, proved: bool) -> bool:
        if token.name == "tag" or token.style in ("nth", "word"):
            return True
        if token.style == "loose" and self.style != "loose":
            return False
        if token.style == "paren" and self.style != "paren":
            return False
        if self.state == "open answer" and not proved:
            return False
        number = token.number or 0
        if self.state == "heading":
            return proved or not self.inline or number in (1, self.last + 1)
        if number == self.last + 1:
            return proved or not self.inline or self.state in ("answer",)
        if token.style.startswith("decimal") or self.state == "stem":
            return False
        return proved and token.style == self.style


def unnumbered_starts(tokens: list[Token], keyed: dict[int, int]) -> set[int]:
    """The tokens at which items without numbers start: the text after a finished item."""
    inside = {i for start, end in keyed.items() for i in range(start, end)}
    starts: set[int] = set()
    fresh, finished, ticked = True, False, False
    for i, token in enumerate(tokens):
        if i in inside or token.sort in ("section", "chapter", "separator"):
            fresh = True
        elif token.sort in ("plain", "start") or (token.sort == "label" and token.name == "stem"):
            if fresh or finished or token.name in ("tag", "stem") or _is_tagged(token):
                starts.add(i)
                fresh = finished = ticked = False
            ticked = ticked or options.cleaned(token.line.text)[1]
        elif token.sort == "label":
            finished = token.name == "answer"
            fresh = fresh and token.name in ("options", "kind")
        elif token.sort == "blank" and not finished:
            fresh = fresh or ticked or _ended(tokens, i)
    return starts


def _is_tagged(token: Token) -> bool:
    """A stem that begins with its chapter: 【第六章】……"""
    return bool(_CHAPTER_TAG.match(token.line.text))


def _ended(tokens: list[Token], at: int) -> bool:
    """Whether an item has ended before a blank line: an explanation, or the like, stands above it."""
    for token in reversed(tokens[:at]):
        if token.sort == "label":
            return token.name not in ("stem", "options", "kind")
        if token.sort in ("option", "start", "section"):
            return False
    return False


def _gather(
    tokens: list[Token], keyed: dict[int, int], starts: set[int], numbered: bool
) -> Segmentation:
    """Cut the file at the starts, under the headings that stand above them."""
    made = Segmentation(numbered=numbered)
    kind = points = chapter = ""
    section, first_open = 0, 0
    open_segment: Segment | None = None
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at in keyed:
            made.keys.append(
                KeySection(tokens[at : keyed[at]], token.kind, range(first_open, section + 1))
            )
            at, open_segment, section = keyed[at], None, section + 1
            first_open = section
            continue
        if at in starts:
            open_segment = Segment([token], kind, points, chapter, section)
            made.segments.append(open_segment)
        elif token.sort == "section":
            kind, points, open_segment, section = token.kind, token.points, None, section + 1
        elif token.sort == "chapter":
            kind, points, chapter, open_segment, section = "", "", token.text, None, section + 1
        elif open_segment is not None:
            open_segment.tokens.append(token)
        elif token.sort not in ("blank", "separator"):
            made.loose.append(token)
        at += 1
    return made
