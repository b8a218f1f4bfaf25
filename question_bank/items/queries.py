"""Reading banks and items; what an account may see is decided here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.items.models import Bank, Item, ItemVersion, Provenance
from question_bank.items.rules.terms import Difficulty, ItemState, Kind
from question_bank.topics.queries import ids_below, pointing_at

_IS_CURRENT = and_(Item.id == ItemVersion.item_id, Item.latest == ItemVersion.number)


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of items is narrowed to; None or "" is no condition."""

    text: str = ""
    bank_id: int | None = None
    kind: Kind | None = None
    topic_id: int | None = None
    difficulty: Difficulty | None = None
    state: ItemState | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """An item version that a paper may use, with what a blueprint chooses by."""

    version_id: int
    kind: Kind
    bank_id: int
    topic_id: int | None
    difficulty: Difficulty
    content_hash: str


@dataclass(frozen=True, slots=True)
class BankSummary:
    """A bank and how many items of each state and kind it has."""

    bank: Bank
    states: Counter[ItemState]
    kinds: Counter[Kind]

    @property
    def total(self) -> int:
        return sum(self.states.values())


def banks() -> list[Bank]:
    """All banks by name."""
    return list(session.scalars(select(Bank).order_by(Bank.name)))


def bank_summaries() -> list[BankSummary]:
    """All banks with their counts, in two statements; retired items count as such only."""
    counts = select(Item.bank_id, Item.state, Item.kind, func.count()).group_by(
        Item.bank_id, Item.state, Item.kind
    )
    made = {bank.id: BankSummary(bank, Counter(), Counter()) for bank in banks()}
    for bank_id, state, kind, number in session.execute(counts):
        made[bank_id].states[state] += number
        if state is not ItemState.RETIRED:
            made[bank_id].kinds[kind] += number
    return list(made.values())


def get_bank(bank_id: int) -> Bank:
    bank = session.get(Bank, bank_id)
    if bank is None:
        raise Missing("这个题库")
    return bank


def find_bank(name: str) -> Bank | None:
    return session.scalar(select(Bank).where(Bank.name == name))


def items(search: Search, *, page: int | None) -> Page[Item]:
    """A page of items with bank, topic and current version, the latest first."""
    statement = (
        select(Item)
        .join(Item.current)
        .options(joinedload(Item.bank), joinedload(Item.topic), contains_eager(Item.current))
        .where(_matches(search))
        .order_by(Item.id.desc())
    )
    return paginate(statement, number=page)


def get_item(item_id: int) -> Item:
    """The item with everything that its page shows; Missing when there is none."""
    item = session.scalar(
        select(Item)
        .where(Item.id == item_id)
        .options(
            joinedload(Item.bank),
            joinedload(Item.topic),
            joinedload(Item.current),
            selectinload(Item.versions),
            selectinload(Item.provenances),
            selectinload(Item.approvals),
        )
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise Missing("这道试题")
    return item


def get_editable(item_id: int, account: Account) -> Item:
    """The item if the account may change it: reviewers all, others their own; else Missing."""
    item = get_item(item_id)
    if not may_edit(item, account):
        raise Missing("可以由您修改的这道试题")
    return item


def may_edit(item: Item, account: Account) -> bool:
    """Reviewers may change all items, other writers their own."""
    own = item.owner_id == account.id and Permission.WRITE_ITEMS in account.permissions
    return sees_all(account) or own


def drafts_of(item_ids: Collection[int]) -> list[Item]:
    """Those of the items that wait for approval."""
    waiting = select(Item).where(Item.id.in_(item_ids), Item.state == ItemState.DRAFT)
    return list(session.scalars(waiting.order_by(Item.id)))


def writers(item_ids: Collection[int]) -> dict[int, str]:
    """Who wrote the current version of each item."""
    rows = session.execute(
        select(Item.id, ItemVersion.written_by)
        .join(ItemVersion, _IS_CURRENT)
        .where(Item.id.in_(item_ids))
    )
    return {row.id: row.written_by for row in rows}


def twin(bank_id: int, content_hash: str, *, but: int | None = None) -> Item | None:
    """An item of the bank, in use, that says the same in its current version."""
    return session.scalars(
        select(Item)
        .join(Item.current)
        .where(
            Item.bank_id == bank_id,
            ItemVersion.content_hash == content_hash,
            Item.state != ItemState.RETIRED,
            true() if but is None else Item.id != but,
        )
        .limit(1)
    ).first()


def known_hashes(bank_id: int) -> dict[str, str]:
    """The content hashes of a bank's items in use, each with the sentence that tells of it."""
    rows = session.execute(
        select(ItemVersion.content_hash, Item.id)
        .join(Item, _IS_CURRENT)
        .where(Item.bank_id == bank_id, Item.state != ItemState.RETIRED)
    )
    return {digest: f"题库里已有内容相同的试题（第{item_id}号）。" for digest, item_id in rows}


def uses(version_ids: Collection[int]) -> Counter[int]:
    """How many places of papers (and whatever else points at a version) each version has."""
    counted: Counter[int] = Counter()
    for column in pointing_at("item_version"):
        statement = select(column, func.count()).where(column.in_(version_ids)).group_by(column)
        for version_id, number in session.execute(statement):
            counted[version_id] += number
    return counted


def supply(kinds: Collection[Kind], *, today: date) -> list[Supply]:
    """What may go into a paper: approved current versions whose sources still hold."""
    expired = exists().where(Provenance.item_id == Item.id, Provenance.valid_to < today)
    rows = session.execute(
        select(
            ItemVersion.id,
            Item.kind,
            Item.bank_id,
            Item.topic_id,
            ItemVersion.difficulty,
            ItemVersion.content_hash,
        )
        .join(Item, _IS_CURRENT)
        .where(Item.kind.in_(kinds), Item.state == ItemState.APPROVED, ~expired)
        .order_by(ItemVersion.id)
    )
    return [Supply(*row) for row in rows]


def versions(version_ids: Collection[int]) -> dict[int, ItemVersion]:
    """These versions with their items, topics and sources."""
    found = session.scalars(
        select(ItemVersion)
        .where(ItemVersion.id.in_(version_ids))
        .options(
            joinedload(ItemVersion.item).joinedload(Item.topic),
            joinedload(ItemVersion.item).selectinload(Item.provenances),
        )
    )
    return {version.id: version for version in found}


def _matches(search: Search) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if search.text:
        conditions.append(ItemVersion.stem.icontains(search.text, autoescape=True))
    if search.bank_id is not None:
        conditions.append(Item.bank_id == search.bank_id)
    if search.kind is not None:
        conditions.append(Item.kind == search.kind)
    if search.topic_id is not None:
        conditions.append(Item.topic_id.in_(ids_below(search.topic_id)))
    if search.difficulty is not None:
        conditions.append(ItemVersion.difficulty == search.difficulty)
    if search.state is not None:
        conditions.append(Item.state == search.state)
    return and_(*conditions)


def sees_all(account: Account) -> bool:
    """The office reviews, and so sees every item and intake; instructors change their own."""
    return Permission.REVIEW_ITEMS in account.permissions
