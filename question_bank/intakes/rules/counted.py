"""Options that are counted, ① （1） 1) Ⅰ 甲, given letters; their answers as well.

Only where the answers name them by the same signs, by letters or by their texts, and no option of the
item has a letter: `①…②… A.①② B.①` keeps its statements, a list below an essay question stays a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from question_bank.intakes.rules.cuts import split_labels
from question_bank.intakes.rules.tokens import label, token_of
from question_bank.items.rules.characters import narrow, squeezed
from question_bank.items.rules.lines import Line

_CIRCLED, _SIGNS, _STEMS = "①②③④⑤⑥⑦⑧⑨", "ⅠⅡⅢⅣⅤⅥ", "甲乙丙丁戊己"
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
_LETTER_OF = str.maketrans({
    sign: chr(ord("A") + at) for row in (_CIRCLED, _SIGNS, _STEMS) for at, sign in enumerate(row)
})  # fmt: skip
_STYLES = {
    "circled": re.compile(rf"\s*(?P<n>[{_CIRCLED}])\s*[.．、]?\s*"),
    "round": re.compile(r"\s*[(（]\s*(?P<n>[1-9])\s*[)）]\s*"),
    "half": re.compile(r"(?:^|\s)\s*(?P<n>[1-9])\s*[)）]\s*"),
    "plain": re.compile(r"(?:^|\s)\s*(?P<n>[1-9])\s*[.．、](?!\d)\s*"),
    "roman": re.compile(rf"(?:^|\s)\s*(?P<n>[{_SIGNS}]|VI|IV|V|I{{1,3}})\s*[.．、)）]\s*"),
    "stems": re.compile(rf"(?:^|\s)\s*(?P<n>[{_STEMS}])\s*[.．、)）:：]\s*"),
}
# What heads an item, by the styles of options that it can be told from.
_STARTS = {
    "nth": re.compile(r"\s*第\s*\d+\s*[题道]"),
    "round": re.compile(r"\s*[(（]\s*\d{1,4}\s*[)）]\s*\S"),
    "plain": re.compile(
        r"\s*(?:[\[【(（][单多选判断题]{2,5}[\]】)）]\s*)?(?P<k>\d{1,4})\s*[.．、](?P<digit>\d)?\s*\S"
    ),
    "half": re.compile(r"\s*\d{1,4}\s*[)）]\s*\S"),
    "bare": re.compile(r"\s*\d{1,4}\s+\S"),
}
_FIRST = re.compile(r"[①Ⅰ]|[(（]\s*1\s*[)）]|(?:^|\s)(?:1\s*[)）.．、]|(?:甲|I)\s*[.．、)）:：])")
_LETTERED = re.compile(r"(?:^|\s)[(（\[【]?([A-DＡ-Ｄ])\s*[)）\]】.．、:：]")
_SAID = rf"(?:[{_CIRCLED}{_SIGNS}{_STEMS}1-9IV]|[(（][1-9][)）]|[\s,，、;；])+"
_BRACKET = re.compile(rf"[（(【]\s*(?P<said>{_SAID})\s*[)）】]")
_TRAILING = re.compile(rf"(?<=[)）_。？?])\s+(?P<said>{_SAID})$")
_ORDERING = re.compile(r"排序|顺序|先后|排列|排成|连线|匹配|连起来")
_BETWEEN = re.compile(r"[\s,，、;；和]+|[.。]$")
_LED = re.compile(r"\s*[A-L]\s*[.．、:：)]\s*")
_LETTER_OF_DIGIT = str.maketrans("123456789", "ABCDEFGHI")
_DIGIT_KEY = re.compile(r"(\s*\d{1,4}\s*[.．、:：)]\s*)([1-9](?:[,，、]?\s?[1-9])*)(?=\s|$)")
_DIGIT_KEYS = re.compile(rf"(?:{_DIGIT_KEY.pattern})+\s*")
_DIGIT_RUN = re.compile(r"(\s*\d{1,4}\s*[-—–~～－至到]+\s*\d{1,4}\s+)([1-9]+)\s*")
_MOST_OF = 0.8


@dataclass(slots=True)
class _Item:
    """Lines of an item: where its options open, as (line, match), and where its answer stands."""

    start: int
    texts: list[str] = field(default_factory=list)
    options: list[tuple[int, re.Match[str]]] = field(default_factory=list)
    answer: tuple[int, int, int, str] | None = None
    """(line, where it begins and ends, what it says)"""
    answered: bool = False
    seen: set[str] = field(default_factory=set)
    is_list: bool = False
    """Whether it asks to order or to match what it lists."""

    @property
    def is_counted(self) -> bool:
        """Whether it has counted options, and no letters of its own: `A、B两项` is none."""
        return len(self.options) > 1 and not {"A", "B"} <= self.seen and not self.is_list

    @property
    def letters(self) -> str:
        """The answer as letters; "" where it names no option by its sign."""
        return _letters(self.answer[3], len(self.options)) if self.answer else ""

    @property
    def is_named(self) -> bool:
        """Whether the answer names options: by signs, by letters or by a whole text."""
        said = squeezed(_LED.sub("", self.answer[3])) if self.answer else ""
        return bool(self.letters) or any(said and said == squeezed(text) for text in self.texts)


def lettered(lines: list[Line], keys: list[Line] | None) -> tuple[list[Line], list[Line] | None]:
    """The lines with letters in the place of counting signs, by the first style that fits; `keys`
    are those of a separate file of answers."""
    firsts = sum(_FIRST.search(line.text) is not None for line in lines)
    if not firsts or firsts < sum(_LETTERED.match(line.text) is not None for line in lines):
        return lines, keys
    whole = [piece for line in lines for piece in split_labels(line)]
    below = next((at for at, line in enumerate(whole) if _heads_keys(line)), len(whole))
    told = [*whole[below:], *(keys or ())]
    for style, sign in _STYLES.items():
        for name, start in _STARTS.items():
            if name != style:
                found = _relettered(whole[:below], told, sign, start)
                if found is not None:
                    return [*found, *map(_keyed, whole[below:])], keys and [*map(_keyed, keys)]
    return lines, keys


def _heads_keys(line: Line) -> bool:
    token = token_of(line)
    return token.sort == "keys"


def _keyed(line: Line) -> Line:
    """A line of a key that names options by signs, `1.③ 2.甲乙` or `1.3 2.1`, with letters."""
    text = line.text.translate(_LETTER_OF)
    if _DIGIT_KEYS.fullmatch(text):
        text = _DIGIT_KEY.sub(lambda match: match[1] + match[2].translate(_LETTER_OF_DIGIT), text)
    elif run := _DIGIT_RUN.fullmatch(text):
        text = run[1] + run[2].translate(_LETTER_OF_DIGIT)
    is_key = text != line.text and re.match(r"\s*[（(]?\d", text) is not None
    return replace(line, text=text) if is_key else line


def _relettered(
    lines: list[Line], told: list[Line], sign: re.Pattern[str], start: re.Pattern[str]
) -> list[Line] | None:
    """The lines with letters; None where this style is not that of the file."""
    items = list(_items(lines, sign, start))
    listed = [one for one in items if one.is_counted]
    meant = [one for one in listed if one.is_named]
    if not any(one.answer for one in listed):
        keyed = sum(len(re.findall(r"\d", line.text)) for line in told if _keyed(line) is not line)
        meant = listed if listed and keyed >= len(listed) else []
    if not meant or len(meant) < _MOST_OF * len(listed):
        return None
    made: dict[int, list[Line]] = {}
    for item in meant:
        made |= _options(lines, item)
        if item.answer and item.letters:
            at, begin, end, _ = item.answer
            head, *further = made.get(at, [lines[at]])
            text = head.text[:begin] + item.letters + head.text[end:]
            made[at] = [replace(head, text=text, marks=()), *further]
    return [piece for at, line in enumerate(lines) for piece in made.get(at, [line])]


def _items(lines: list[Line], sign: re.Pattern[str], start: re.Pattern[str]) -> Iterator[_Item]:
    item: _Item | None = None
    number = 0
    for at, line in enumerate(lines):
        head = start.match(line.text)
        if head and not (item and _goes_on(item, line.text, sign)) and _counts_on(head, number):
            number = int(head["k"]) if "k" in head.groupdict() else 0
            if item is not None:
                yield item
            item = _Item(at)
        if item is not None:
            _take(item, at, line, sign)
    if item is not None:
        yield item


def _counts_on(head: re.Match[str], number: int) -> bool:
    """`3.2023年…` heads the third item: a number right before a digit must be the next."""
    return not head.groupdict().get("digit") or int(head["k"]) in (1, number + 1)


def _goes_on(item: _Item, text: str, sign: re.Pattern[str]) -> bool:
    match = sign.match(text)
    return match is not None and not item.answered and _value(match["n"]) == len(item.options) + 1


def _take(item: _Item, at: int, line: Line, sign: re.Pattern[str]) -> None:
    text = line.text
    if item.answered:
        return
    told = label(line) if at > item.start else None
    if told is not None:
        item.answered = True
        begin = text.rfind(told.line.text)
        if told.name == "answer" and told.text:
            item.answer = (at, begin, begin + len(told.line.text), told.text)
        return
    item.seen |= {narrow(letter) for letter in _LETTERED.findall(text)}
    item.is_list = item.is_list or _ORDERING.search(text) is not None
    behind = _bracketed(item, at, text) if at == item.start else 0
    found: list[re.Match[str]] = []
    for match in sign.finditer(text, behind):
        head = at == item.start and not text[: match.start()].strip()
        if not head and _value(match["n"]) == len(item.options) + len(found) + 1:
            found.append(match)
    # ①②④ below ① ② ③ ④ is a choice among what was listed.
    again = bool(item.options) and not found and sign.match(text) is not None
    item.is_list = item.is_list or again
    item.options += [(at, match) for match in found]
    ends = [match.start() for match in found[1:]] + [len(text)]
    item.texts += [text[match.end() : end] for match, end in zip(found, ends, strict=False)]


def _bracketed(item: _Item, at: int, text: str) -> int:
    """Note an answer in the stem, in its bracket or behind it; where options may begin."""
    found = [*_BRACKET.finditer(text), *_TRAILING.finditer(text)]
    bracket = next((one for one in found if one["said"].strip(" ,，、;；\u3000")), None)
    if bracket is None:
        return 0
    item.answer = (at, *bracket.span("said"), bracket["said"])
    return bracket.end()


def _value(sign: str) -> int:
    """1 for ①, 1, Ⅰ, I and 甲; 0 for no such sign."""
    for row in (_CIRCLED, _SIGNS, _STEMS):
        if sign in row:
            return row.index(sign) + 1
    return _ROMAN.index(sign) + 1 if sign in _ROMAN else int(sign) if sign.isdecimal() else 0


def _letters(said: str, count: int) -> str:
    """The letters of an answer that names options by their signs or letters, in order; "" for any other."""
    bare = re.sub(r"[(（]([1-9])[)）]", r"\1", _BETWEEN.sub("", narrow(said.strip())))
    bare = bare.rstrip(".)、")
    if bare in _ROMAN and len(bare) <= count:
        found = [_value(bare)]
    elif re.fullmatch("[A-L]+", bare):
        found = [ord(one) - ord("A") + 1 for one in bare]
    elif re.fullmatch(rf"(?:[{_CIRCLED}]+|[1-9]+|[{_STEMS}]+|[{_SIGNS}]+)", bare):
        found = [_value(one) for one in bare]
    else:
        found = []
    rising = all(a < b for a, b in pairwise(found))
    fits = bool(found) and rising and found[-1] <= count
    return "".join(chr(ord("A") + one - 1) for one in found) if fits else ""


def _options(lines: list[Line], item: _Item) -> dict[int, list[Line]]:
    """Every option of an item on a line of its own, behind its letter."""
    by_line: dict[int, list[tuple[int, re.Match[str]]]] = {}
    for position, (at, match) in enumerate(item.options):
        by_line.setdefault(at, []).append((position, match))
    made: dict[int, list[Line]] = {}
    for at, found in by_line.items():
        line = lines[at]
        before = line.text[: found[0][1].start()]
        made[at] = [line.cut(0, len(before))] if before.strip() else []
        ends = [match.start() for _, match in found[1:]] + [len(line.text)]
        for (position, match), end in zip(found, ends, strict=True):
            piece = line.cut(match.end(), end)
            name = chr(ord("A") + position)
            made[at].append(replace(piece, text=f"{name}. {piece.text.strip()}", marks=()))
    return made
