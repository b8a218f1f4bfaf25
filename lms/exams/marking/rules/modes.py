"""评阅方式: how many people mark a response, and what their marks become."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

from lms.ground.errors import Refused
from lms.ground.words import word


class Mode(StrEnum):
    """How many marks a response gets. Products use these names for different things, so every
    page tells what is meant here (`MODE_SENTENCES`)."""

    SINGLE = "1"
    DOUBLE = "1+1"
    TWO_AND_ONE = "2+1"
    TRIPLE = "1+1+1"


class Duty(StrEnum):
    """What somebody is appointed to in the marking of an exam."""

    MARK = "mark"
    ARBITRATE = "arbitrate"


class Standing(StrEnum):
    """How far a response has come that people mark."""

    UNMARKED = "unmarked"
    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"


MODE_NAMES = {
    Mode.SINGLE: word("单评（1）"),
    Mode.DOUBLE: word("双评（1+1）"),
    Mode.TWO_AND_ONE: word("双评加三评（2+1）"),
    Mode.TRIPLE: word("三评（1+1+1）"),
}
MODE_SENTENCES = {
    Mode.SINGLE: word("每份作答由一人评阅，所给的分就是得分。"),
    Mode.DOUBLE: word("每份作答由两人各自评阅，相差不超过允许误差的取平均分，超过的交仲裁。"),
    Mode.TWO_AND_ONE: word(
        "每份作答由两人各自评阅，相差不超过允许误差的取平均分；超过的由第三人再评，"
        "取最接近的两个分的平均分；最接近的两个分仍超过误差的交仲裁。"
    ),
    Mode.TRIPLE: word(
        "每份作答由三人各自评阅，都在允许误差以内的取三个分的平均分；否则取最接近的两个分的"
        "平均分；最接近的两个分仍超过误差的交仲裁。"
    ),
}
STANDING_NAMES = {
    Standing.UNMARKED: word("未评"),
    Standing.OPEN: word("待再评"),
    Standing.DISPUTED: word("待仲裁"),
    Standing.SETTLED: word("已评"),
}
# (marks that every response gets, marks that it may get before somebody has to arbitrate)
_MARKS = {
    Mode.SINGLE: (1, 1),
    Mode.DOUBLE: (2, 2),
    Mode.TWO_AND_ONE: (2, 3),
    Mode.TRIPLE: (3, 3),
}
WAITING = (Standing.UNMARKED, Standing.OPEN)
"""The standings in which a response waits for somebody who has not marked it yet."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How marks become points: `tolerance` is a share of the points that people give."""

    mode: Mode
    tolerance: Fraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a response stands, and its points once they are settled (exact, never rounded)."""

    standing: Standing
    points: Fraction | None = None


def parse_mode(text: str) -> Mode:
    """The mode that a norm names; Refused for anything else."""
    try:
        return Mode(text.strip())
    except ValueError:
        names = "、".join(Mode)
        raise Refused(f"“{text}”不是评阅方式，请在政策参数里写成其中之一：{names}。") from None


def markers_needed(mode: Mode) -> int:
    """How many people have to be at hand so that every response can be settled or disputed."""
    return _MARKS[mode][1]


def judge(
    given: Sequence[Decimal], scheme: Scheme, *, full: Fraction, final: Decimal | None = None
) -> Verdict:
    """合分: what the marks of a response come to.

    `final` (仲裁) outranks all marks. Marks within the tolerance of `full` count with their
    mean; beyond it, of three or more the two nearest count with theirs (of two equally near
    pairs the higher) when these are within it.
    """
    if final is not None:
        return Verdict(Standing.SETTLED, Fraction(final))
    least, most = _MARKS[scheme.mode]
    if len(given) < least:
        return Verdict(Standing.OPEN if given else Standing.UNMARKED)
    points = sorted((Fraction(one) for one in given), reverse=True)
    if near(points[0], points[-1], scheme, full):
        return Verdict(Standing.SETTLED, sum(points, Fraction(0)) / len(points))
    if len(points) < most:
        return Verdict(Standing.OPEN)
    higher, lower = min(pairwise(points), key=lambda pair: pair[0] - pair[1])
    if len(points) > 2 and near(higher, lower, scheme, full):
        return Verdict(Standing.SETTLED, (higher + lower) / 2)
    return Verdict(Standing.DISPUTED)


def near(one: Fraction, other: Fraction, scheme: Scheme, full: Fraction) -> bool:
    """Do two marks agree within the tolerance?"""
    return abs(one - other) <= scheme.tolerance * full


def scheme_faults(mode: Mode, tolerance: Fraction, *, markers: int) -> list[str]:
    """What is wrong with the plan of an exam's marking; `markers`: how many are appointed.

    Nobody appointed means whoever may mark: that will do for one mark each.
    """
    faults = []
    if not 0 <= tolerance <= 1:
        faults.append("允许误差须在 0 到 100% 之间。")
    needed = markers_needed(mode)
    if needed > 1 and markers < needed:
        faults.append(f"{MODE_NAMES[mode]}至少要指定 {needed} 名阅卷人，现在有 {markers} 名。")
    return faults


def coverage_faults(
    mode: Mode,
    marker_ids: Collection[int],
    items: Mapping[int, Collection[int]],
    tasks: Mapping[int, str],
) -> list[str]:
    """Which items too few of the appointed mark; `items` of a marker: none for all, `tasks` by
    item version their names. Nobody appointed means whoever may mark."""
    needed = markers_needed(mode)
    counts = {
        item: sum(not items.get(one) or item in items[one] for one in set(marker_ids))
        for item in tasks
    }
    return [
        f"{tasks[item]}只有 {number} 名阅卷人可评，至少要 {needed} 名。"
        for item, number in counts.items()
        if marker_ids and number < needed
    ]


def dealing_order(marker_id: int, response_id: int) -> bytes:
    """Where a response comes in a marker's pile: each marker has an order of their own, so that
    they meet seldom, and check scripts lie among the others."""
    return sha256(f"{marker_id}:{response_id}".encode()).digest()
