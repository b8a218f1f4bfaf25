"""Rules of certificates: what a learner has completed, who gets one, and how it is numbered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from string import Formatter

from courses.attendance.rules import LEAVES, THERE, HalfDay, Presence
from courses.timetable.rules import half_days_of
from lms.ground.errors import Refused
from lms.ground.spans import Span

CHECK_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What can be read aloud and typed from paper: no 0 or O, no 1, I or L."""
CHECK_LENGTH = 12

Place = tuple[date, HalfDay]
_FIELDS = frozenset({"school", "year", "programme", "number", "seq"})


@dataclass(frozen=True)
class Tally:
    """The attendance of one learner: 学时 due, attended, on leave, absent, not registered.

    `half_days` are due, `attended` of them were; `signs` counts them by what the sheet says,
    `by_year` the attended 学时 by calendar year.
    """

    hours: Decimal = Decimal(0)
    present_hours: Decimal = Decimal(0)
    leave_hours: Decimal = Decimal(0)
    absent_hours: Decimal = Decimal(0)
    unmarked_hours: Decimal = Decimal(0)
    half_days: int = 0
    attended: int = 0
    signs: Mapping[Presence, int] = field(default_factory=dict)
    by_year: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction | None:
        """出勤率: attended of due half-days; None when none was due."""
        return Fraction(self.attended, self.half_days) if self.half_days else None

    @property
    def leave_share(self) -> Fraction:
        """Leave as a share of all 学时 (条例 2023, 第十五条: at most 1/7)."""
        return Fraction(self.leave_hours) / Fraction(self.hours) if self.hours else Fraction(0)


def half_day_hours(lessons: Iterable[tuple[Span, Decimal]]) -> dict[Place, Decimal]:
    """The 学时 of every half-day that lessons reach into, in order of time."""
    order = list(HalfDay)
    found: dict[Place, Decimal] = {}
    for span, hours in lessons:
        for day, half, share in half_days_of(span, hours):
            found[day, half] = found.get((day, half), Decimal(0)) + share
    return {place: found[place] for place in sorted(found, key=lambda p: (p[0], order.index(p[1])))}


def tally(
    hours: Mapping[Place, Decimal],
    marks: Mapping[Place, Presence],
    *,
    until: date | None = None,
) -> Tally:
    """What the sheets of one learner come to; from the day `until` on only what is marked counts."""
    sums = dict.fromkeys(("all", "here", "leave", "absent", "open"), Decimal(0))
    signs: dict[Presence, int] = {}
    years: dict[int, Decimal] = {}
    due = [
        (place, share)
        for place, share in hours.items()
        if until is None or place[0] < until or place in marks
    ]
    for place, share in due:
        presence = marks.get(place)
        sums["all"] += share
        sums[_sum_of(presence)] += share
        if presence is not None:
            signs[presence] = signs.get(presence, 0) + 1
        if presence in THERE:
            years[place[0].year] = years.get(place[0].year, Decimal(0)) + share
    return Tally(
        hours=sums["all"],
        present_hours=sums["here"],
        leave_hours=sums["leave"],
        absent_hours=sums["absent"],
        unmarked_hours=sums["open"],
        half_days=len(due),
        attended=sum(number for presence, number in signs.items() if presence in THERE),
        signs=signs,
        by_year=years,
    )


def _sum_of(presence: Presence | None) -> str:
    if presence is None:
        return "open"
    if presence in THERE:
        return "here"
    return "leave" if presence in LEAVES else "absent"


def percent(share: Fraction | None) -> str:
    """A share as people read it, to one decimal place: 95.8%; a dash for none."""
    if share is None:
        return "—"
    tenths = (share * 1000 + Fraction(1, 2)).__floor__()
    return f"{Decimal(tenths) / 10:f}%"


def obstacle(*, withdrawn: bool, decided_grade: str | None, failing_grade: str) -> str:
    """Why a learner of a closed cohort gets no certificate; "" when nothing stands against it."""
    if withdrawn:
        return "已退出班次"
    if decided_grade is None:
        return "鉴定还没有评定"
    return f"鉴定等次为“{decided_grade}”" if decided_grade == failing_grade else ""


def certificate_number(
    pattern: str, *, school: str, year: int, programme: str, number: int, seq: int
) -> str:
    """The number of a certificate by the norm `certificate.number_pattern`.

    Refused when the pattern is none, or does not tell certificates of a cohort apart.
    """
    filled = {
        "school": school,
        "year": year,
        "programme": programme,
        "number": number,
        "seq": seq,
    }
    try:
        used = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
        if used <= _FIELDS and "seq" in used:
            return pattern.format(**filled)
    except (ValueError, IndexError, KeyError):
        pass
    raise Refused(
        f"政策参数里的结业证书编号格式“{pattern}”不能用：只能用 {{school}}、{{year}}、{{programme}}、"
        "{number}、{seq}，而且要有序号 {seq}，请先修改。"
    )


def masked_name(name: str) -> str:
    """王**: what a stranger may read of a name; its length stays hidden."""
    return f"{name[:1]}**"


def plain_code(typed: str) -> str:
    """A check code as it is kept, however it was typed: ABCD-2345-EFGH is abcd2345efgh."""
    return "".join(mark for mark in typed.upper() if mark.isalnum())


def shown_code(code: str) -> str:
    """A check code in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
