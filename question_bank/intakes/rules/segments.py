"""Where one item ends and the next begins: tokens of a file grouped into items and key sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from question_bank.intakes.rules.kind_words import CHOICE
from question_bank.intakes.rules.numbered import numbered_starts
from question_bank.intakes.rules.tokens import KEY_ENTRY, Token, is_key_row
from question_bank.intakes.rules.unnumbered import looks_like_item, unnumbered_starts

_ENTRY = re.compile(rf"\s*{KEY_ENTRY}[\s。]*")


@dataclass(slots=True)
class Segment:
    """The tokens of one item, with what the headings above it say."""

    tokens: list[Token]
    kind: str = ""
    points: str = ""
    chapter: str = ""
    section: int = 0
    """The ordinal of its section in the file; numbers start anew there."""
    doubtful: bool = False
    """Whether its stem may begin at an earlier line."""


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
    doubtful: set[int] = set()
    if not numbered:
        starts, doubtful = unnumbered_starts(tokens, keyed)
    made = _gather(tokens, keyed, starts, doubtful, numbered)
    if not numbered:
        _drop_titles(made)
    return made


def _drop_titles(made: Segmentation) -> None:
    """Text without number, options, answer or gap is no item: a title, a notice, or a torn-off line,
    which stays with the item above it and is reported there."""
    kept: list[Segment] = []
    for piece in made.segments:
        if looks_like_item(piece.tokens):
            kept.append(piece)
        elif kept and kept[-1].section == piece.section:
            kept[-1].tokens += piece.tokens
        else:
            made.loose += [t for t in piece.tokens if t.sort not in ("blank", "separator")]
    made.segments[:] = kept


def key_spans(tokens: list[Token]) -> dict[int, int]:
    """The key sections as {first token: one past the last}.

    A section runs from a line like 参考答案 to the next chapter heading, or to the first item with
    options; 答案： alone on its line within an item is a label and opens no section.
    """
    spans: dict[int, int] = {}
    at = last = 0
    while at < len(tokens):
        if tokens[at].sort == "keys" and _opens_keys(tokens, at):
            asked = {t.kind for t in tokens[last:at] if t.sort == "section"}
            end = last = _end_of_keys(tokens, at + 1, asked)
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
    if tokens[at].name in ("alone", "points") and _answered(tokens[:at]):
        return False
    if tokens[at].name not in ("alone", "points"):
        return head.sort in ("start", "plain", "label")
    whole = (head.whole or head.line).text
    if is_key_row(whole):
        return True
    if head.sort == "start" and head.style == "paren":
        return False
    return (
        head.sort == "start"
        and (head.number in (1, _first_number(tokens[:at])) or _ENTRY.fullmatch(whole) is not None)
        and len(following) > 1
        and following[1].sort == "start"
    )


def _first_number(above: list[Token]) -> int | None:
    """The number of the first item below the last heading."""
    heads = [i for i, token in enumerate(above) if token.sort in ("section", "chapter", "keys")]
    below = above[heads[-1] if heads else 0 :]
    return next((t.number for t in below if t.sort == "start"), None)


def _answered(above: list[Token]) -> bool:
    """Whether items above, below the last heading, have answers of their own."""
    heads = [i for i, token in enumerate(above) if token.sort in ("section", "chapter")]
    return any(t.sort == "label" and t.name == "answer" for t in above[heads[-1] if heads else 0 :])


def _end_of_keys(tokens: list[Token], at: int, asked: set[str]) -> int:
    """One past the last token of the keys that begin at `at`; `asked` are the kinds of the sections
    that they can answer: a heading of another kind heads items again."""
    choices = {"single", "multiple"}
    asked = (
        asked | (choices if CHOICE in asked else set()) | ({CHOICE} if asked & choices else set())
    )
    last_break = None
    for i in range(at, len(tokens)):
        token = tokens[i]
        if token.sort == "chapter":
            return i
        if token.sort == "section" and asked and token.kind not in asked:
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


def _unnumbered_head(token: Token) -> Token:
    """The head of an item without a number: 1921年…… begins with a year."""
    if token.sort == "start" and token.name != "tag" and token.whole is not None:
        return Token("plain", token.whole, token.whole.text)
    return token


def _gather(
    tokens: list[Token],
    keyed: dict[int, int],
    starts: set[int],
    doubtful: set[int],
    numbered: bool,
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
            head = token if numbered else _unnumbered_head(token)
            open_segment = Segment([head], kind, points, chapter, section, at in doubtful)
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
