"""The words for conduct."""

from __future__ import annotations

from enum import StrEnum


class ConductKind(StrEnum):
    """日常表现 is commended or criticised; a breach is a discipline entry with consequences."""

    COMMENDATION = "commendation"
    CRITICISM = "criticism"
    BREACH = "breach"


CONDUCT_KIND_NAMES = {
    ConductKind.COMMENDATION: "表扬",
    ConductKind.CRITICISM: "提醒批评",
    ConductKind.BREACH: "违纪",
}
