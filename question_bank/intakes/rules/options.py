"""Options on a line: one, or several behind each other."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from question_bank.items.rules.lines import Line

_TICK = re.compile(
    r"\s*(?:[（(【\[]\s*)?[√✓✔☑](?:\s*[)）】\]])?\s*$|\s*[（(【\[]\s*正确(?:答案|选项)?\s*[)）】\]]\s*$"
)

# A tick or a star that stands right before the letter of an option, behind a space.
_SIGN_BEFORE = re.compile(r"(?:(?<=\s)|^)([√✓✔☑★*])$")
_GLUED_STAR = re.compile(r"\s*([*★])(?=[(（\[【]?[A-LＡ-Ｌ])")
_SIGN_INSIDE = re.compile(r"(\s*[A-LＡ-Ｌ])([√✓✔☑★])(?=\s*[.．、:：])")
_STAR = re.compile(r"\s*(?:[*＊]{1,2}|[★☆])\s*$")
_CROSS = re.compile(r"\s*(?:[×✗✘]|[（(]\s*(?:错误?|×)\s*[)）])\s*$")
_STAR_HEAD = re.compile(
    r"\s*([√✓✔☑★]|[*＊](?=\S))(?=\s?[（(\[【]?[A-LＡ-Ｌ]\s*[)）\]】]?\s*[.．、:：)）])"
)
_ANY = re.compile(r"\s*([A-L])\s*[.．、]")


def split(line: Line, first: str, later: set[str]) -> list[tuple[str, Line]]:
    """The options of a line as (letter, the line of its text).

    `first` is the letter at the head of the line; a letter in `later` heads a line of its own further
    down and opens nothing here.
    """
    found = _markers(line.text, first, later)
    if not found:
        return []
    ends = [start for _, start, _ in found[1:]] + [len(line.text)]
    closing = _closing(
        line.text, [(begin, end) for (_, _, begin), end in zip(found, ends, strict=True)]
    )
    before = [_SIGN_BEFORE.search(line.text, 0, start) for _, start, _ in found]
    made = []
    for at, ((letter, start, begin), end, cut) in enumerate(zip(found, ends, closing, strict=True)):
        following = before[at + 1] if at + 1 < len(found) else None
        stop = following.start() if following else end - cut
        piece = replace(line.cut(begin, stop), head=_marked(line, start, begin))
        sign = before[at] or _GLUED_STAR.match(line.text, start, begin)
        made.append((letter, replace(piece, text=piece.text.rstrip() + sign[1]) if sign else piece))
    return made


def _closing(text: str, spans: list[tuple[int, int]]) -> list[int]:
    """How many characters of each option are the sign and the spaces that part it from the next:
    `A、一；B、二` has one, if all options but the last end with the same sign."""
    ends = [text[begin:end].rstrip() for begin, end in spans]
    signs = {end[-1:] for end in ends[:-1]}
    parted = len(ends) > 1 and len(signs) == 1 and signs <= set("；;，,、")
    return [
        end - begin - len(shown) + 1 if parted and shown.endswith(tuple(signs)) else 0
        for (begin, end), shown in zip(spans, ends, strict=True)
    ]


def _marked(line: Line, start: int, end: int) -> frozenset[str]:
    return line.cut(start, end).marked() if line.marks else frozenset()


def cleaned(text: str) -> tuple[str, bool]:
    """An option's text without a list dash, and whether it bore a √ (taken off)."""
    bare = re.sub(r"\s+[-•·]\s*$", "", text).strip()
    tick = _TICK.search(bare)
    return (bare[: tick.start()].strip(), True) if tick and tick.start() else (bare, False)


def unstarred(text: str) -> tuple[str, bool]:
    """An option's text without the star behind it, and whether it bore one."""
    star = _STAR.search(text)
    return (text[: star.start()].strip(), True) if star and star.start() else (text, False)


def uncrossed(text: str) -> tuple[str, bool]:
    """An option's text without the × behind it, and whether it bore one."""
    cross = _CROSS.search(text)
    return (text[: cross.start()].strip(), True) if cross and cross.start() else (text, False)


def with_sign_behind(line: Line) -> Line:
    """A line that begins `★C. …` or `√C. …`, with the sign at the end of its option, where others
    have it. Several options on a line are parted later."""
    inside = _SIGN_INSIDE.match(line.text)
    if inside:
        text = inside[1] + line.text[inside.end() :].rstrip() + inside[2]
        return replace(line, text=text, marks=())
    head = _STAR_HEAD.match(line.text)
    if head is None or len(_HEADS.findall(line.text)) > 1:
        return line
    rest = line.cut(head.end(), len(line.text))
    return replace(rest, text=rest.text.strip() + head[1])


def opening(text: str) -> int | None:
    """Where the options begin in a stem that holds them: `…（ ）。 A. … B. …`; None if it does not."""
    for match in (*_inside("A").finditer(text), *_BEHIND_SIGN.finditer(text)):
        if match.start() and _inside("B").search(text, match.end()):
            return match.start()
    bare = re.search(r"[)）。？：:]\s*(?=[AＡ][\u4e00-\u9fff0-9])", text)
    return bare.end() if bare and _unsigned(text, bare.end()) else None


def first_inside(text: str) -> list[re.Match[str]]:
    """The places within a line where an option A may open."""
    return list(_inside("A").finditer(text))


