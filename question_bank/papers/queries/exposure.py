"""How often items were asked of late, and what may therefore go into a new paper."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from lms.ground.clock import from_local
from lms.ground.db import session
from lms.ground.norms import queries as norms
from question_bank.items.models import Item, ItemVersion, Provenance
from question_bank.items.rules.terms import ItemState
from question_bank.papers.models import Paper, Slot, Variant

DAYS_PER_MONTH = 30
IS_CURRENT = and_(Item.id == ItemVersion.item_id, Item.latest == ItemVersion.number)


@dataclass(frozen=True, slots=True)
class Exposure:
    """An item goes into no new paper when it stood in `most` sealed papers since `since`."""

    since: datetime
    most: int


def exposure(*, today: date) -> Exposure:
    """The norms `papers.exposure_months` and `papers.exposure_uses` on a day."""
    found = norms.values("papers.exposure_months", "papers.exposure_uses", on=today)
    days = int(found["papers.exposure_months"] * DAYS_PER_MONTH)
    since = from_local(datetime.combine(today - timedelta(days=days), time()))
    return Exposure(since, int(found["papers.exposure_uses"]))


def usable(*, today: date, tired: bool = False) -> ColumnElement[bool]:
    """The WHERE clause on Item and its current version for what may go into a new paper:
    approved, its sources in force, and (unless the `tired` count too) not asked too often."""
    expired = exists().where(Provenance.item_id == Item.id, Provenance.valid_to < today)
    if tired:
        return and_(Item.state == ItemState.APPROVED, ~expired)
    limit = exposure(today=today)
    worn = recent_uses(limit.since).having(func.count(Variant.paper_id.distinct()) >= limit.most)
    return and_(
        Item.state == ItemState.APPROVED,
        ~expired,
        Item.id.not_in(worn.with_only_columns(ItemVersion.item_id)),
    )


def recent_uses(since: datetime) -> Select[int, int]:
    """(item id, number of papers sealed since then that have it in any version)."""
    return (
        select(ItemVersion.item_id, func.count(Variant.paper_id.distinct()))
        .join(Slot, Slot.item_version_id == ItemVersion.id)
        .join(Variant, Variant.id == Slot.variant_id)
        .join(Paper, Paper.id == Variant.paper_id)
        .where(Paper.sealed_at >= since)
        .group_by(ItemVersion.item_id)
    )


def sealed_since(since: datetime) -> dict[str, frozenset[int]]:
    """The papers sealed since then by title, with the items in any of their variants."""
    rows = session.execute(
        select(Paper.title, ItemVersion.item_id)
        .join(Variant, Variant.paper_id == Paper.id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .where(Paper.sealed_at >= since)
        .distinct()
    )
    found: dict[str, set[int]] = defaultdict(set)
    for title, item_id in rows:
        found[f"“{title}”"].add(item_id)
    return {title: frozenset(found[title]) for title in sorted(found)}
