"""The words for venues."""

from __future__ import annotations

from enum import StrEnum


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
