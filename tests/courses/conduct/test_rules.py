"""What an entry of the conduct register has to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from courses.conduct.rules import ConductKind, EntryDraft, entry_faults, signed

FIRST, TODAY = date(2026, 12, 1), date(2026, 12, 3)
K = ConductKind
GOOD = EntryDraft(K.COMMENDATION, FIRST, Decimal(1), "主动发言")


@pytest.mark.parametrize(
    ("draft", "faults"),
    [
        (GOOD, []),
        (replace(GOOD, day=TODAY, points=Decimal("0.5")), []),
        (replace(GOOD, kind=K.BREACH, points=Decimal(-10)), []),
        (replace(GOOD, sentence=""), ["请写明具体事实。"]),
        (replace(GOOD, points=Decimal("10.5")), ["分值应在0.5到10之间。"]),
        (replace(GOOD, points=Decimal(-1)), ["表扬的分值应为正数。"]),
        (replace(GOOD, kind=K.CRITICISM), ["批评和违纪的分值应为负数。"]),
        (replace(GOOD, day=date(2026, 11, 30)), ["日期应在开班以后、今天以前。"]),
        (replace(GOOD, day=date(2026, 12, 4)), ["日期应在开班以后、今天以前。"]),
    ],
)
def test_an_entry_says_what_when_and_how_much(draft: EntryDraft, faults: list[str]) -> None:
    assert entry_faults(draft, first=FIRST, on=TODAY) == faults


@pytest.mark.parametrize(
    ("kind", "typed", "kept"), [(K.COMMENDATION, -2, 2), (K.CRITICISM, 2, -2), (K.BREACH, -3, -3)]
)
def test_points_take_the_sign_of_their_kind(kind: ConductKind, typed: int, kept: int) -> None:
    assert signed(kind, Decimal(typed)) == kept
