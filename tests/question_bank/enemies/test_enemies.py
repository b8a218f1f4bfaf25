"""Items that must not meet."""

from __future__ import annotations

from typing import Any

import pytest

from lms.ground.audit.actions import System
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from question_bank.assemblies import actions as assemblies
from question_bank.enemies import actions as enemies
from question_bank.enemies import queries as groups
from question_bank.items.models import Bank
from question_bank.items.queries import get_bank
from question_bank.papers.actions import editing
from question_bank.papers.models import Slot
from question_bank.papers.queries import papers
from tests import make

BY: Any = System()


def test_limits_that_cannot_be_kept_are_told_and_nothing_is_made(context: None) -> None:
    first, second = make.item(), make.item()
    enemies.keep_apart([first.id, second.id], reason="同一考点", by=BY, at=now())
    with pytest.raises(Refused, match="题间互斥：互斥组1“同一考点”"):
        assemblies.assemble(make.blueprint(("single", 2, "2")), seed=1, by=BY, at=now())
    assert papers.papers(page=1).total == 0


def test_enemies_are_named_by_number_with_a_reason(context: None) -> None:
    item = make.item()
    with pytest.raises(Refused) as refusal:
        enemies.keep_apart([item.id, 999], reason=" ", by=BY, at=now())
    assert len(refusal.value.reasons) == 2
    group = enemies.keep_apart([item.id, make.item().id], reason="同题", by=BY, at=now())
    enemies.reconcile(groups.get_enemy_group(group.id), by=BY, at=now())
    assert groups.enemy_groups() == []


def test_an_enemy_of_the_paper_is_shown_and_not_swapped_in(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 2, "2"), sealed=False).id)
    first, second = paper.variants[0].slots
    spare = make.item(bank=_bank_of(first))
    both = [spare.id, second.item_version.item_id]
    enemies.keep_apart(both, reason="互相提示", by=BY, at=now())
    (other,) = papers.alternatives(paper, first, today=today())
    assert other.enemies == (second.number,)
    with pytest.raises(Refused, match="与本卷第2题互斥"):
        editing.swap(paper, first, other.version, seen=1, by=BY, at=now())


def _bank_of(slot: Slot) -> Bank:
    return get_bank(slot.item_version.item.bank_id)
