"""The words for attendance."""

from __future__ import annotations

from enum import StrEnum

from courses.timetable import rules as timetable

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
    Presence.PRESENT: "出勤",
    Presence.LATE: "迟到",
    Presence.LEFT_EARLY: "早退",
    Presence.PERSONAL_LEAVE: "事假",
    Presence.SICK_LEAVE: "病假",
    Presence.OFFICIAL_LEAVE: "公假",
    Presence.ABSENT: "旷课",
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
