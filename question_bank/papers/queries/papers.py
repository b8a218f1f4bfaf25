"""Reading papers, their variants and slots, and what could stand in a slot instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.enemies.models import Enemy
from question_bank.items import queries as items
from question_bank.items.models import Item, ItemVersion
from question_bank.papers.models import Change, Paper, Slot, Variant
from question_bank.papers.queries import usage
from question_bank.papers.queries.exposure import IS_CURRENT, usable
from question_bank.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Alternative:
    """What could stand in a slot. `uses`: papers sealed with it, `last_used` the latest of them;
    `over`: papers with which the limit of repetition would then be broken; `enemies`: numbers of
    the slots in the variant whose items must not meet it."""

    version: ItemVersion
    uses: int
    last_used: datetime | None
    over: tuple[str, ...]
    enemies: tuple[int, ...]


def papers(search: str = "", *, page: int | None) -> Page[Paper]:
    """A page of papers with the codes of their variants, the latest first."""
    codes = selectinload(Paper.variants).load_only(Variant.code, Variant.paper_id)
    statement = select(Paper).options(codes).order_by(Paper.id.desc())
    if search:
        statement = statement.where(Paper.title.icontains(search, autoescape=True))
    return paginate(statement, number=page)


def get_paper(paper_id: int) -> Paper:
    """The paper with blueprint, sections, variants, slots and the items in them."""
    item = joinedload(Slot.item_version).joinedload(ItemVersion.item)
    paper = session.scalar(
        select(Paper)
        .where(Paper.id == paper_id)
        .options(
            joinedload(Paper.blueprint),
            selectinload(Paper.sections),
            selectinload(Paper.variants)
            .selectinload(Variant.slots)
            .options(
                joinedload(Slot.section),
                item.joinedload(Item.topic),
                item.selectinload(Item.provenances),
            ),
        )
        .execution_options(populate_existing=True)
    )
    if paper is None:
        raise Missing("这份试卷")
    return paper


def get_sealed(paper_id: int) -> Paper:
    """The sealed paper with its variants' codes and hashes, for printing; else Missing."""
    paper = session.scalar(
        select(Paper)
        .where(Paper.id == paper_id, Paper.sealed_at.is_not(None))
        .options(
            selectinload(Paper.variants).options(
                load_only(Variant.code, Variant.content_hash, Variant.paper_id)
            )
        )
    )
    if paper is None:
        raise Missing("这份已封存的试卷")
    return paper


def get_variant(variant_id: int) -> Variant:
    """The variant with its paper."""
    variant = session.scalar(
        select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.paper))
    )
    if variant is None:
        raise Missing("这份试卷的卷型")
    return variant


def changes(paper: Paper) -> list[Change]:
    """What was changed by hand, the latest first."""
    statement = select(Change).where(Change.paper_id == paper.id).order_by(Change.id.desc())
    return list(session.scalars(statement))


def alternatives(
    paper: Paper, slot: Slot, *, today: date, limit: int = 30, only: int | None = None
) -> list[Alternative]:
    """What could stand in a slot (both from `get_paper`): within the limits of its cell, in no
    variant yet; the nearest in topic and difficulty first. `only`: of this version alone."""
    nearest = list(session.scalars(_fitting(paper, slot, today=today, only=only).limit(limit)))
    loaded = items.versions(nearest)
    found = [loaded[version_id] for version_id in nearest]
    item_ids = [one.item_id for one in found]
    used = usage.uses_of_items(item_ids, but=paper.id)
    over = usage.overlaps_with(paper, slot, item_ids)
    hostile = _hostile(paper, slot, item_ids)
    return [
        Alternative(
            one,
            *used.get(one.item_id, (0, None)),
            over.get(one.item_id, ()),
            hostile.get(one.item_id, ()),
        )
        for one in found
    ]


def _fitting(paper: Paper, slot: Slot, *, today: date, only: int | None) -> Select[int]:
    current, item = slot.item_version, slot.item_version.item
    placed = [one.item_version for variant in paper.variants for one in variant.slots]
    conditions = [
        Item.kind == item.kind,
        Item.bank_id == (slot.bank_id or item.bank_id),
        Item.id.not_in({one.item_id for one in placed}),
        ItemVersion.content_hash.not_in({one.content_hash for one in placed}),
        usable(today=today),
    ]
    if slot.topic_id is not None:
        conditions.append(Item.topic_id.in_(topics.ids_below(slot.topic_id)))
    if slot.difficulty is not None:
        conditions.append(ItemVersion.difficulty == slot.difficulty)
    if slot.cognition is not None:
        conditions.append(ItemVersion.cognition == slot.cognition)
    if only is not None:
        conditions.append(ItemVersion.id == only)
    same_topic = (
        Item.topic_id.is_(None) if item.topic_id is None else Item.topic_id == item.topic_id
    )
    return (
        select(ItemVersion.id)
        .join(Item, IS_CURRENT)
        .where(*conditions)
        .order_by(
            case((same_topic, 0), else_=1),
            case((ItemVersion.difficulty == current.difficulty, 0), else_=1),
            ItemVersion.id,
        )
    )


def _hostile(paper: Paper, slot: Slot, item_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """For each item the numbers of the slots of the variant that hold an enemy of it."""
    variant = next(one for one in paper.variants if one.id == slot.variant_id)
    number_of = {one.item_version.item_id: one.number for one in variant.slots if one.id != slot.id}
    groups: dict[int, set[int]] = {}
    wanted = or_(Enemy.item_id.in_(item_ids), Enemy.item_id.in_(number_of))
    for group_id, item_id in session.execute(select(Enemy.group_id, Enemy.item_id).where(wanted)):
        groups.setdefault(group_id, set()).add(item_id)
    found: dict[int, set[int]] = {}
    for members in groups.values():
        present = {number_of[one] for one in members if one in number_of}
        for one in members - number_of.keys():
            found.setdefault(one, set()).update(present)
    return {one: tuple(sorted(numbers)) for one, numbers in found.items() if numbers}
