"""The words for cohorts."""

from __future__ import annotations

from enum import StrEnum


class CohortStage(StrEnum):
    """From the plan to the end; each step is a row with who and when."""

    PLANNED = "planned"
    APPROVED = "approved"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"


STAGE_NAMES = {
    CohortStage.PLANNED: "计划",
    CohortStage.APPROVED: "已批准",
    CohortStage.OPEN: "报名中",
    CohortStage.RUNNING: "在办",
    CohortStage.CLOSED: "已结班",
}
STAGE_ORDER = tuple(CohortStage)
