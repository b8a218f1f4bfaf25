"""The words for materials, and who says what in their review."""

from __future__ import annotations

from enum import StrEnum

from lms.ground.words import word


class MaterialState(StrEnum):
    """Courseware is reviewed before it is used (审定后方可使用)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


MATERIAL_STATE_NAMES = {
    MaterialState.SUBMITTED: word("待审核"),
    MaterialState.APPROVED: word("已审定"),
    MaterialState.RETURNED: word("退回修改"),
}


def review_fault(state: MaterialState, to: MaterialState, remark: str) -> str:
    """Why a material cannot be reviewed so; empty when it can."""
    if state is not MaterialState.SUBMITTED:
        return f"这份资料“{MATERIAL_STATE_NAMES[state]}”，不需要再审。"
    if to is MaterialState.SUBMITTED:
        return "审核的结论只能是“已审定”或“退回修改”。"
    if to is MaterialState.RETURNED and not remark:
        return "退回时请写明需要修改什么。"
    return ""
