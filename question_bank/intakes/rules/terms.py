"""How far a question file has come."""

from __future__ import annotations

from enum import StrEnum


class IntakeState(StrEnum):
    """How far a question file has come."""

    READING = "reading"
    FAILED = "failed"
    PREVIEW = "preview"
    COMMITTED = "committed"
    UNDONE = "undone"


INTAKE_STATE_NAMES = {
    IntakeState.READING: "读取中",
    IntakeState.FAILED: "未能读取",
    IntakeState.PREVIEW: "待核对",
    IntakeState.COMMITTED: "已入库",
    IntakeState.UNDONE: "已撤回",
}
