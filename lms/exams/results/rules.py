"""Rules of results: rounding, bands, who passed, and a sheet as its candidate may read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.exams.marking.rules.points import SlotScore
from lms.ground.errors import Refused
from lms.ground.norms.rules import parse_number
from lms.ground.words import word
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.policies import section_total
from question_bank.items.kinds.protocol import Response, letter, letters, shown

ABSENT = "缺考"


class CellState(StrEnum):
    """How a learner stands with a required exam (逢学必考)."""

    PASSED = "passed"
    FAILED = "failed"
    MISSED = "missed"
    EXEMPT = "exempt"
    SAT = "sat"
    WAITING = "waiting"
    UNSEATED = "unseated"


CELL_NAMES = {
    CellState.PASSED: word("合格"),
    CellState.FAILED: word("不合格"),
    CellState.MISSED: word("缺考"),
    CellState.EXEMPT: word("免考"),
    CellState.SAT: word("已考，待公布"),
    CellState.WAITING: word("待考"),
    CellState.UNSEATED: word("还没有座位"),
}
UNSETTLED = frozenset({CellState.SAT, CellState.WAITING, CellState.UNSEATED})
"""Neither sat with a result nor exempt, and no hole yet."""
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Band:
    """等次: its name and the least percentage that earns it."""

    name: str
    lowest: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a learner's sheet comes to; `earned` where a cap took from it."""

    score: Decimal
    full: Decimal
    grade: str
    passed: bool
    earned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcomes of an exam in numbers; `mean` and `highest` are of those who sat it."""

    sat: int
    absent: int
    passed: int
    mean: Fraction | None
    highest: Decimal | None
    grades: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A learner and a required exam on the board; `made_up`: the score is that of a make-up."""

    state: CellState
    score: Decimal | None = None
    made_up: bool = False

    @property
    def is_hole(self) -> bool:
        return self.state is CellState.MISSED


@dataclass(frozen=True, slots=True)
class SectionPoints:
    """大题: what its slots came to; `lost` is what an unfloored sum would have been below 0."""

    title: str
    points: Fraction
    full: Fraction
    lost: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it is shown afterwards."""

    letter: str
    text: str
    chosen: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One slot, or one part of a case, as its candidate reads it after the release."""

    number: int
    stem: str
    options: tuple[Option, ...]
    response: str
    key: str
    rationale: str
    parts: tuple[Report, ...] = ()
    media: tuple[int | None, ...] = ()
    transcript: str = ""


def parse_bands(text: str) -> tuple[Band, ...]:
    """“85 优秀、75 良好、60 合格、0 不合格” best first; Refused with everything that is wrong."""
    pieces = [piece.strip() for piece in re.split(r"[、，,;；\n]", text) if piece.strip()]
    bands = [_band(piece) for piece in pieces]
    faults = []
    limits = [band.lowest for band in bands]
    if len(bands) < 2:
        faults.append("至少要有两个等次，例如“60 合格、0 不合格”。")
    if any(later >= earlier for earlier, later in pairwise(limits)):
        faults.append("等次须从高到低排列，分数线不能相同。")
    if limits and (limits[-1] != 0 or limits[0] > 100):
        faults.append("最后一个等次须从 0 分起，最高的分数线不能超过 100 分。")
    if len({band.name for band in bands}) < len(bands):
        faults.append("等次的名称不能重复。")
    if faults:
        raise Refused(*faults)
    return tuple(bands)


def _band(piece: str) -> Band:
    number, _, name = piece.partition(" ")
    try:
        lowest = Decimal(number)
    except InvalidOperation:
        lowest = Decimal("NaN")
    if not lowest.is_finite() or not name.strip():
        raise Refused(f"“{piece}”不是等次，请写成分数线、空格、名称，例如“85 优秀”。")
    return Band(name.strip(), lowest)


def show_bands(bands: Iterable[Band]) -> str:
    """The bands as `parse_bands` reads them."""
    return "、".join(f"{band.lowest.normalize():f} {band.name}" for band in bands)


def band_of(percentage: Fraction, bands: Sequence[Band]) -> str:
    """The name of the best band whose limit is reached; below all of them the last."""
    reached = (band.name for band in bands if percentage >= Fraction(band.lowest))
    return next(reached, bands[-1].name)


def rounded(points: Fraction, step: Fraction) -> Decimal:
    """To the nearest multiple of `step`, halves up: the only rounding that a score sees."""
    whole = (points / step + _HALF).__floor__() * step
    return Decimal(whole.numerator) / whole.denominator


def outcome(
    points: Fraction,
    full: Decimal,
    *,
    pass_score: Decimal,
    bands: Sequence[Band],
    step: Fraction,
    cap: Decimal | None = None,
) -> Outcome:
    """Score, grade and pass of a sheet; `pass_score`, bands and `cap` are of 100, as the norms are.

    The exam's own pass score outranks the bands: who did not pass has the last band, who
    passed has at least the last but one.
    """
    whole = rounded(points, step)
    score = whole if cap is None else min(whole, _least(Fraction(full) * Fraction(cap) / 100, step))
    percentage = Fraction(score) / Fraction(full) * 100
    passed = percentage >= Fraction(pass_score)
    grade = band_of(percentage, bands) if passed else bands[-1].name
    if passed and grade == bands[-1].name:
        grade = bands[-2].name
    return Outcome(score, full, grade, passed, whole if score < whole else None)


