"""Drawing, changing and copying blueprints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.errors import Conflict, Refused
from question_bank.blueprints import actions as drawing
from question_bank.blueprints import queries as blueprints
from question_bank.items.rules.terms import Kind
from tests import make

BY: Any = System()


def test_a_blueprint_says_everything_that_is_wrong_with_it(context: None) -> None:
    with pytest.raises(Refused) as refusal:
        make.blueprint(("single", 0, "2"), ("truth", 1, "0"), minutes=0)
    assert refusal.value.reasons == (
        "考试时长须在1至600分钟之间。",
        "第1格：题数须在1至200之间。",
        "第2格：每题分值须大于0，最多两位小数。",
    )


def test_a_blueprint_is_redrawn_from_the_present_version_only(context: None) -> None:
    drawn = make.blueprint(("single", 1, "2"))
    rows = [drawing.RowDraft(kind=Kind.TRUTH, count=3, points=Decimal(1))]
    drawing.redraw(drawn, title="新名", minutes=45, rows=rows, seen=1, by=BY, at=now())
    again = blueprints.get_blueprint(drawn.id)
    assert [(row.position, row.kind.value, row.count) for row in again.rows] == [(1, "truth", 3)]
    with pytest.raises(Conflict):
        drawing.redraw(again, title="x", minutes=45, rows=rows, seen=1, by=BY, at=now())


def test_a_blueprint_keeps_what_the_whole_paper_shall_be_like_and_is_copied(context: None) -> None:
    aims = drawing.Aims({"multiple": "M4@1"}, Decimal("0.7"), Decimal("0.1"), 0, 20)
    rows = [drawing.RowDraft(Kind.MULTIPLE, 1, Decimal(2))]
    drawn = drawing.draw_blueprint(title="甲", minutes=60, rows=rows, aims=aims, by=BY, at=now())
    made = drawing.copy(drawn, title="乙", by=BY, at=now())
    again = blueprints.get_blueprint(made.id)
    kept = (again.policies, again.target, again.tolerance, again.shared_limit, again.repeat_limit)
    assert kept == ({"multiple": "M4@1"}, Decimal("0.7"), Decimal("0.1"), 0, 20)
    assert [(row.kind, row.count) for row in again.rows] == [(Kind.MULTIPLE, 1)]
    with pytest.raises(Refused) as refusal:
        wrong = drawing.Aims({"multiple": "J0@1"}, Decimal(2), Decimal(3), 101, -1)
        drawing.draw_blueprint(title="丙", minutes=60, rows=rows, aims=wrong, by=BY, at=now())
    assert len(refusal.value.reasons) == 5
