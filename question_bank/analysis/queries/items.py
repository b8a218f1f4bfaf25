"""Reading how items did wherever they were asked, and which want mending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import PAGE_SIZE, Page
from question_bank.analysis.models import ItemStatistic, PaperAnalysis
from question_bank.analysis.queries.records import VersionRecord, pooled_records, records
from question_bank.analysis.queries.scope import limits, sees_all, statistics_seen
from question_bank.analysis.rules.advice import Fault, faults
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import item_scope
from question_bank.items.rules.terms import ItemState
from question_bank.papers.models import Paper, Slot, Variant


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """用过哪些试卷、表现如何: the versions that were asked, the latest first, and the papers that
    hold the item and have no figures yet."""

    item: Item
    versions: Sequence[VersionRecord]
    waiting: Sequence[Paper]

    @property
    def exposure(self) -> int:
        """How many candidates had the item."""
        return sum(one.record.candidates for one in self.versions)


def item_history(item_id: int, account: Account) -> ItemHistory:
    """How an item did wherever it was asked, as far as the figures are the account's to see;
    Missing when the item is not."""
    item = session.scalar(
        select(Item)
        .options(joinedload(Item.current))
        .where(Item.id == item_id, item_scope(account))
    )
    if item is None:
        raise Missing("这道题")
    waiting = _waiting(item_id) if sees_all(account) else []
    wanted = (
        statistics_seen(account)
        .join(ItemStatistic.analysis)
        .options(contains_eager(ItemStatistic.analysis))
        .where(Item.id == item_id)
        .order_by(ItemVersion.number.desc(), PaperAnalysis.held_on.desc(), ItemStatistic.id.desc())
    )
    return ItemHistory(item, records(session.scalars(wanted)), waiting)


def weak_items(
    account: Account, *, fault: str = "", page: int | None
) -> tuple[Page[VersionRecord], Counter[str]]:
    """待改进试题: current versions of items in use that did badly over all occasions, the worst
    first; `fault` narrows to one of the faults that the counter counts."""
    in_use = and_(Item.state != ItemState.RETIRED, ItemVersion.number == Item.latest)
    judged = limits()
    weak = []
    counted: Counter[str] = Counter()
    for (_all, version_id), record in pooled_records(account, in_use).items():
        found = faults(record, judged)
        counted.update({one.short for one in found})
        if any(fault in ("", one.short) for one in found):
            weak.append((*_urgency(found), version_id))
    number = max(1, min(page or 1, -(-len(weak) // PAGE_SIZE)))
    ids = [one[-1] for one in sorted(weak)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    return Page(_loaded(account, ids), number, PAGE_SIZE, len(weak)), counted


def _urgency(found: Sequence[Fault]) -> tuple[int, int]:
    """Sorts the worst first."""
    return -max(one.severity for one in found), -len(found)


def _loaded(account: Account, version_ids: Sequence[int]) -> list[VersionRecord]:
    """The records of these versions in this order."""
    wanted = statistics_seen(account).options(joinedload(ItemStatistic.analysis))
    here = wanted.where(ItemStatistic.item_version_id.in_(version_ids)).order_by(ItemStatistic.id)
    found = {one.version.id: one for one in records(session.scalars(here))}
    return [found[one] for one in version_ids]


def _waiting(item_id: int) -> list[Paper]:
    """The papers that hold the item and have not been analysed yet."""
    holds = (
        select(Variant.paper_id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .where(ItemVersion.item_id == item_id)
    )
    wanted = select(Paper).where(
        Paper.id.in_(holds), Paper.id.not_in(select(PaperAnalysis.paper_id))
    )
    return list(session.scalars(wanted.order_by(Paper.id)))
