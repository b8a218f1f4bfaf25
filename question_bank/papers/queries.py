"""Reading blueprints, papers and variants, and what the banks can supply for a blueprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload, selectinload

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from question_bank.items import queries as items
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import DIFFICULTY_NAMES, KIND_NAMES
from question_bank.papers.models import Blueprint, BlueprintRow, Paper, Slot, Variant
from question_bank.papers.rules.assembly import Need, assemble
from question_bank.topics import queries as topics
from question_bank.topics.rules import below


@dataclass(frozen=True, slots=True)
class RowSupply:
    """What the bank can supply for a row of a blueprint: `available` taken alone, `missing` after
    all rows have been served, and both as a sentence ("" when nothing is missing)."""

    row: BlueprintRow
    available: int
    missing: int
    sentence: str


def blueprints() -> list[Blueprint]:
    """All blueprints with their rows, the latest first."""
    statement = select(Blueprint).options(selectinload(Blueprint.rows))
    return list(session.scalars(statement.order_by(Blueprint.id.desc())))


def get_blueprint(blueprint_id: int) -> Blueprint:
    """The blueprint with its rows."""
    blueprint = session.scalar(
        select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(selectinload(Blueprint.rows))
        .execution_options(populate_existing=True)
    )
    if blueprint is None:
        raise Missing("这份双向细目表")
    return blueprint


def needs(rows: Sequence[BlueprintRow], *, today: date) -> list[Need]:
    """The rows with the item versions that fit them."""
    tree = topics.nodes()
    supply = items.supply({row.kind for row in rows}, today=today)
    same: dict[str, int] = {}
    for one in supply:
        same.setdefault(one.content_hash, one.version_id)
    found = []
    for row in rows:
        inside = None if row.topic_id is None else below(tree, row.topic_id)
        fitting = [one for one in supply if _fits(one, row, inside)]
        eligible = {same[one.content_hash]: one.version_id for one in fitting}
        found.append(Need(row.position, row.count, eligible))
    return found


def _fits(one: items.Supply, row: BlueprintRow, inside: frozenset[int] | None) -> bool:
    return (
        one.kind is row.kind
        and row.bank_id in (None, one.bank_id)
        and row.difficulty in (None, one.difficulty)
        and (inside is None or one.topic_id in inside)
    )


def supplies(rows: Sequence[BlueprintRow], *, today: date) -> list[RowSupply]:
    """Row by row what the banks can supply, with the shortage in words."""
    wanted = needs(rows, today=today)
    missing = assemble(wanted, seed=0).missing
    banks = {bank.id: bank.name for bank in items.banks()}
    labels = topics.labels()
    return [
        RowSupply(
            row,
            len(need.eligible),
            missing.get(row.position, 0),
            _shortage(row, need, missing.get(row.position, 0), banks, labels),
        )
        for row, need in zip(rows, wanted, strict=True)
    ]


def _shortage(
    row: BlueprintRow, need: Need, missing: int, banks: dict[int, str], labels: dict[int, str]
) -> str:
    if not missing:
        return ""
    limits = [
        f"题库“{banks[row.bank_id]}”" if row.bank_id else "",
        f"知识点“{labels[row.topic_id]}”" if row.topic_id else "",
        f"难度“{DIFFICULTY_NAMES[row.difficulty]}”" if row.difficulty else "",
    ]
    where = "，".join(filter(None, limits))
    told = f"缺 {missing} 道{KIND_NAMES[row.kind]}" + (f"（{where}）" if where else "")
    available = len(need.eligible)
    if available >= row.count:
        return f"{told}：可用的 {available} 道还要供其他行使用。"
    return f"{told}：需要 {row.count} 道，可用 {available} 道。"


def multiple_policy(*, today: date) -> str:
    """The school's policy of multiple choice (norm `score.multiple_policy`)."""
    return norms.text("score.multiple_policy", on=today)


def papers(*, page: int | None) -> Page[Paper]:
    """A page of papers, the latest first."""
    statement = select(Paper).options(selectinload(Paper.variants)).order_by(Paper.id.desc())
    return paginate(statement, number=page)


def papers_of(blueprint: Blueprint) -> int:
    """How many papers were made by a blueprint."""
    statement = select(func.count()).where(Paper.blueprint_id == blueprint.id)
    return session.scalar(statement) or 0


def find_paper(blueprint: Blueprint, seed: int) -> Paper | None:
    """The paper that was made by a blueprint with a seed."""
    wanted = select(Paper).where(Paper.blueprint_id == blueprint.id, Paper.seed == seed)
    return session.scalar(wanted)


def get_paper(paper_id: int) -> Paper:
    """The paper with sections, variants, slots and the items in them."""
    item = joinedload(Slot.item_version).joinedload(ItemVersion.item)
    paper = session.scalar(
        select(Paper)
        .where(Paper.id == paper_id)
        .options(
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


def sealed_papers(account: Account) -> list[Paper]:
    """The papers that exams may be held on, with their variants, the latest first; none for
    accounts that neither assemble papers nor arrange exams."""
    may = {Permission.ASSEMBLE, Permission.ARRANGE_EXAMS} & account.permissions
    return list(
        session.scalars(
            select(Paper)
            .where(Paper.sealed_at.is_not(None), true() if may else Paper.id.is_(None))
            .options(selectinload(Paper.variants))
            .order_by(Paper.sealed_at.desc(), Paper.id.desc())
        )
    )


def get_variant(variant_id: int) -> Variant:
    """The variant with its paper."""
    variant = session.scalar(
        select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.paper))
    )
    if variant is None:
        raise Missing("这份试卷的卷型")
    return variant


def alternatives(paper: Paper, slot: Slot, *, today: date, limit: int = 30) -> list[ItemVersion]:
    """What could stand in a slot (both from `get_paper`): the same kind and bank, in no variant
    yet, the nearest in topic and difficulty first."""
    current, item = slot.item_version, slot.item_version.item
    placed = {one.item_version_id for variant in paper.variants for one in variant.slots}
    hashes = {one.item_version.content_hash for variant in paper.variants for one in variant.slots}
    fitting = [
        one
        for one in items.supply({item.kind}, today=today)
        if one.bank_id == item.bank_id
        and one.version_id not in placed
        and one.content_hash not in hashes
    ]
    fitting.sort(
        key=lambda one: (
            one.topic_id != item.topic_id,
            one.difficulty is not current.difficulty,
            one.version_id,
        )
    )
    nearest = [one.version_id for one in fitting[:limit]]
    loaded = items.versions(nearest)
    return [loaded[version_id] for version_id in nearest]
