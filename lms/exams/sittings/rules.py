"""The words for sittings."""

from __future__ import annotations

from enum import StrEnum


class SittingState(StrEnum):
    """Follows from the times and from whether the sheets are made."""

    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    OVER = "over"


SITTING_STATE_NAMES = {
    SittingState.PREPARING: "准备中",
    SittingState.READY: "待开考",
    SittingState.RUNNING: "考试中",
    SittingState.OVER: "已结束",
}
