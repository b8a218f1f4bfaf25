"""What a reflection has to be."""

from __future__ import annotations

import pytest

from courses.reflections.rules import LONGEST, count_characters, writing_faults


@pytest.mark.parametrize(
    ("title", "text", "faults"),
    [
        ("体会", "正文", []),
        ("体会", "字" * LONGEST, []),
        ("", "", ["请填写题目。", "请填写正文。"]),
        ("体会", "字" * (LONGEST + 1), ["正文最多50000字，现在有50001字。"]),
    ],
)
def test_a_reflection_has_a_title_and_a_text(title: str, text: str, faults: list[str]) -> None:
    assert writing_faults(title, text) == faults


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), (" 一\n二　三 ", 3), ("学习，思考。", 6), ("𬱖", 1)]
)
def test_blanks_are_no_characters(text: str, count: int) -> None:
    assert count_characters(text) == count
