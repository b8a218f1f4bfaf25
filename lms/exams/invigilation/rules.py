"""The words of the exam day, who is late, how a candidate looks on the console, and the seats."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from lms.exams.attempts.rules.states import AttemptState
from lms.ground.words import word
from question_bank.items.kinds import speaking
from question_bank.items.kinds.protocol import Response

Seated = TypeVar("Seated")


class Deed(StrEnum):
    """What an invigilator can do to a candidate's exam."""

    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    TELL = "tell"
    RELEASE = "release"
    HAND_IN = "hand_in"
    REOPEN = "reopen"


DEED_NAMES = {
    Deed.EXTEND: word("延长时间"),
    Deed.PAUSE: word("暂停"),
    Deed.RESUME: word("恢复"),
    Deed.TELL: word("通知"),
    Deed.RELEASE: word("更换设备"),
    Deed.HAND_IN: word("代为交卷"),
    Deed.REOPEN: word("撤销交卷"),
}


def fitting(
    state: AttemptState, *, is_begun: bool, is_paused: bool, is_on_paper: bool = False
) -> list[Deed]:
    """What can be done to a candidate whose sheet stands so; the actions refuse everything else."""
    if state is AttemptState.SUBMITTED:
        return [] if is_on_paper else [Deed.REOPEN]
    runs = state is AttemptState.RUNNING
    left_out = {
        Deed.PAUSE: is_paused or not runs,
        Deed.RESUME: not is_paused,
        Deed.RELEASE: not is_begun,
        Deed.HAND_IN: not is_begun,
        Deed.REOPEN: True,
    }
    return [one for one in Deed if not left_out.get(one)]


class IncidentKind(StrEnum):
    """The usual list of what is forbidden in an exam room (考场违纪), and other trouble."""

    WHISPERING = "whispering"
    PHONE = "phone"
    COPYING = "copying"
    LETTING_COPY = "letting_copy"
    SWAPPING = "swapping"
    IMPERSONATION = "impersonation"
    TAKING_OUT = "taking_out"
    OBSTRUCTION = "obstruction"
    EQUIPMENT = "equipment"
    ILLNESS = "illness"
    OVERPLAYED = "overplayed"
    OVERRECORDED = "overrecorded"
    MISNAMED = "misnamed"
    OTHER = "other"


INCIDENT_NAMES = {
    IncidentKind.WHISPERING: word("交头接耳，经提醒不改"),
    IncidentKind.PHONE: word("开启或使用手机"),
    IncidentKind.COPYING: word("抄袭、夹带资料"),
    IncidentKind.LETTING_COPY: word("让他人抄袭"),
    IncidentKind.SWAPPING: word("互换试卷或座位"),
    IncidentKind.IMPERSONATION: word("替考"),
    IncidentKind.TAKING_OUT: word("将试卷、题目带出考场"),
    IncidentKind.OBSTRUCTION: word("妨碍监考人履行职责"),
    IncidentKind.EQUIPMENT: word("异常：停电、断网、设备故障"),
    IncidentKind.ILLNESS: word("异常：考生身体不适"),
    IncidentKind.OVERPLAYED: word("异常：听力录音播放超过次数"),
    IncidentKind.OVERRECORDED: word("异常：口语录音超过次数或时长"),
    IncidentKind.MISNAMED: word("异常：答案用了另一题的录音"),
    IncidentKind.OTHER: word("其他异常"),
}
TROUBLES = frozenset(
    {
        IncidentKind.EQUIPMENT,
        IncidentKind.ILLNESS,
        IncidentKind.OVERPLAYED,
        IncidentKind.OVERRECORDED,
        IncidentKind.MISNAMED,
        IncidentKind.OTHER,
    }
)
"""Those that are nobody's misconduct."""


class Print(StrEnum):
    """What is printed for a sitting."""

    PLAN = "plan"
    SIGNING = "signing"
    DOOR = "door"
    RECORD = "record"


PRINT_NAMES = {
    Print.PLAN: word("座位图"),
    Print.SIGNING: word("签到表"),
    Print.DOOR: word("门贴名单"),
    Print.RECORD: word("考场记录表"),
}
USUAL_COLUMNS = 6


class Look(StrEnum):
    """How a candidate stands, as one word and one colour on the console."""

    SHEETLESS = "sheetless"
    AWAY = "away"
    WAITING = "waiting"
    WORKING = "working"
    LOST = "lost"
    PAUSED = "paused"
    OVER = "over"
    DONE = "done"


LOOK_NAMES = {
    Look.SHEETLESS: word("无卷"),
    Look.AWAY: word("未到"),
    Look.WAITING: word("候考"),
    Look.WORKING: word("作答"),
    Look.LOST: word("失联"),
    Look.PAUSED: word("暂停"),
    Look.OVER: word("时间到"),
    Look.DONE: word("交卷"),
}


def look_of(state: AttemptState | None, *, is_present: bool, is_paused: bool) -> Look:
    """The word for a candidate whose page was heard of lately (`is_present`) or not."""
    if state is None:
        return Look.SHEETLESS
    if state is AttemptState.SUBMITTED:
        return Look.DONE
    if is_paused:
        return Look.PAUSED
    if state is AttemptState.OVER:
        return Look.OVER
    if state is AttemptState.RUNNING:
        return Look.WORKING if is_present else Look.LOST
    return Look.WAITING if is_present else Look.AWAY


@dataclass(frozen=True)
class DoorTimes:
    """When the door of a sitting opens, when it shuts, and from when on candidates may leave."""

    opens_at: datetime
    starts_at: datetime
    shuts_at: datetime
    leave_from: datetime

    def minutes_late(self, at: datetime) -> int:
        """Full minutes after the start that somebody comes in at; 0 before it."""
        return max(0, (at - self.starts_at) // timedelta(minutes=1))

    def needs_reason(self, at: datetime) -> bool:
        """Nobody comes in that late without a reason."""
        return at > self.shuts_at

    def is_early(self, at: datetime) -> bool:
        return at < self.opens_at


def door_times(opens_at: datetime, *, early: int, late: int, leave: int) -> DoorTimes:
    """The times of a sitting that starts at `opens_at`; all others in minutes from it."""
    return DoorTimes(
        opens_at=opens_at - timedelta(minutes=early),
        starts_at=opens_at,
        shuts_at=opens_at + timedelta(minutes=late),
        leave_from=opens_at + timedelta(minutes=leave),
    )


def snake(seats: Sequence[Seated], columns: int) -> list[list[Seated]]:
    """Seats in their order as rows of a room: every second row runs back, as a snake.

    With two variants in turn, nobody has their own variant beside, before or behind them. The
    last row may be short.
    """
    rows = [list(seats[start : start + columns]) for start in range(0, len(seats), columns)]
    return [row if place % 2 == 0 else row[::-1] for place, row in enumerate(rows)]


def drawn(numbers: Sequence[int], seed: int) -> list[int]:
    """These numbers in the order of a draw that anybody can repeat from its seed."""
    return sorted(numbers, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())


def in_words(value: Response) -> str:
    """An answer as a person reads it who does not have the item at hand; "" for none."""
    if isinstance(value, Mapping):
        return "；".join(f"({place}) {in_words(one)}" for place, one in value.items() if one)
    if isinstance(value, str):
        return _TRUTHS.get(value) or speaking.summarise(value)
    return "、".join(map(str, value)) if value else ""


_TRUTHS = {"true": "正确", "false": "错误"}
