"""Where items without numbers start: at the text that follows a finished item."""

from __future__ import annotations

import re

from question_bank.intakes.rules import keys, options
from question_bank.intakes.rules.tokens import Token, is_judged

_CHAPTER_TAG = re.compile(r"[\s\"“]*【(?:第[^】]{1,10}[章讲篇节]|导论|绪论|专题[^】]{0,8})】\s*\S")


def unnumbered_starts(tokens: list[Token], keyed: dict[int, int]) -> tuple[set[int], set[int]]:
    """The tokens at which items start, and those of them that may start at an earlier line."""
    inside = {i for start, end in keyed.items() for i in range(start, end)}
    starts: set[int] = set()
    doubtful: set[int] = set()
    state = "fresh"
    ticked = False
    for i, token in enumerate(tokens):
        if i in inside or token.sort in ("section", "chapter", "separator"):
            state = "fresh"
        elif state == "answer" and keys.letters(token.text):
            continue
        elif _may_start(token):
            if state in ("fresh", "answer") or _opens(token):
                starts.add(i)
                state, ticked = "stem", False
            elif state in ("options", "text") and is_judged(token):
                starts.add(i)
                ticked = False
            elif state in ("options", "text") and _heads_item(tokens, i, state):
                starts.add(i)
                doubtful |= {i} if tokens[i - 1].sort == "plain" else set()
                state, ticked = "stem", False
            ticked = ticked or options.cleaned(token.line.text)[1]
            state = "answer" if is_judged(token) else state
        elif token.sort == "option":
            state = "options" if state in ("stem", "options") else state
        elif token.sort == "label" and token.name not in ("options", "kind"):
            state = "answer" if token.name == "answer" else "text"
        elif token.sort == "keys":
            state = "text"
        elif token.sort == "blank" and (ticked or state == "text"):
            state = "fresh"
    return starts, doubtful


def looks_like_item(tokens: list[Token]) -> bool:
    """Whether a stretch of text has anything of an item: a tag, options, an answer, a gap, a tick."""
    return any(
        token.sort in ("option", "label", "keys")
        or token.name == "tag"
        or is_judged(token)
        or keys.count_blanks(token.line.text) > 0
        or options.cleaned(token.line.text)[1]
        for token in tokens
    )


def _may_start(token: Token) -> bool:
    return token.sort in ("plain", "start") or (token.sort == "label" and token.name == "stem")


def _opens(token: Token) -> bool:
    """A line that starts an item by what it says: a tag of its kind or chapter, or a label."""
    return token.name in ("tag", "stem") or bool(_CHAPTER_TAG.match(token.line.text))


def _heads_item(tokens: list[Token], at: int, state: str) -> bool:
    """Whether a line is the last of a stem: option A stands right below it, or an answer does and
    the line cannot belong to an option above it."""
    for token in tokens[at + 1 : at + 4]:
        if token.sort == "option":
            return token.name == "A"
        if token.sort == "label":
            return token.name == "answer" and state == "text"
        if token.sort != "blank":
            return False
    return False
