"""The rules of schemes, as tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lms.appraisal.schemes.rules import (
    Part,
    PartDraft,
    SchemeDraft,
    default_rates,
    faults,
    succession_faults,
)
from lms.exams.results.rules import parse_bands


def draft(
    *parts: tuple[Part, str], basis: str = "校务会决定", rates: dict[str, Decimal] | None = None
) -> SchemeDraft:
    made = [
        PartDraft(part, Decimal(weight), default_rates(part) if rates is None else rates)
        for part, weight in parts
    ]
    bands = parse_bands("60 合格、0 不合格")
    return SchemeDraft("方案", None, date(2026, 1, 1), basis, bands, tuple(made))


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        (draft((Part.EXAM, "60"), (Part.CONDUCT, "40")), []),
        (draft((Part.EXAM, "100")), []),
        (draft((Part.EXAM, "60")), ["各项权重合计须为 100，现在是 60。"]),
        (
            draft((Part.EXAM, "110"), (Part.CONDUCT, "-10")),
            ["计入考核的每一项权重须大于 0，不计入的留空。"],
        ),
        (
            draft((Part.EXAM, "33.333"), (Part.CONDUCT, "66.667")),
            ["“结业考试”的权重最多两位小数。", "“日常表现”的权重最多两位小数。"],
        ),
        (
            draft((Part.CONDUCT, "100"), rates={"base": Decimal("100.5")}),
            ["“日常表现基础分”须在 0 到 100 之间，最多两位小数。"],
        ),
        (draft((Part.EXAM, "100"), basis=""), ["请写明依据：文件名称和条款，或本校的决定。"]),
    ],
)
def test_a_faulty_scheme_is_told_what_is_wrong(entered: SchemeDraft, told: list[str]) -> None:
    assert faults(entered) == told


def test_a_scheme_begins_after_those_before_it() -> None:
    earlier = [date(2020, 1, 1), date(2025, 9, 1)]
    assert succession_faults(earlier, date(2025, 9, 2)) == []
    assert succession_faults([], date(2025, 9, 2)) == []
    assert succession_faults(earlier, date(2025, 9, 1)) == [
        "已有一个自2025年9月1日起的方案，新方案的生效日期须晚于它（以前的方案保留备查）。"
    ]
