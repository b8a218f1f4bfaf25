"""The words for venues, and how a claim on time is said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

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


class Datum(StrEnum):
    """By which datum a point was entered: maps that may be sold in China shift theirs."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


DATUM_NAMES = {
    Datum.CGCS2000: word("国家大地坐标系 CGCS2000"),
    Datum.WGS84: word("GPS（WGS-84）"),
    Datum.GCJ02: word("高德、腾讯地图（GCJ-02）"),
    Datum.BD09: word("百度地图（BD-09）"),
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

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
    longitude: str = ""
    latitude: str = ""
    datum: Datum | None = None
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True)
class Opening:
    """Open on a weekday (Monday is 0) from when to when, by the school's clock."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Blocked:
    """Something cannot be had, or somebody cannot come, in this span, and why."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Usable:
    """When a venue can be had: as long as it is open, not closed for good, and not blocked."""

    name: str
    closed_on: date | None = None
    openings: tuple[Opening, ...] = ()
    blocked: tuple[Blocked, ...] = ()

    def fault(self, span: Span) -> str:
        """Why it cannot be had throughout a span, as a sentence; empty when it can."""
        if self.closed_on is not None and self.closed_on <= local(span.end).date():
            return closed_fault(self.name, self.closed_on)
        for one in self.blocked:
            if one.span.touches(span):
                return blocking_fault(self.name, one)
        return opening_fault(self.name, self.openings, span)


@dataclass(frozen=True)
class Travel:
    """Minutes between venues: `minutes` by the two ids, the lower first; `unknown` where nobody
    entered them and one of the two is a base outside the school (`bases`)."""

    minutes: Mapping[tuple[int, int], int]
    bases: frozenset[int] = frozenset()
    unknown: int = 0

    def between(self, one: int, other: int) -> timedelta:
        """How long the way takes; nothing within one venue, nor between rooms of the school."""
        if one == other:
            return timedelta(0)
        known = self.minutes.get((min(one, other), max(one, other)))
        outside = not self.bases.isdisjoint((one, other))
        return timedelta(minutes=known if known is not None else self.unknown * outside)

    @cached_property
    def longest(self) -> timedelta:
        return timedelta(minutes=max((*self.minutes.values(), self.unknown * bool(self.bases))))


NO_TRAVEL = Travel({})


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
    place_id: int | None = None


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


def opening_fault(name: str, openings: Sequence[Opening], span: Span) -> str:
    """Why a venue is not open throughout a span; empty when it is."""
    if not openings:
        return ""
    start, end = local(span.start), local(span.end)
    found = next((one for one in openings if one.weekday == start.weekday()), None)
    if found is None:
        return f"{name}{WEEKDAYS[start.weekday()]}不开放。"
    if start.date() == end.date() and found.opens <= start.time() and end.time() <= found.closes:
        return ""
    return (
        f"{name}{WEEKDAYS[start.weekday()]}的开放时间是"
        f"{found.opens:%H:%M}–{found.closes:%H:%M}，{say_time(start)}–{say_time(end)}不在其中。"
    )


def closed_fault(name: str, closed_on: date) -> str:
    """That a venue is out of use from a day on, as a sentence."""
    return f"{name}自{say_day(closed_on)}起停用。"


def blocking_fault(name: str, blocked: Blocked) -> str:
    """That a venue cannot be had, and why, as a sentence."""
    return f"{name}{when(blocked.span)} 停用：{blocked.reason}。"


def travel_fault(
    name: str, booked: Booked, place: str, *, needed: timedelta, gap: timedelta
) -> str:
    """That `name` has too little time between a booking and `place`, as a sentence."""
    return (
        f"{name}{when(booked.span)} 在{booked.place}有{booked.label}，"
        f"与{place}之间路上要{needed // timedelta(minutes=1)}分钟，"
        f"只留了{gap // timedelta(minutes=1)}分钟。"
    )


def point_faults(longitude: str, latitude: str, datum: Datum | None) -> list[str]:
    """What is wrong with a point on the map; none is a point that nobody entered."""
    if not (longitude or latitude or datum):
        return []
    if not (longitude and latitude and datum):
        return ["经度、纬度和坐标系要一起填写，或者都不填。"]
    inside = _degrees(longitude, 180) and _degrees(latitude, 90)
    return [] if inside else ["经度须在±180之间、纬度须在±90之间，用小数度填写，例如120.1551。"]


def _degrees(text: str, most: int) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


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
