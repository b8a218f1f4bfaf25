"""Automatic numbering of Word: the numbers and letters that are not in the text of a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document; `label` counts on, so paragraphs must come in their order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)

    def label(self, list_id: str, depth: int) -> str:
        """The label of the next paragraph of a list, e.g. "A." or "12、"; "" for bullets and none."""
        abstract = self.abstract_of.get(list_id)
        levels = self.levels.get(abstract or "", {})
        if abstract is None or depth not in levels:
            return ""
        counts = self.counts.setdefault(abstract, {})
        if list_id not in self.started:
            self.started.add(list_id)
            for (owner, at), start in self.restarts.items():
                if owner == list_id:
                    counts[at] = start - 1
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        return self._shown(levels, counts, depth)

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        if levels[depth].form in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            level = levels.get(at)
            return _formatted(counts.get(at, level.start), level.form) if level else ""

        return re.sub(r"%(\d)", number, levels[depth].text)


def read(root: etree._Element | None) -> Numbering:
    """The lists that numbering.xml defines."""
    made = Numbering()
    if root is None:
        return made
    for abstract in root.iter(f"{W}abstractNum"):
        levels = {int(lvl.get(f"{W}ilvl", "0")): _level(lvl) for lvl in abstract.iter(f"{W}lvl")}
        made.levels[abstract.get(f"{W}abstractNumId", "")] = levels
    for num in root.iter(f"{W}num"):
        list_id = num.get(f"{W}numId", "")
        target = num.find(f"{W}abstractNumId")
        if target is not None:
            made.abstract_of[list_id] = target.get(f"{W}val", "")
        for override in num.iter(f"{W}lvlOverride"):
            start = override.find(f"{W}startOverride")
            if start is not None:
                at = int(override.get(f"{W}ilvl", "0"))
                made.restarts[(list_id, at)] = int(start.get(f"{W}val", "1"))
    return made


def _level(level: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        found = level.find(f"{W}{name}")
        return default if found is None else found.get(f"{W}val", default)

    start = value("start", "1")
    return _Level(
        value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1
    )


def _formatted(number: int, form: str) -> str:
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographTraditional",
        "japaneseCounting",
    ):
        return _chinese(number)
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number >= 100 or number < 1:
        return str(number)
    head = "" if tens == 0 else ("十" if tens == 1 else _CHINESE[tens] + "十")
    return head + (_CHINESE[ones] if ones else "")


def _roman(number: int) -> str:
    shown = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            shown, number = shown + sign, number - value
    return shown
