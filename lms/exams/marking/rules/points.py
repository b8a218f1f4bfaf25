"""Points: what people mark, what a response earns and why, and how points add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Any

from lms.exams.marking.rules.modes import Scheme, Standing, Verdict, judge
from lms.ground.words import word
from question_bank.items.kinds import catalogue
from question_bank.items.kinds.policies import section_total
from question_bank.items.kinds.protocol import Response, Scored, shown

Entry = Mapping[str, Any]
FOUR_PLACES = Decimal("0.0001")
HALF_POINT = Fraction(1, 2)


class ScoredBy(StrEnum):
    """Machines score, people mark."""

    MACHINE = "machine"
    PERSON = "person"


SCORED_BY_NAMES = {ScoredBy.MACHINE: word("机评"), ScoredBy.PERSON: word("人工评阅")}


@dataclass(frozen=True, slots=True)
class RubricLine:
    """采分点: what earns how many points; `part` is the part of a case, 0 for the item itself."""

    text: str
    points: Decimal
    part: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What one marker gave: the points of every rubric line, and a remark."""

    points: Decimal
    rubric_points: tuple[Decimal, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All that people gave for one response; `final` is what the arbiter gave (仲裁)."""

    given: tuple[Given, ...] = ()
    final: Given | None = None

    def verdict(self, scheme: Scheme, *, full: Fraction) -> Verdict:
        """What they come to."""
        final = None if self.final is None else self.final.points
        return judge([one.points for one in self.given], scheme, full=full, final=final)


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class SlotPoints:
    """The points of one response (None while people have to mark it) and why, in sentences."""

    points: Fraction | None
    full: Fraction
    by: ScoredBy
    why: tuple[str, ...]
    standing: Standing = Standing.SETTLED


@dataclass(frozen=True, slots=True)
class SlotScore:
    """The points of one slot of a sheet in a run, and the sentences that say why."""

    number: int
    points: Decimal
    full_points: Decimal
    scored_by: ScoredBy
    why: tuple[str, ...]

    def document(self) -> list[Any]:
        """As a run keeps it; `slot_score` reads it."""
        points, full = (str(one.normalize() + 0) for one in (self.points, self.full_points))
        return [self.number, points, full, self.scored_by, self.why]


def slot_score(document: Sequence[Any]) -> SlotScore:
    """A slot's score as a run keeps it."""
    number, points, full, by, why = document
    return SlotScore(number, Decimal(points), Decimal(full), ScoredBy(by), tuple(why))


def marked_slots(answers: Mapping[str, Entry]) -> list[int]:
    """The numbers of a variant's slots that people mark, wholly or in part."""
    return sorted(int(number) for number, entry in answers.items() if is_marked(entry))


def is_marked(entry: Entry) -> bool:
    """Does a machine leave points of this slot open?"""
    return catalogue.score(entry, None).points is None


def unanswered(response: Response) -> bool:
    """Was the slot left empty, or emptied again? Blanks alone are no answer either."""
    if isinstance(response, str):
        return not response.strip()
    if isinstance(response, dict):
        return all(unanswered(part) for part in response.values())
    if isinstance(response, list):
        return all(unanswered(part) for part in response)
    return response is None


def rubric(entry: Entry) -> tuple[RubricLine, ...]:
    """The lines by which people mark a slot; they add up to the points that people give.

    Without a rubric there is one line for everything; a rubric written for other points
    than the slot has is stretched to them, in half points.
    """
    marked = [
        (number, part)
        for number, part in enumerate(entry.get("parts") or [], start=1)
        if is_marked(part)
    ]
    return tuple(
        line for number, part in marked or [(0, entry)] for line in _lines_of(part, number)
    )


def _lines_of(entry: Entry, part: int) -> list[RubricLine]:
    full = Decimal(entry["points"])
    rows = entry.get("rubric") or [{"text": "对照参考答案评分", "points": str(full)}]
    wanted = [Decimal(str(row["points"])) for row in rows]
    fitting = wanted if sum(wanted) == full else _stretched(wanted, full)
    return [
        RubricLine(str(row["text"]), points, part)
        for row, points in zip(rows, fitting, strict=True)
    ]


def _stretched(wanted: Sequence[Decimal], full: Decimal) -> list[Decimal]:
    """`full` divided as `wanted`, the limits between the lines set to half points."""
    whole, limits, so_far = sum(wanted), [Decimal(0)], Decimal(0)
    for points in wanted[:-1]:
        so_far += points
        exact = Fraction(so_far) / Fraction(whole) * Fraction(full)
        limits.append(Decimal(int(exact / HALF_POINT + HALF_POINT)) / 2)
    return [upper - lower for lower, upper in pairwise([*limits, full])]


def check_given(lines: Sequence[RubricLine], given: Sequence[Decimal]) -> list[str]:
    """What is wrong with the points of a mark, as sentences."""
    if len(lines) != len(given):
        return ["采分点的数目不对，请刷新页面后重新打分。"]
    faults = []
    for at, (line, points) in enumerate(zip(lines, given, strict=True), start=1):
        if not points.is_finite() or not 0 <= points <= line.points:
            faults.append(f"第{at}个采分点须在 0 到 {shown(line.points)} 分之间。")
        elif points != round(points, 2):
            faults.append(f"第{at}个采分点最多两位小数。")
    return faults


def score_slot(entry: Entry, response: Response, marks: Marks, scheme: Scheme) -> SlotPoints:
    """Score one response against its entry of Variant.answers; people's part by their marks.

    Whoever left a slot empty gets nothing and nobody has to mark it.
    """
    scored = catalogue.score(entry, response)
    if scored.points is not None:
        return SlotPoints(scored.points, scored.full, ScoredBy.MACHINE, scored.why)
    if unanswered(response):
        return SlotPoints(Fraction(0), scored.full, ScoredBy.MACHINE, ("您没有作答，得 0 分。",))
    lines = rubric(entry)
    by_people = Fraction(sum(line.points for line in lines))
    verdict = marks.verdict(scheme, full=by_people)
    if verdict.points is None:
        return SlotPoints(None, scored.full, ScoredBy.PERSON, (), verdict.standing)
    machine = [part.points for part in scored.parts if part.points is not None]
    why = (*_part_sentences(scored), *_mark_sentences(lines, marks, verdict.points))
    return SlotPoints(sum(machine, verdict.points), scored.full, ScoredBy.PERSON, why)


def _part_sentences(scored: Scored) -> list[str]:
    return [
        f"第{number}小题：{sentence}"
        for number, part in enumerate(scored.parts, start=1)
        if part.points is not None
        for sentence in part.why
    ]


def _mark_sentences(lines: Sequence[RubricLine], marks: Marks, settled: Fraction) -> list[str]:
    """Line by line for a mark that counts alone, else the marks and what they come to; the
    remarks last. What was given before an arbitration is no longer told."""
    counting = marks.given if marks.final is None else (marks.final,)
    told = [] if marks.final is None else ["由仲裁人裁定。"]
    if len(counting) == 1:
        told += [
            f"{_place(line)}采分点“{line.text}”：{shown(line.points)} 分中得 {shown(points)} 分。"
            for line, points in zip(lines, counting[0].rubric_points, strict=True)
        ]
    else:
        each = "、".join(f"{shown(mark.points)} 分" for mark in counting)
        told.append(f"{len(counting)} 次评阅分别给 {each}，合分 {shown(settled)} 分。")
    return told + [f"评语：{mark.remark}" for mark in counting if mark.remark]


def _place(line: RubricLine) -> str:
    return f"第{line.part}小题：" if line.part else ""


def sheet_total(
    content: Mapping[str, Any], answers: Mapping[str, Entry], points: Mapping[int, Fraction]
) -> Fraction:
    """卷面成绩 before rounding: Σ of the sections, each by its policy, and not below 0."""
    total = Fraction(0)
    for section in content["sections"]:
        numbers = [int(slot["number"]) for slot in section["slots"]]
        if numbers:
            policy = answers[str(numbers[0])]["policy"]
            total += section_total(policy, [points[number] for number in numbers])
    return max(total, Fraction(0))


def full_score(answers: Mapping[str, Entry]) -> Decimal:
    """What a whole sheet can earn."""
    return sum((Decimal(entry["points"]) for entry in answers.values()), Decimal(0))


def kept(points: Fraction) -> Decimal:
    """Points as a column keeps them: four places; totals are added up before."""
    return (Decimal(points.numerator) / points.denominator).quantize(FOUR_PLACES, ROUND_HALF_UP)


def shuffled(seeds: Mapping[int, int], salt: int) -> list[int]:
    """The ids (keys) in an order that tells a marker nothing: by a hash of seed and salt."""
    return sorted(seeds, key=lambda one: sha256(f"{salt}:{seeds[one]}:{one}".encode()).digest())


def pending_sentences(pending: Iterable[tuple[str, Standing]]) -> list[str]:
    """Which slots still wait for people, and how many responses of each; [] when none does."""
    counts: dict[tuple[str, Standing], int] = {}
    for place in pending:
        counts[place] = counts.get(place, 0) + 1
    told = {
        Standing.UNMARKED: "还有 {n} 份作答没有评阅",
        Standing.OPEN: "还有 {n} 份作答要由另一人再评",
        Standing.DISPUTED: "有 {n} 份作答的评阅相差过大，须由仲裁人裁定",
    }
    return [
        f"{place}{told[standing].format(n=number)}。"
        for (place, standing), number in sorted(counts.items())
    ]


def unfinished_sentences(unfinished: int, candidates: int) -> list[str]:
    """Why the exam can't be scored yet; [] when it can, be it that all were absent."""
    if unfinished:
        return [f"还有 {unfinished} 名考生没有考完，考试结束后再计分。"]
    return [] if candidates else ["这次考试还没有安排考生，没有可以计分的内容。"]