def section_points(title: str, policy: str, slots: Sequence[SlotScore]) -> SectionPoints:
    """What the slots of one section come to by its policy."""
    given = [Fraction(one.points) for one in slots]
    earned = section_total(policy, given)
    full = sum((Fraction(one.full_points) for one in slots), Fraction(0))
    return SectionPoints(title, earned, full, earned - sum(given, Fraction(0)))


def explained(
    points: Fraction, result: Outcome, *, pass_score: Decimal, bands: Sequence[Band], step: Fraction
) -> list[str]:
    """How the `points` of a sheet became its score and grade, as sentences (see `outcome`)."""
    whole = result.score if result.earned is None else result.earned
    told = [f"各大题合计{shown(points)}分。"]
    if points != Fraction(whole):
        told = [f"各大题合计{shown(points)}分，四舍五入到{shown(step)}分，计{shown(whole)}分。"]
    if result.earned is not None:
        told.append(f"补考成绩按规定最高记{shown(result.score)}分。")
    percentage = Fraction(result.score) / Fraction(result.full) * 100
    reached = "达到" if result.passed else "没有达到"
    told.append(
        f"折合百分制{shown(percentage)}分，{reached}这场考试的及格线{shown(pass_score)}分；"
        f"等次分数线是{show_bands(bands)}。"
    )
    if band_of(percentage, bands) != result.grade:
        told.append(f"是否合格以及格线为准，所以等次是“{result.grade}”。")
    return told


def parse_cap(text: str, *, pass_score: Decimal) -> Decimal | None:
    """What a make-up can earn at most, of 100: “及格分”, “不限” (None) or a number, which is never
    below the pass score; Refused for anything else."""
    told = text.strip()
    if told == "不限":
        return None
    if told == "及格分":
        return pass_score
    try:
        return max(parse_number(told), pass_score)
    except Refused:
        raise Refused(f"补考成绩的上限“{text}”读不懂，请写“及格分”“不限”或一个分数。") from None


def _least(points: Fraction, step: Fraction) -> Decimal:
    """The least multiple of `step` that is not below `points`: whoever has it has passed."""
    whole = -(-points // step) * step
    return Decimal(whole.numerator) / whole.denominator


def absent(full: Decimal) -> Outcome:
    """Whoever did not come."""
    return Outcome(Decimal(0), full, ABSENT, False)


def summarise(outcomes: Sequence[Outcome], bands: Sequence[Band]) -> Summary:
    """The numbers over an exam's table of scores."""
    sat = [one for one in outcomes if one.grade != ABSENT]
    counted = Counter(one.grade for one in outcomes)
    names = [band.name for band in bands] + [ABSENT]
    others = sorted(set(counted) - set(names))
    return Summary(
        sat=len(sat),
        absent=len(outcomes) - len(sat),
        passed=sum(one.passed for one in sat),
        mean=sum((Fraction(one.score) for one in sat), Fraction(0)) / len(sat) if sat else None,
        highest=max((one.score for one in sat), default=None),
        grades=tuple((name, counted[name]) for name in [*names[:-1], *others, ABSENT]),
    )


def cell(
    outcomes: Sequence[Outcome], *, exempt: bool, missed: bool, came: bool, waits: bool
) -> Cell:
    """How a learner stands with an exam: `outcomes` are the released ones, of the exam before
    those of its make-ups; `missed`: it was held, and nothing is left to come."""
    sat = [(at, one) for at, one in enumerate(outcomes) if one.grade != ABSENT]
    if sat:
        at, best = max(sat, key=lambda pair: (pair[1].passed, pair[1].score))
        return Cell(CellState.PASSED if best.passed else CellState.FAILED, best.score, at > 0)
    if exempt:
        return Cell(CellState.EXEMPT)
    if came:
        return Cell(CellState.SAT)
    if missed:
        return Cell(CellState.MISSED)
    return Cell(CellState.WAITING if waits else CellState.UNSEATED)


def report(
    slot: Mapping[str, Any], answer: Mapping[str, Any], response: Response, number: int
) -> Report:
    """What stood in a slot, what was answered, and the key; only ever after the release."""
    kind = KINDS[answer["kind"]]
    inner = _parts(slot, answer, response) if answer["kind"] in ("case", "listening") else ()
    chosen, right = letters(response), letters(list(answer["key"]))
    choice = answer["kind"] in ("single", "multiple")
    return Report(
        number=number,
        stem=str(slot.get("stem", "")),
        options=tuple(
            Option(
                letter(at),
                str(text),
                choice and letter(at) in chosen,
                choice and letter(at) in right,
            )
            for at, text in enumerate(slot.get("options") or [])
        ),
        response="" if inner else kind.summarise(response),
        key="" if inner else kind.show_key(answer["key"]),
        rationale=str(answer.get("rationale") or ""),
        parts=inner,
        media=tuple(answer.get("media") or slot.get("media") or ()),
        transcript=str(answer.get("transcript") or ""),
    )


def _parts(
    slot: Mapping[str, Any], answer: Mapping[str, Any], response: Response
) -> tuple[Report, ...]:
    given = response if isinstance(response, dict) else {}
    return tuple(
        report(part, key, given.get(str(number)), number)
        for number, (part, key) in enumerate(
            zip(slot["parts"], answer["parts"], strict=True), start=1
        )
    )