def behind_letter(text: str, letter: str, due: str) -> int | None:
    """Where the marker of option `due` begins right behind that of `letter`, at the head of a line."""
    first = re.match(rf"\s*(?:{_signed(letter)})\s+", text)
    second = re.match(_signed(due), text[first.end() :]) if first else None
    return first.end() if first and second else None


def mended(text: str) -> str:
    """The text of options with a letter that was torn off the end of one put back: below `A. … anh`,
    `C. B. …` begins with the end of A."""
    lines = text.split("\n")
    for at in range(1, len(lines)):
        above, below = _ANY.match(lines[at - 1]), _ANY.match(lines[at])
        if above is None or below is None:
            continue
        due = chr(ord(above[1]) + 1)
        end = None if below[1] == due else behind_letter(lines[at], below[1], due)
        if end is not None:
            lines[at - 1] = f"{lines[at - 1].rstrip()} {lines[at][:end].strip()}"
            lines[at] = lines[at][end:]
    return "\n".join(lines)


def _markers(text: str, first: str, later: set[str]) -> list[tuple[str, int, int]]:
    """(letter, start of the marker, start of the text) for every option that opens on a line.

    Without a space before it, a letter counts only with a full stop, or with 、 where three or more
    letters run on: `A、维生素A、B族` is one option.
    """
    head = _heading(first).match(text)
    if head is None:
        return _inside_sign(text, first, later)
    if unsigned := _unsigned(text, head.start()):
        return unsigned
    found = [(first, head.start(), head.end())]
    glued = False
    letter = chr(ord(first) + 1)
    while letter <= "L":
        if letter in later:
            # In two columns, A stands beside C and B heads the line below.
            letter = _beside(letter, later, text, found[-1][2])
            if not letter:
                break
        match = _inside(letter).search(text, found[-1][2])
        if match is None:
            match = _glued(letter).search(text, found[-1][2])
            glued = glued or (match is not None and "、" in match[0])
        if match is None:
            letter = _beside(letter, later | {letter}, text, found[-1][2])
            match = _inside(letter).search(text, found[-1][2]) if letter else None
        if match is None:
            break
        found.append((letter, match.start(), match.end()))
        letter = chr(ord(letter) + 1)
    return found[:1] if glued and len(found) < 3 else found


def _inside_sign(text: str, first: str, later: set[str]) -> list[tuple[str, int, int]]:
    """The options of a line whose first has a sign before its letter: `√A. … B. …`."""
    head = _STAR_HEAD.match(text)
    if head is None:
        return []
    found = _markers(text[head.end() :], first, later)
    return [(letter, start + head.end(), end + head.end()) for letter, start, end in found]


def _unsigned(text: str, at: int) -> list[tuple[str, int, int]]:
    """`A一B二C三D四`: four or more letters from A on, each once, with no other letter on the line."""
    found = list(re.finditer(r"[A-Za-zＡ-Ｌ]", text[at:]))
    names = "".join(chr(ord(m[0]) - 0xFEE0) if m[0] > "z" else m[0] for m in found)
    if len(found) < 4 or names != "ABCDEFGHIJKL"[: len(found)]:
        return []
    ends = [m.start() for m in found[1:]] + [len(text) - at]
    if any(
        not re.match(r"[\s\u4e00-\u9fff0-9“《‘]", text[at + m.end() : at + end] or ".")
        or not text[at + m.end() : at + end].strip()
        for m, end in zip(found, ends, strict=True)
    ):
        return []
    return [(name, at + m.start(), at + m.end()) for name, m in zip(names, found, strict=True)]


def _beside(letter: str, later: set[str], text: str, at: int) -> str:
    """The next letter that heads no line of its own and stands apart on this one; "" if none does."""
    while letter in later:
        letter = chr(ord(letter) + 1)
    match = _inside(letter).search(text, at) if letter <= "L" else None
    if match is None:
        return ""
    mark = match.end() - len(match[0].lstrip())
    return letter if re.search(r"(?:\s{2}|\t)$", text[at:mark]) else ""


_HEADS = re.compile(r"(?:^|\s|[√✓✔☑★*])[A-LＡ-Ｌ]\s*[.．、:：)）]")


_BEHIND_SIGN = re.compile(r"(?<=[)）】。？?：:])[AＡ]\s*[.．、]\s*(?=\S)")


def _any_width(letter: str) -> str:
    small = letter.lower() if letter <= "H" else ""
    return f"[{letter}{chr(ord(letter) + 0xFEE0)}{small}]"


def _signed(letter: str) -> str:
    a = _any_width(letter)
    return rf"[（(\[【]\s*{a}\s*[)）\]】]\s*[.、．:：]?|{a}\s*[.．、:：,，)）。]"


@cache
def _heading(letter: str) -> re.Pattern[str]:
    wide = chr(ord(letter) + 0xFEE0)
    return re.compile(
        rf"[\s\-•*·]*(?:{_signed(letter)}|[{letter}{wide}](?=[\s\u4e00-\u9fff“《‘（]))\s*"
    )


@cache
def _inside(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=\s)|(?<=\s[-•]))[-•*·]?\s*(?:{_signed(letter)}|{letter}(?=\s))\s*")


@cache
def _glued(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){_any_width(letter)}\s*[.．、]\s*")
