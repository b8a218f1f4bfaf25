"""What the banks can supply for a blueprint, and the order that a solver gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Null, func, null, select, true

from lms.ground.db import session
from lms.ground.norms import queries as norms
from question_bank.analysis.queries import facilities
from question_bank.assemblies.rules.orders import Candidate, Order
from question_bank.assemblies.rules.reports import resting, shortages
from question_bank.assemblies.rules.supply import Supply, supply
from question_bank.blueprints.models import Blueprint
from question_bank.blueprints.queries import cells
from question_bank.blueprints.rules.cells import EXPECTED_P, Cell, Group, expected_p
from question_bank.enemies import queries as enemies
from question_bank.items import queries as items
from question_bank.items.models import Item, ItemVersion
from question_bank.papers.models import Variant
from question_bank.papers.queries.exposure import (
    IS_CURRENT,
    exposure,
    recent_uses,
    sealed_since,
    usable,
)
from question_bank.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Supplies:
    """The supply of every cell by position, and the sentences of what is missing."""

    told: Supply
    sentences: dict[int, str]


@dataclass(frozen=True, slots=True)
class Rate:
    """A score rate to be expected, and how many items it is observed of."""

    expected: Decimal
    observed: int


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
    wanted = cells(blueprint)
    since = exposure(today=today).since
    return Order(
        cells=wanted,
        candidates=_candidates(wanted, since, today=today),
        enemies=enemies.names_and_members(),
        past=sealed_since(since) if blueprint.repeat_limit is not None else {},
        papers=papers,
        variants=variants,
        target=None if blueprint.target is None else int(blueprint.target * 1000),
        tolerance=int(blueprint.tolerance * 1000),
        shared_limit=blueprint.shared_limit,
        repeat_limit=blueprint.repeat_limit,
        seed=seed,
    )


def observed_p(*, today: date) -> dict[int, int]:
    """The score rate in thousandths of the item versions that enough candidates had (norm
    `papers.observed_candidates`); for all others the author's judgement stands."""
    least = norms.value("papers.observed_candidates", on=today)
    return facilities.observed(least=int(least))


def rate(variant: Variant, *, today: date) -> Rate:
    """The score rate to be expected of a variant (with its slots and their versions)."""
    observed = observed_p(today=today)
    versions = [slot.item_version for slot in variant.slots]
    found = [
        (observed.get(one.id, EXPECTED_P[one.difficulty]), slot.points)
        for one, slot in zip(versions, variant.slots, strict=True)
    ]
    known = sum(one.id in observed for one in versions)
    return Rate(Decimal(expected_p(found)) / 1000, known)


def _candidates(wanted: Sequence[Cell], since: datetime, *, today: date) -> list[Candidate]:
    """The items that fit some cell, in the order of their versions."""
    observed = observed_p(today=today)
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
        expected = observed.get(version_id, EXPECTED_P[limits[3]])
        uses = used.get(item_id, 0)
        found.append(Candidate(item_id, version_id, group, expected, says, uses))
    fits: dict[Group, bool] = {}
    return [
        one
        for one in found
        if fits.setdefault(one.group, any(cell.fits(one.group) for cell in wanted))
    ]
