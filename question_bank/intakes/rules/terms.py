"""How far a question file has come."""

from __future__ import annotations

from enum import StrEnum

from lms.ground.words import word


class IntakeState(StrEnum):
    """How far a question file has come."""

    READING = "reading"
    FAILED = "failed"
    PREVIEW = "preview"
    ENTERING = "entering"
    COMMITTED = "committed"
    LEAVING = "leaving"
    UNDONE = "undone"


# A worker has it in hand, and nobody else changes it.
AT_WORK = frozenset({IntakeState.READING, IntakeState.ENTERING, IntakeState.LEAVING})
INTAKE_STATE_NAMES = {
    IntakeState.READING: word("读取中"),
    IntakeState.FAILED: word("未能读取"),
    IntakeState.PREVIEW: word("待核对"),
    IntakeState.ENTERING: word("正在入库"),
    IntakeState.COMMITTED: word("已入库"),
    IntakeState.LEAVING: word("正在撤回"),
    IntakeState.UNDONE: word("已撤回"),
}
