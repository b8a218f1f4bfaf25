"""The words for venues, and how a claim on time is said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from lms.ground.clock import local
from lms.ground.spans import Span
from lms.ground.words import word


class VenueKind(StrEnum):
    """What sort of place this is."""

    ROOM = "room"
    PRACTICE_ROOM = "practice_room"
    COMPUTER_ROOM = "computer_room"
    BASE = "base"


VENUE_KIND_NAMES = {
    VenueKind.ROOM: word("教室"),
    VenueKind.PRACTICE_ROOM: word("实务操作室"),
    VenueKind.COMPUTER_ROOM: word("机房"),
    VenueKind.BASE: word("现场教学点"),
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
    """A booking as rules see it.

    `label` names the holder ("“知行学堂第6期”的《…》"); `place` and `people` are what the same
    holder has claimed besides, so that a sentence can say where and with whom.
    """

    claimed: Claimed
    id: int
    name: str
    span: Span
    label: str
    holder_kind: str = ""
    place: str = ""
    people: tuple[str, ...] = ()


# What a person does there, by the kind of holder.
_VERBS = {"lesson": "上", "sitting": "监考", "trip": "带队"}


def clash(name: str, booked: Booked) -> str:
    """Who or what (`name`) is taken, when, where and by what, as a sentence."""
    told = f"{name}{when(booked.span)} 已"
    if booked.claimed is Claimed.PERSON:
        where = f"在{booked.place}" if booked.place else ""
        return f"{told}{where}{_VERBS.get(booked.holder_kind, '参加')}{booked.label}，时间重叠。"
    beside = [*booked.people, _place(booked) if booked.claimed is Claimed.COHORT else ""]
    known = "，".join(one for one in beside if one)
    return f"{told}安排{booked.label}{f'（{known}）' if known else ''}，时间重叠。"


def _place(booked: Booked) -> str:
    unknown = "场地未定" if booked.holder_kind == "lesson" else ""
    return booked.place or unknown


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
