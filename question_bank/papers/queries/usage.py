"""Which papers have which items. Only those who make papers learn of it, decided in the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, select, true

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from question_bank.items.models import ItemVersion
from question_bank.papers.models import Paper, Slot, Variant
from question_bank.papers.rules.overlap import most_allowed


@dataclass(frozen=True, slots=True)
class Use:
    """An item at a number of a variant of a paper."""

    paper_id: int
    title: str
    sealed_at: datetime | None
    code: str
    number: int
    item_id: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another paper, and how many items it shares with one."""

    paper: Paper
    shared: int


def paper_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Paper for what the account may see: all, or nothing at all."""
    return true() if Permission.ASSEMBLE in account.permissions else false()


def papers_using(item_ids: Collection[int], account: Account) -> list[Use]:
    """Where items stand in any version, the latest paper first; nothing for whoever makes no
    papers, so that nobody learns what is on a sealed one."""
    rows = session.execute(
        select(
            Paper.id,
            Paper.title,
            Paper.sealed_at,
            Variant.code,
            Slot.number,
            ItemVersion.item_id,
        )
        .join(Variant, Variant.paper_id == Paper.id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .where(ItemVersion.item_id.in_(item_ids), paper_scope(account))
        .order_by(Paper.id.desc(), Variant.code, Slot.number)
    )
    return [Use(*row) for row in rows]


def uses_of_items(item_ids: Collection[int], *, but: int) -> dict[int, tuple[int, datetime | None]]:
    """For items that stand in sealed papers other than `but`: how many, and the latest sealing."""
    rows = session.execute(
        select(
            ItemVersion.item_id,
            func.count(Paper.id.distinct()),
            func.max(Paper.sealed_at, type_=Paper.sealed_at.type),
        )
        .join(Slot, Slot.item_version_id == ItemVersion.id)
        .join(Variant, Variant.id == Slot.variant_id)
        .join(Paper, Paper.id == Variant.paper_id)
        .where(ItemVersion.item_id.in_(item_ids), Paper.sealed_at.is_not(None), Paper.id != but)
        .group_by(ItemVersion.item_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def overlaps(paper: Paper, *, limit: int = 20) -> list[Overlap]:
    """The other papers that share most items with this one (with variants and slots loaded)."""
    own = {slot.item_version.item_id for one in paper.variants for slot in one.slots}
    shared = func.count(ItemVersion.item_id.distinct())
    rows = session.execute(
        select(Paper, shared)
        .join(Variant, Variant.paper_id == Paper.id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .where(ItemVersion.item_id.in_(own), Paper.id != paper.id)
        .group_by(Paper.id)
        .order_by(shared.desc(), Paper.id.desc())
        .limit(limit)
    )
    return [Overlap(other, number) for other, number in rows]


def overlaps_with(paper: Paper, slot: Slot, item_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For each item the sealed papers that would share more with the slot's variant than the
    blueprint allows, were the item put into the slot."""
    variant = next(one for one in paper.variants if one.id == slot.variant_id)
    percent = paper.blueprint.repeat_limit if paper.blueprint else None
    allowed = most_allowed(percent, len(variant.slots))
    if allowed is None:
        return {}
    kept = {one.item_version.item_id for one in variant.slots if one.id != slot.id}
    titles, had = _sealed_with({*kept, *item_ids}, but=paper.id)
    full = [other for other, members in had.items() if len(members & kept) >= allowed]
    found = {
        item_id: tuple(titles[other] for other in full if item_id in had[other])
        for item_id in item_ids
    }
    return {item_id: over for item_id, over in found.items() if over}


def _sealed_with(item_ids: set[int], *, but: int) -> tuple[dict[int, str], dict[int, set[int]]]:
    """The titles of sealed papers that have any of the items, and which."""
    rows = session.execute(
        select(Paper.id, Paper.title, ItemVersion.item_id)
        .join(Variant, Variant.paper_id == Paper.id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .where(ItemVersion.item_id.in_(item_ids), Paper.sealed_at.is_not(None), Paper.id != but)
        .distinct()
    )
    titles: dict[int, str] = {}
    had: dict[int, set[int]] = defaultdict(set)
    for paper_id, title, item_id in rows:
        titles[paper_id] = title
        had[paper_id].add(item_id)
    return titles, had
