"""What is known of a learner, and the thresholds that are held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from question_bank.items.kinds.protocol import shown


@dataclass(frozen=True, slots=True)
class Presence:
    """The attendance of a learner, in hours and counts; `unmarked` hours are not registered."""

    hours_total: Decimal
    leave_hours: Decimal
    absent_hours: Decimal
    unmarked_hours: Decimal
    late: int
    left_early: int


@dataclass(frozen=True, slots=True)
class ExamScore:
    """A released result; `score` None: absent.

    `required`: a concluding exam, not a quiz; `exemption`: who approved that it was missed and
    why; `make_ups`: the released results of its make-ups.
    """

    title: str
    score: Decimal | None
    full: Decimal
    required: bool = True
    exemption: str = ""
    make_ups: tuple[ExamScore, ...] = ()

    @property
    def counts(self) -> ExamScore:
        """The best of the exam and its make-ups, the exam itself where nothing is better."""
        return max((self, *self.make_ups), key=lambda one: one.share)

    @property
    def share(self) -> Fraction:
        """The score in hundredths of the full score, exactly; absent: less than any score."""
        if self.score is None:
            return Fraction(-1)
        return Fraction(self.score) / Fraction(self.full) * 100

    @property
    def is_exempt(self) -> bool:
        return bool(self.exemption) and self.counts.score is None

    @property
    def is_missed(self) -> bool:
        """Missed without exemption or make-up, although it had to be sat."""
        return self.required and self.counts.score is None and not self.exemption


@dataclass(frozen=True, slots=True)
class Remark:
    """An entry of the conduct register that stands; points are signed."""

    day: date
    kind: str
    points: Decimal
    sentence: str
    is_breach: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """A reflection with its grade ("excellent" …) and how people call it; None: not graded yet."""

    title: str
    grade: str | None
    called: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one learner; `unreleased`: exams that say nothing of them yet."""

    presence: Presence
    exams: tuple[ExamScore, ...]
    unreleased: tuple[str, ...]
    remarks: tuple[Remark, ...]
    reflections: tuple[Graded, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold and the text on which it rests."""

    value: Fraction
    basis: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The norms that veto: leave as a share of all hours, days of absence, entries of breach."""

    leave: Limit
    absent_days: Limit
    hours_per_day: Fraction
    breaches: Limit


def leave_share(presence: Presence) -> Fraction:
    """Leave as a share of all hours of the cohort (条例 2023, 第十五条), exactly; 0 without hours."""
    if not presence.hours_total:
        return Fraction(0)
    return Fraction(presence.leave_hours) / Fraction(presence.hours_total)


def shown_day(day: date) -> str:
    """3月2日."""
    return f"{day.month}月{day.day}日"


def shown_exactly(points: Fraction) -> str:
    """At most two decimals, marked where they are rounded."""
    exact = points * 100
    return shown(points) if exact.denominator == 1 else f"约{shown(points)}"
