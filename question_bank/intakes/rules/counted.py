"""Options that are counted, ① （1） 1) Ⅰ 甲, given letters; their answers as well.

Only where the answer names them by the same signs, or by letters, and no option of the item has a
letter: `①…②… A.①② B.①` keeps its statements, a list below an essay question stays a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from question_bank.items.rules.characters import narrow
from question_bank.items.rules.lines import Line

_CIRCLED, _ROMAN, _STEMS = "①②③④⑤⑥⑦⑧⑨", ("I", "II", "III", "IV", "V", "VI"), "甲乙丙丁戊己"
_SIGNS = "ⅠⅡⅢⅣⅤⅥ"
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
    "第n题": re.compile(r"\s*第\s*\d+\s*[题道]"),
    "round": re.compile(r"\s*[(（]\s*\d{1,4}\s*[)）]\s*\S"),
    "plain": re.compile(
        r"\s*(?:[\[【(（][单多选判断题]{2,5}[\]】)）]\s*)?\d{1,4}\s*[.．、](?!\d)\s*\S"
    ),
}
_LETTERED = re.compile(r"(?:^|\s)[(（\[【]?[A-DＡ-Ｄ]\s*[)）\]】.．、:：]")
_ANSWER = re.compile(
    r"\s*(?:[\[【]\s*(?:正确|参考|标准)?答案\s*[\]】]\s*[:：]?|(?:本题)?(?:正确|参考|标准)?答案?\s*[:：])\s*(?P<said>\S.*)$"
)
_BRACKET = re.compile(r"[（(【]\s*(?P<said>[^（）()【】]{1,12})\s*[)）】]")
_LABEL = re.compile(r"\s*[\[【]?(?:答案?|解析|正确答案|参考答案|难度|知识点|分值)")
_ORDERING = re.compile(r"排序|顺序|先后|排列|排成|连线|匹配")
_BETWEEN = re.compile(r"[\s,，、;；和]+|[.。]$")


@dataclass(slots=True)
class _Item:
    """Lines of an item: where its options open, as (line, match), and where its answer stands."""

    start: int
    options: list[tuple[int, re.Match[str]]] = field(default_factory=list)
    written: tuple[int, int, str] | None = None
    """(line, where the answer begins, what it says)"""
    bracket: str = ""
    answered: bool = False
    has_letters: bool = False

    @property
    def letters(self) -> str:
        """The answer as letters: that on a line of its own before that in the bracket of the stem."""
        said = self.written[2] if self.written else self.bracket
        return _letters(said, len(self.options))


def lettered(lines: list[Line]) -> list[Line]:
    """The lines with letters in the place of counting signs, by the first style that fits."""
    for style, sign in _STYLES.items():
        for name, start in _STARTS.items():
            if name == style:
                continue
            items = list(_items(lines, sign, start))
            listed = [one for one in items if len(one.options) > 1 and not one.has_letters]
            meant = [one for one in listed if one.letters]
            if meant and len(meant) * 5 >= len(listed) * 4:
                return _relettered(lines, meant)
    return lines


def _items(lines: list[Line], sign: re.Pattern[str], start: re.Pattern[str]) -> Iterator[_Item]:
    item: _Item | None = None
    for at, line in enumerate(lines):
        if start.match(line.text) and not (item and _goes_on(item, line.text, sign)):
            if item is not None:
                yield item
            item = _Item(at)
        if item is not None:
            _take(item, at, line.text, sign)
    if item is not None:
        yield item


def _goes_on(item: _Item, text: str, sign: re.Pattern[str]) -> bool:
    match = sign.match(text)
    return match is not None and not item.answered and _value(match["n"]) == len(item.options) + 1


def _take(item: _Item, at: int, text: str, sign: re.Pattern[str]) -> None:
    if item.answered:
        return
    item.has_letters = (
        item.has_letters or bool(_LETTERED.search(text)) or bool(_ORDERING.search(text))
    )
    told = _ANSWER.match(text)
    if told or (_LABEL.match(text) and at > item.start):
        item.answered = True
        item.written = (at, told.start("said"), told["said"]) if told else None
        return
    head = at == item.start
    bracket = _BRACKET.search(text) if head else None
    for match in sign.finditer(text, bracket.end() if bracket else 0):
        if (head and match.start() == 0) or _value(match["n"]) != len(item.options) + 1:
            continue
        item.options.append((at, match))
    item.bracket = bracket["said"] if bracket else item.bracket


def _value(sign: str) -> int:
    """1 for ①, 1, Ⅰ, I and 甲; 0 for no such sign."""
    for row in (_CIRCLED, _SIGNS, _STEMS):
        if sign in row:
            return row.index(sign) + 1
    return _ROMAN.index(sign) + 1 if sign in _ROMAN else int(sign) if sign.isdecimal() else 0


def _letters(said: str, count: int) -> str:
    """The letters of an answer that names options by their signs or letters, in order; "" for any other."""
    bare = re.sub(r"[(（]([1-9])[)）]", r"\1", _BETWEEN.sub("", narrow(said.strip()))).rstrip(
        ".)、"
    )
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


def _relettered(lines: list[Line], items: list[_Item]) -> list[Line]:
    made: dict[int, list[Line]] = {}
    for item in items:
        made |= _options(lines, item)
        at, begin, _ = item.written or (item.start, 0, "")
        head, *further = made.get(at, [lines[at]])
        if item.written:
            text = head.text[:begin] + item.letters
        else:
            text = _BRACKET.sub(f"（{item.letters}）", head.text, count=1)
        made[at] = [replace(head, text=text, marks=()), *further]
    return [piece for at, line in enumerate(lines) for piece in made.get(at, [line])]


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
