"""The words for venues, and how a claim on time is said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from lms.ground.clock import local
from lms.ground.spans import Span


class VenueKind(StrEnum):
    """What sort of place this is."""

    ROOM = "room"
    PRACTICE_ROOM = "practice_room"
    COMPUTER_ROOM = "computer_room"
    BASE = "base"


VENUE_KIND_NAMES = {
    VenueKind.ROOM: "教室",
    VenueKind.PRACTICE_ROOM: "实务操作室",
    VenueKind.COMPUTER_ROOM: "机房",
    VenueKind.BASE: "现场教学点",
}

# Half-way between the sessions of the usual day (8:30–11:30, 14:30–17:30, 19:30–21:00).
AFTERNOON_FROM = time(13, 0)
EVENING_FROM = time(18, 30)


class Claimed(StrEnum):
    """What a booking takes up."""

    VENUE = "venue"
    PERSON = "person"
    COHORT = "cohort"


@dataclass(frozen=True)
class VenueDraft:
    """A venue as it is entered; `capacity` in seats."""

    name: str
    kind: VenueKind
    capacity: int
    equipment: str = ""
    address: str = ""


@dataclass(frozen=True)
class Booked:
    """A booking as rules see it. `label` is the phrase that follows 已 in a sentence."""

    claimed: Claimed
    id: int
    name: str
    span: Span
    label: str


def clash(name: str, booked: Booked) -> str:
    """Who or what (`name`) is taken when and by whom, as a sentence."""
    gap = " " if name[-1:].isalnum() and name[-1:].isascii() else ""
    return f"{name}{gap}{when(booked.span)} 已{booked.label}，时间重叠。"


def when(span: Span) -> str:
    """2026年12月1日（星期二）上午 8:30–11:30, by the school's clock."""
    start, end = local(span.start), local(span.end)
    told = f"{say_day(start.date())}{part_of_day(start)} {say_time(start)}–"
    days = (end.date() - start.date()).days
    if days == 0:
        return told + say_time(end)
    if days == 1:
        return f"{told}次日{say_time(end)}"
    return f"{told}{say_day(end.date())}{say_time(end)}"


def say_day(day: date) -> str:
    """2026年12月1日（星期二）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{'一二三四五六日'[day.weekday()]}）"


def say_time(wall: datetime) -> str:
    """8:30, without a leading zero."""
    return f"{wall.hour}:{wall.minute:02d}"


def part_of_day(wall: datetime) -> str:
    """上午, 下午 or 晚上."""
    if wall.time() < AFTERNOON_FROM:
        return "上午"
    return "下午" if wall.time() < EVENING_FROM else "晚上"
