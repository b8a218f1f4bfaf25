"""Who may say what in a review."""

from __future__ import annotations

import pytest

from courses.materials.rules import MaterialState, review_fault

S = MaterialState


@pytest.mark.parametrize(
    ("state", "to", "remark", "fault"),
    [
        (S.SUBMITTED, S.APPROVED, "", ""),
        (S.SUBMITTED, S.RETURNED, "补充案例", ""),
        (S.SUBMITTED, S.RETURNED, "", "退回时请写明需要修改什么。"),
        (S.SUBMITTED, S.SUBMITTED, "", "审核的结论只能是“已审定”或“退回修改”。"),
        (S.APPROVED, S.RETURNED, "再改", "这份资料“已审定”，不需要再审。"),
        (S.RETURNED, S.APPROVED, "", "这份资料“退回修改”，不需要再审。"),
    ],
)
def test_a_review_has_a_verdict(
    state: MaterialState, to: MaterialState, remark: str, fault: str
) -> None:
    assert review_fault(state, to, remark) == fault
