"""The words for sittings, what must hold of one, and who gets which variant."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lms.ground.words import word
from question_bank.topics.rules import Node, below

# Whoever was heard of so recently is at the paper: the page speaks up at least every 10 s.
PRESENT_WITHIN = timedelta(seconds=25)


class ExamPurpose(StrEnum):
    """What an exam is for: whoever misses a concluding one leaves a hole (逢学必考)."""

    CONCLUDING = "concluding"
    QUIZ = "quiz"


EXAM_PURPOSE_NAMES = {
    ExamPurpose.CONCLUDING: word("结业考试（必考）"),
    ExamPurpose.QUIZ: word("随堂测验"),
}


class SittingState(StrEnum):
    """Follows from the times and from whether the sheets are made."""

    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    OVER = "over"


SITTING_STATE_NAMES = {
    SittingState.PREPARING: word("准备中"),
    SittingState.READY: word("待开考"),
    SittingState.RUNNING: word("考试中"),
    SittingState.OVER: word("已结束"),
}


@dataclass(frozen=True)
class ExamDraft:
    """An exam as it is entered; `pass_score` in hundredths of the full score (百分制)."""

    title: str
    paper_id: int
    course_ids: tuple[int, ...]
    pass_score: Decimal
    purpose: ExamPurpose = ExamPurpose.CONCLUDING


@dataclass(frozen=True)
class SittingDraft:
    """A sitting as it is entered; `minutes` is the time that a candidate has for the paper."""

    opens_at: datetime
    closes_at: datetime
    minutes: int
    venue_id: int | None = None
    invigilator_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Exempted:
    """不单独考试, or 免考: why, who approved it and when."""

    reason: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True)
class Covered:
    """A course of a cohort, the exam that examines it, or why it needs none (逢学必考).

    `asked`: how many items its paper has on the topics of the course, None where the course has
    no topics; `short`: why the exam that it is in does not count, where none does.
    """

    cohort_id: int
    cohort: str
    course_id: int
    course: str
    exam_id: int | None
    exam: str | None
    exemption: Exempted | None
    asked: int | None = None
    short: str = ""

    @property
    def is_hole(self) -> bool:
        return self.exam_id is None and self.exemption is None


@dataclass(frozen=True)
class Absence:
    """缺考: a learner who missed a concluding exam and every make-up; `exemption`: why that is right."""

    cohort_id: int
    exam_id: int
    exam: str
    enrolment_id: int
    learner: str
    exemption: Exempted | None

    @property
    def is_hole(self) -> bool:
        return self.exemption is None


def items_on(topics: Collection[int], items: Mapping[int, int], tree: Sequence[Node]) -> int:
    """How many of the `items` (by topic) are on these topics or on what lies below them."""
    inside = frozenset[int]().union(*(below(tree, one) for one in topics))
    return sum(number for topic, number in items.items() if topic in inside)


def short_of(
    exam: str, purpose: ExamPurpose, courses: int, *, each: bool, asked: int | None
) -> str:
    """Why an exam of this purpose and of so many courses does not count for one of them (逢学必考);
    "" when it does. `each`: every course must have an exam of its own; `asked`: how many items
    its paper has on the topics of the course, None where the course has no topics."""
    if purpose is not ExamPurpose.CONCLUDING:
        return f"“{exam}”是随堂测验，不算结业考试。"
    if each and courses > 1:
        return f"“{exam}”合考{courses}门课程，按规定这门课程须单独考一场。"
    if asked == 0:
        return f"“{exam}”的试卷上没有这门课程知识点的题。"
    return ""


def state_of(
    now: datetime, *, prepared_at: datetime | None, opens_at: datetime, closes_at: datetime
) -> SittingState:
    """Where a sitting stands; one that is over was never prepared when `prepared_at` is None."""
    if now >= closes_at:
        return SittingState.OVER
    if prepared_at is None:
        return SittingState.PREPARING
    return SittingState.RUNNING if now >= opens_at else SittingState.READY


def faults(draft: SittingDraft) -> list[str]:
    """What is wrong with the times of a sitting, as sentences."""
    if draft.closes_at <= draft.opens_at:
        return ["结束时间须晚于开始时间。"]
    window = int((draft.closes_at - draft.opens_at).total_seconds() // 60)
    found = []
    if draft.minutes < 1:
        found.append("答题时长至少1分钟。")
    if draft.minutes > window:
        found.append(f"答题时长{draft.minutes}分钟，超过了考试窗口的{window}分钟。")
    if window > 24 * 60:
        found.append("考试窗口最长24小时，请核对结束日期。")
    return found


def crowding(candidates: int, *, capacity: int, venue: str) -> list[str]:
    """The sentence for a venue that is too small."""
    if candidates <= capacity:
        return []
    return [f"{venue}只有{capacity}个座位，考生有{candidates}人，请换场地或分场次。"]


def variant_at(seat: int, variants: Sequence[int]) -> int:
    """Neighbours get different variants: A and B in turn by seat (from 1)."""
    return variants[(seat - 1) % len(variants)]


def seed_at(seat: int, *, sitting_id: int, paper_seed: int) -> int:
    """The seed of a seat's option orders: fixed by paper, sitting and seat, so it can be checked."""
    told = f"{paper_seed}:{sitting_id}:{seat}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:4]) >> 1


def free_seats(taken: Sequence[int], wanted: int) -> list[int]:
    """The lowest `wanted` seats (from 1) that nobody has."""
    used, seat = set(taken), 0
    seats: list[int] = []
    while len(seats) < wanted:
        seat += 1
        if seat not in used:
            seats.append(seat)
    return seats
