"""How far a question file has come."""

from __future__ import annotations

from enum import StrEnum

from lms.ground.words import word


class IntakeState(StrEnum):
    """How far a question file has come."""

    READING = "reading"
    FAILED = "failed"
    PREVIEW = "preview"
    COMMITTED = "committed"
    UNDONE = "undone"


INTAKE_STATE_NAMES = {
    IntakeState.READING: word("读取中"),
    IntakeState.FAILED: word("未能读取"),
    IntakeState.PREVIEW: word("待核对"),
    IntakeState.COMMITTED: word("已入库"),
    IntakeState.UNDONE: word("已撤回"),
}
