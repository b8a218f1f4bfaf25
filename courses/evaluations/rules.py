"""The words in which lessons are judged, and averages that betray nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from statistics import fmean

from lms.ground.errors import Refused

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Scheme:
    """What is asked (`dimensions`), in which words each counts which share of the full points
    (`grades`, the best first), from how many ballots on an average is shown, and for how many
    days after a lesson it can be judged."""

    dimensions: tuple[str, ...]
    grades: Mapping[str, Decimal]
    least: int
    days: int

    def is_open(self, held_on: date, *, on: date) -> bool:
        """Can a lesson of this day still be judged?"""
        return on <= held_on + timedelta(days=self.days)

    def points(self, marks: Mapping[str, str]) -> Decimal:
        """0 to 100: the mean share of what was marked."""
        shares = [self.grades[marks[name]] for name in self.dimensions]
        return (100 * sum(shares, Decimal(0)) / len(shares)).quantize(CENT)

    def faults(self, marks: Mapping[str, str]) -> list[str]:
        """What is still to be marked, as sentences."""
        return [
            f"请给“{name}”选一项。"
            for name in self.dimensions
            if marks.get(name) not in self.grades
        ]


def scheme(dimensions: str, grades: str, *, least: int, days: int) -> Scheme:
    """From what the norms say: `现实针对性；理论性` and `非常满意 1；满意 0.85`; Refused otherwise."""
    asked = tuple(dict.fromkeys(one.strip() for one in _parts(dimensions)))
    words: dict[str, Decimal] = {}
    for part in _parts(grades):
        word, _, share = part.strip().rpartition(" ")
        try:
            words[word.strip()] = Decimal(share)
        except InvalidOperation:
            continue
    if not asked or not words or "" in words:
        raise Refused(
            "评课的项目或等次没有写对，请在“政策参数”里核对 evaluation.dimensions 和 evaluation.grades。"
        )
    return Scheme(asked, words, least, days)


@dataclass(frozen=True)
class Group:
    """The ballots on one course (or other group): how many, and the sum of their points."""

    title: str
    count: int
    points: Decimal

    @property
    def average(self) -> Decimal:
        return (self.points / self.count).quantize(CENT)


@dataclass(frozen=True)
class Result:
    """What may be told: groups of enough ballots, how many ballots are held back."""

    groups: tuple[Group, ...]
    held_back: int

    @property
    def count(self) -> int:
        return sum(one.count for one in self.groups)

    @property
    def average(self) -> Decimal | None:
        """Of all ballots that are told, 0 to 100; None where there are none."""
        points = sum((one.points for one in self.groups), Decimal(0))
        return (points / self.count).quantize(CENT) if self.count else None


def result(groups: Iterable[Group], *, least: int) -> Result:
    """Groups with fewer than `least` ballots are put together; what is still too few is held back,
    from the average as well: else the difference would tell what these few said."""
    told: list[Group] = []
    few: list[Group] = []
    for one in groups:
        (told if one.count >= least else few).append(one)
    rest = Group(
        "其他课程", sum(one.count for one in few), sum((one.points for one in few), Decimal(0))
    )
    if rest.count >= least:
        return Result((*told, rest), 0)
    return Result(tuple(told), rest.count)


@dataclass(frozen=True)
class Dimension:
    """What was said on one question: the mean points, and how often each word."""

    name: str
    average: Decimal
    words: Mapping[str, int]


def dimensions(
    ballots: Sequence[Mapping[str, str]], grades: Mapping[str, Decimal]
) -> list[Dimension]:
    """Every question that was asked, in the order of the first ballot that has it."""
    found = []
    for name in dict.fromkeys(name for marks in ballots for name in marks):
        said = Counter(marks[name] for marks in ballots if marks.get(name) in grades)
        shares = [float(grades[word]) for word in said.elements()]
        if shares:
            mean = Decimal(str(100 * fmean(shares))).quantize(CENT)
            found.append(Dimension(name, mean, {word: said[word] for word in grades}))
    return found


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[；;\n]", text) if part.strip()]
