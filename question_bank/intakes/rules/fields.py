"""The fields of one item as a layout found them, before its kind and key are decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from question_bank.items.rules.draft import Place, Problem

FORMAT_DOUBTS = {
    "formula": ("题里的公式写成了一行文字。", True),
    "formula_lost": ("题里有公式，没有完整读出，请核对。", False),
    "strike": ("题里有加了删除线的文字，请确认是否保留。", False),
    "drawing": ("题里有画出来的图形，没有读入，请截图后补上。", False),
    "picture_outside": ("题里的图片不在文件里，没有读入，请补上。", False),
    "picture_missing": ("题里的图片在文件里找不到，请补上。", False),
    "picture_kind": ("题里的图片不是 PNG、JPG 等常用格式，没有读入，请截图后补上。", False),
    "picture_large": ("题里的图片过大，没有读入，请缩小后补上。", False),
    "picture_aside": ("图片按所在的单元格放进题里，请核对位置。", False),
}
"""Code → sentence, and whether it is no more than a notice."""


@dataclass(slots=True)
class Option:
    """One option: its letter ("" if it has none) and text; `ticked` if the file marks it as right."""

    letter: str
    text: str
    ticked: bool = False
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fields:
    """One item in pieces. `answers` are the texts given as its answer, one per place that gives one."""

    place: Place
    number: int | str | None = None
    kind: str = ""
    stem: str = ""
    options: list[Option] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rationale: str = ""
    points: str = ""
    topic: str = ""
    tags: str = ""
    difficulty: str = ""
    parts: list[Fields] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    origin: str = ""
    """Where the answer was found if not on a line below its options: "stem", "marks" or "early"."""
    said: str = ""
    """The answer as it was found, once it has been looked for."""
    source: str = ""
    """What the file has for this item, as it stands there."""

    def doubt(self, codes: Iterable[str]) -> None:
        """Note once each what the format of the file could not keep."""
        told = {problem.code for problem in self.problems}
        for code in codes:
            if code not in told and code in FORMAT_DOUBTS:
                sentence, notice = FORMAT_DOUBTS[code]
                self.report(code, sentence, notice=notice)
                told.add(code)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        """Note a problem at the place of this item."""
        self.problems.append(Problem(code, sentence, self.place, notice))
