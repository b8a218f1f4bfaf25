"""An occasion on which three items were asked: a good one, one against the rest, an essay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.db import session
from question_bank.analysis import actions
from question_bank.analysis.models import PaperAnalysis
from question_bank.analysis.rules.occasions import Asked, Occasion
from question_bank.analysis.rules.table import Choices, Table
from question_bank.items.models import Item, ItemVersion
from tests import make

LABELS = ("A卷第1题", "A卷第2题", "A卷第3题")


def items(by: Account | None = None) -> list[Item]:
    """A single choice, a right-or-wrong and an essay by this writer."""
    return [make.item(kind, by=by) for kind in ("single", "truth", "essay")]


def recorded(
    asked: Sequence[Item], *, candidates: int = 24, key: str = "exam:1", title: str = "结业考试"
) -> PaperAnalysis | None:
    """The upper half got the first right (A, else B), the lower half the second."""
    versions = [
        session.scalars(
            select(ItemVersion.id).where(
                ItemVersion.item_id == one.id, ItemVersion.number == one.latest
            )
        ).one()
        for one in asked
    ]
    upper = [2 * at >= candidates for at in range(candidates)]
    chosen = [frozenset("A" if best else "B") for best in upper]
    table = Table(
        full=[2, 1, 10],
        rows=[[2 * best, 1 - best, at % 11 // 2 + 5 * best] for at, best in enumerate(upper)],
        choices=[Choices(0, 0, ("A", "B", "C", "D"), frozenset("A"), chosen)],
    )
    occasion = Occasion(
        key=key,
        title=title,
        audience="知行学堂第七期",
        held_on=date(2026, 3, 6),
        paper_id=make.sealed_paper().id,
        edition=1,
        full_score=Decimal(13),
        passed=candidates // 2,
        absent=1,
    )
    columns = [
        Asked(version, label, Fraction(1, 4))
        for version, label in zip(versions, LABELS, strict=True)
    ]
    return actions.record_statistics(occasion, columns, table, by=System(), at=now())
