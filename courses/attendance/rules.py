"""The words for attendance, and what the sheets add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from courses.timetable import rules as timetable
from lms.ground.words import word

HalfDay = timetable.HalfDay
HALF_DAY_NAMES = timetable.HALF_DAY_NAMES


class Presence(StrEnum):
    """What an attendance sheet says of a learner in a half-day."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    PERSONAL_LEAVE = "personal_leave"
    SICK_LEAVE = "sick_leave"
    OFFICIAL_LEAVE = "official_leave"
    ABSENT = "absent"


PRESENCE_NAMES = {
    Presence.PRESENT: word("出勤"),
    Presence.LATE: word("迟到"),
    Presence.LEFT_EARLY: word("早退"),
    Presence.PERSONAL_LEAVE: word("事假"),
    Presence.SICK_LEAVE: word("病假"),
    Presence.OFFICIAL_LEAVE: word("公假"),
    Presence.ABSENT: word("旷课"),
}
PRESENCE_SIGNS = {
    Presence.PRESENT: "√",
    Presence.LATE: "△",
    Presence.LEFT_EARLY: "▽",
    Presence.PERSONAL_LEAVE: "○",
    Presence.SICK_LEAVE: "☆",
    Presence.OFFICIAL_LEAVE: "◇",
    Presence.ABSENT: "×",
}
LEAVES = frozenset({Presence.PERSONAL_LEAVE, Presence.SICK_LEAVE, Presence.OFFICIAL_LEAVE})
THERE = frozenset({Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY})


class Level(StrEnum):
    """How near somebody's leave is to the limit."""

    FINE = "fine"
    WARN = "warn"
    ALARM = "alarm"
    OVER = "over"


@dataclass(frozen=True)
class LeaveLimits:
    """Shares of the total hours (干部教育培训工作条例 2023, Art. 15: more than 1/7 of leave)."""

    warn: Fraction
    alarm: Fraction
    limit: Fraction


@dataclass(frozen=True)
class Entry:
    """What a sheet says of one learner."""

    presence: Presence
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """One entry of a sheet."""

    enrolment_id: int
    day: date
    half_day: HalfDay
    presence: Presence


@dataclass(frozen=True)
class Tally:
    """What the sheets of a cohort add up to for one learner; hours are 学时.

    `hours_total` are those of all planned lessons, taken or to come; `ratio` is leave / total.
    """

    enrolment_id: int
    hours_total: Decimal
    hours_present: Decimal
    leave_hours: Decimal
    absent_hours: Decimal
    late: int
    left_early: int
    ratio: Fraction


def tallies(
    enrolment_ids: Iterable[int],
    hours: Mapping[tuple[date, HalfDay], Decimal],
    marks: Iterable[Mark],
) -> list[Tally]:
    """One tally for each learner, in the order given; `hours` are those of every half-day.

    A mark counts with the hours of its half-day; one whose lessons were moved away counts none.
    """
    by_learner: dict[int, list[Mark]] = {}
    for mark in marks:
        by_learner.setdefault(mark.enrolment_id, []).append(mark)
    total = sum(hours.values(), Decimal(0))
    return [_tally(one, by_learner.get(one, []), hours, total) for one in enrolment_ids]


def level(ratio: Fraction, limits: LeaveLimits) -> Level:
    """Exactly the limit is still allowed; the warnings begin at their shares."""
    if ratio > limits.limit:
        return Level.OVER
    if ratio >= limits.alarm:
        return Level.ALARM
    return Level.WARN if ratio >= limits.warn else Level.FINE


def leave_sentence(tally: Tally, limits: LeaveLimits) -> str:
    """Numerator, denominator and what follows; empty while there is nothing to say."""
    reached = level(tally.ratio, limits)
    if reached is Level.FINE:
        return ""
    told = f"已请假{_plain(tally.leave_hours)}学时，占总学时{_plain(tally.hours_total)}的{_share(tally.ratio)}"
    if reached is Level.OVER:
        return f"{told}，超过上限{limits.limit}，按规定应予退学，须由负责人研究决定。"
    return f"{told}，上限是{limits.limit}。"


def _tally(
    enrolment_id: int,
    marks: Iterable[Mark],
    hours: Mapping[tuple[date, HalfDay], Decimal],
    total: Decimal,
) -> Tally:
    sums: Counter[Presence] = Counter()
    spent: dict[Presence, Decimal] = {}
    for mark in marks:
        sums[mark.presence] += 1
        worth = hours.get((mark.day, mark.half_day), Decimal(0))
        spent[mark.presence] = spent.get(mark.presence, Decimal(0)) + worth

    def spent_on(wanted: Iterable[Presence]) -> Decimal:
        return sum((spent.get(one, Decimal(0)) for one in wanted), Decimal(0))

    leave = spent_on(LEAVES)
    return Tally(
        enrolment_id=enrolment_id,
        hours_total=total,
        hours_present=spent_on(THERE),
        leave_hours=leave,
        absent_hours=spent_on([Presence.ABSENT]),
        late=sums[Presence.LATE],
        left_early=sums[Presence.LEFT_EARLY],
        ratio=Fraction(leave) / Fraction(total) if total else Fraction(0),
    )


def _plain(hours: Decimal) -> str:
    return format(hours.normalize() + 0, "f")


def _share(ratio: Fraction) -> str:
    """As a percentage with one decimal place."""
    return f"{Decimal(round(ratio * 1000)) / 10}%"
