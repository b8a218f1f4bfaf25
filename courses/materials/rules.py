"""The words for materials."""

from __future__ import annotations

from enum import StrEnum


class MaterialState(StrEnum):
    """Courseware is reviewed before it is used (审定后方可使用)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


MATERIAL_STATE_NAMES = {
    MaterialState.SUBMITTED: "待审核",
    MaterialState.APPROVED: "已审定",
    MaterialState.RETURNED: "退回修改",
}
