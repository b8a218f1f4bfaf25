"""Where items with numbers start: which numbers count items, and which stand in lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from question_bank.intakes.rules.tokens import Token, is_judged


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
        walker.notice_list(token, proved.get(i, False))
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
        start: is_judged(tokens[start]) or _has_proof(tokens[start + 1 : end])
        for start, end in zip(places, ends, strict=True)
    }


def _has_proof(between: list[Token]) -> bool:
    weak = ""
    for token in between:
        if token.sort in ("section", "chapter"):
            break
        if token.sort == "keys":
            return token.name == "alone" or weak.startswith("AB")
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
    kind: str = ""
    counted: str = ""
    """The style of the number counted last."""
    state: str = "heading"
    listed: int = 0
    """The last number of a list inside an answer, 0 outside of one."""

    def heading(self) -> None:
        self.state = "heading"

    def notice_list(self, token: Token, proved: bool) -> None:
        """A number 1 in an answer of a later item begins a list, if nothing says it is an item."""
        if token.sort in ("section", "chapter"):
            self.listed = 0
            return
        inside = self.last > 0 and self.state in ("answer", "open answer", "text")
        if inside and token.sort == "start" and token.number == 1 and not proved:
            self.listed = 1

    def passes(self, token: Token) -> None:
        """Note what kind of text stands before the next number."""
        if token.sort in ("section", "chapter"):
            self.state, self.kind, self.counted = "heading", token.kind, ""
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
        if not self._starts(token, proved) or self._in_list(token, proved):
            return False
        self.listed = 0
        self.last = token.number if token.number is not None else self.last + 1
        self.state, self.counted = "stem", token.style
        return True

    def _in_list(self, token: Token, proved: bool) -> bool:
        """Whether a number goes on with a list that began at 1 inside an answer."""
        if proved or not self.listed or self.state not in ("answer", "text"):
            return False
        if token.number != self.listed + 1 or token.name == "tag":
            return False
        self.listed += 1
        return True

    def _starts(self, token: Token, proved: bool) -> bool:
        if token.name == "tag" or token.style in ("nth", "word"):
            return True
        if token.style == "material":
            return self.kind == "case" and self.counted in ("", "material")
        if self.counted == "material":
            return False
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
            return proved or not self.inline or self.state in ("answer", "options")
        if token.style.startswith("decimal") or self.state == "stem":
            return False
        return proved and token.style == self.style
