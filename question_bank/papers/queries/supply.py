"""What the banks can supply for a blueprint, and the order that a solver gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Null, Select, and_, exists, func, null, select, true

from lms.ground.clock import from_local
from lms.ground.db import session
from lms.ground.norms import queries as norms
from question_bank.items import queries as items
from question_bank.items.models import Item, ItemVersion, Provenance
from question_bank.items.rules.terms import ItemState
from question_bank.papers.models import Blueprint, Enemy, EnemyGroup, Paper, Slot, Variant
from question_bank.papers.queries.blueprints import cells
from question_bank.papers.rules.assembly import Candidate, Order
from question_bank.papers.rules.cells import EXPECTED_P, Cell, Group
from question_bank.papers.rules.reports import resting, shortages
from question_bank.papers.rules.supply import Supply, supply
from question_bank.topics import queries as topics

DAYS_PER_MONTH = 30
IS_CURRENT = and_(Item.id == ItemVersion.item_id, Item.latest == ItemVersion.number)


@dataclass(frozen=True, slots=True)
class Exposure:
    """An item goes into no new paper when it stood in `most` sealed papers since `since`."""

    since: datetime
    most: int


@dataclass(frozen=True, slots=True)
class Supplies:
    """The supply of every cell by position, and the sentences of what is missing."""

    told: Supply
    sentences: dict[int, str]


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


def stock(cells: Sequence[Cell], *, today: date, tired: bool = False) -> dict[Group, int]:
    """How many items of each group may be asked (see `usable`), by one grouped SELECT.

    Groups are told apart only by what some cell asks for: fewer groups, and without difficulty
    or level no look at the versions. Items that say the same in two banks count twice here; the
    solver takes one of them.
    """
    by_version = any(cell.difficulty or cell.cognition for cell in cells)
    columns = (
        Item.kind,
        _if(any(cell.bank_id for cell in cells), Item.bank_id),
        _if(any(cell.topic_id for cell in cells), Item.topic_id),
        _if(any(cell.difficulty for cell in cells), ItemVersion.difficulty),
        _if(any(cell.cognition for cell in cells), ItemVersion.cognition),
    )
    statement = (
        select(*columns, func.count())
        .select_from(Item)
        .where(Item.kind.in_({cell.kind for cell in cells}), usable(today=today, tired=tired))
        .group_by(*(column for column in columns if not isinstance(column, Null)))
    )
    if by_version:
        statement = statement.join(ItemVersion, IS_CURRENT)
    return {Group(*row[:-1]): row[-1] for row in session.execute(statement)}


def _if(asked: bool, column: Any) -> Any:
    return column if asked else null()


def supplies(wanted: Sequence[Cell], *, today: date) -> Supplies:
    """What the banks can supply for the cells, with the shortages in words."""
    told = supply(wanted, stock(wanted, today=today))
    banks = {bank.id: bank.name for bank in items.banks()}
    short = shortages(wanted, told, topics=topics.labels(), banks=banks)
    if not short:
        return Supplies(told, short)
    with_tired = supply(wanted, stock(wanted, today=today, tired=True)).available
    return Supplies(
        told,
        {
            place: sentence + resting(with_tired[place] - told.available[place])
            for place, sentence in short.items()
        },
    )


def order(blueprint: Blueprint, *, seed: int, papers: int, variants: int, today: date) -> Order:
    """Everything that a solver has to know of a blueprint (with its rows) and of the banks."""
    wanted = cells(blueprint.rows)
    since = exposure(today=today).since
    return Order(
        cells=wanted,
        candidates=_candidates(wanted, since, today=today),
        enemies=_enemies(),
        past=_past(since) if blueprint.repeat_limit is not None else {},
        papers=papers,
        variants=variants,
        target=None if blueprint.target is None else int(blueprint.target * 1000),
        tolerance=int(blueprint.tolerance * 1000),
        shared_limit=blueprint.shared_limit,
        repeat_limit=blueprint.repeat_limit,
        seed=seed,
    )


def _candidates(wanted: Sequence[Cell], since: datetime, *, today: date) -> list[Candidate]:
    """The items that fit some cell, in the order of their versions."""
    used = {row[0]: row[1] for row in session.execute(recent_uses(since))}
    banks = {cell.bank_id for cell in wanted}
    rows: Sequence[Any] = session.execute(
        select(
            Item.id,
            ItemVersion.id,
            ItemVersion.content_hash,
            Item.kind,
            Item.bank_id,
            Item.topic_id,
            ItemVersion.difficulty,
            ItemVersion.cognition,
        )
        .join(ItemVersion, IS_CURRENT)
        .where(
            Item.kind.in_({cell.kind for cell in wanted}),
            true() if None in banks else Item.bank_id.in_(banks),
            usable(today=today),
        )
        .order_by(ItemVersion.id)
    ).all()
    found = []
    for item_id, version_id, says, *limits in rows:
        group = Group(*limits)
        expected = EXPECTED_P[limits[3]]
        uses = used.get(item_id, 0)
        found.append(Candidate(item_id, version_id, group, expected, says, uses))
    fits: dict[Group, bool] = {}
    return [
        one
        for one in found
        if fits.setdefault(one.group, any(cell.fits(one.group) for cell in wanted))
    ]


def _enemies() -> dict[str, frozenset[int]]:
    """Groups of items that must not meet, by how people know them."""
    members: dict[int, set[int]] = defaultdict(set)
    names: dict[int, str] = {}
    rows = session.execute(
        select(EnemyGroup.id, EnemyGroup.reason, Enemy.item_id).join(Enemy).order_by(EnemyGroup.id)
    )
    for group_id, reason, item_id in rows:
        members[group_id].add(item_id)
        names[group_id] = f"互斥组{group_id}“{reason}”"
    return {names[group_id]: frozenset(found) for group_id, found in members.items()}


def _past(since: datetime) -> dict[str, frozenset[int]]:
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
