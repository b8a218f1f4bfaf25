"""Which items want mending, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from math import sqrt

from question_bank.analysis.rules.pooling import Choice, Record
from question_bank.analysis.rules.words import LETTER_NAMES, percent


@dataclass(frozen=True, slots=True)
class Limits:
    """The school's norms (analysis.*): below `candidates` people only the facility is told."""

    candidates: int
    facility_high: Decimal
    facility_low: Decimal
    discrimination_low: Decimal
    distractor_share: Decimal
    reliability_low: Decimal


class Severity(IntEnum):
    """How soon an item wants mending."""

    NOTE = 1
    WARNING = 2
    ALARM = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an item, and what to do about it."""

    severity: Severity
    short: str
    reason: str
    advice: str


def faults(record: Record, limits: Limits) -> list[Fault]:
    """What is wrong with an item, the worst first; nothing is said of too few candidates."""
    if record.candidates < limits.candidates:
        return []
    found = [
        *_key_faults(record, limits),
        *_discrimination_faults(record, limits),
        *_facility_faults(record, limits),
        *_distractor_faults(record, limits),
    ]
    return sorted(found, key=lambda one: -one.severity)


def chance_margin(candidates: int) -> Decimal:
    """How far from 0 a correlation of so many (over three) candidates is by chance alone, in 19
    of 20 cases: 1.96 / √(n - 3), by Fisher's z (see pooled_correlation)."""
    return Decimal(str(1.96 / sqrt(candidates - 3))) if candidates > 3 else Decimal(1)


def _key_faults(record: Record, limits: Limits) -> list[Fault]:
    """A wrong option that goes better with the rest of the paper than any right one does, by
    more than chance would have it and not for a single candidate's sake."""
    found = []
    least = chance_margin(record.candidates)
    for part in sorted({one.part for one in record.choices}):
        inside = [one for one in record.choices if one.part == part and one.letter]
        best = max((one.correlation or Decimal(0) for one in inside if one.is_key), default=None)
        for one in inside:
            r = one.correlation
            if one.is_key or best is None or r is None or one.share < limits.distractor_share:
                continue
            if r > max(best, least):
                found.append(
                    Fault(
                        Severity.ALARM,
                        "疑似答案有误",
                        f"{_named(one)}被总分高的人选得更多（r={r:+.2f}，标准答案{best:+.2f}）。",
                        "先核对标准答案有没有标错；再看这个选项是不是也说得通。",
                    )
                )
    return found


def _discrimination_faults(record: Record, limits: Limits) -> list[Fault]:
    r = record.discrimination
    if r is None or r >= limits.discrimination_low:
        return []
    if r < -chance_margin(record.candidates):
        return [
            Fault(
                Severity.ALARM,
                "区分度为负",
                f"总分高的人反而得分低（r={r:+.2f}）。",
                "核对标准答案，再看题干有没有歧义、内容是不是没有讲到。",
            )
        ]
    return [
        Fault(
            Severity.WARNING,
            "区分度偏低",
            f"好的和差的得分差不多（r={r:+.2f}，低于{limits.discrimination_low:f}）。",
            "看题干是否含糊、是否靠运气能得分，或只考了枝节。",
        )
    ]


def _facility_faults(record: Record, limits: Limits) -> list[Fault]:
    share = percent(record.facility)
    if record.facility < limits.facility_low:
        return [
            Fault(
                Severity.WARNING,
                "过难",
                f"平均得分率只有{share}，低于{percent(limits.facility_low)}。",
                "看是不是没有讲过、超出要求，或题干难读。",
            )
        ]
    if record.facility >= limits.facility_high:
        return [
            Fault(
                Severity.NOTE,
                "过易",
                f"平均得分率{share}，达到{percent(limits.facility_high)}。",
                "必须人人掌握的可以留用；否则提高要求，或换更像的干扰项。",
            )
        ]
    return []


def _distractor_faults(record: Record, limits: Limits) -> list[Fault]:
    dead = [
        one
        for one in record.choices
        if one.letter and not one.is_key and one.share < limits.distractor_share
    ]
    if not dead or any(one.letter in ("true", "false") for one in dead):
        return []
    told = "、".join(f"{_named(one)}（{percent(one.share)}）" for one in dead)
    return [
        Fault(
            Severity.NOTE,
            "干扰项无效",
            f"{told}几乎没有人选。",
            "换成学员真会混淆的说法；想不出来的，少一个选项也可以。",
        )
    ]


def _named(choice: Choice) -> str:
    place = f"第{choice.part}小题" if choice.part else ""
    return f"{place}选项{LETTER_NAMES.get(choice.letter, choice.letter)}"
