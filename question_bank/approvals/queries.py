"""Reading what waits for review, and for whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, distinct, exists, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from question_bank.items.models import Item, ItemReview, ItemVersion
from question_bank.items.rules.reviewing import Look, Who
from question_bank.items.rules.terms import STAGE_OF, ItemState, Stage

MOST_FOUND = 10_000
_STATE_OF = {stage: state for state, stage in STAGE_OF.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a work list is narrowed to: what the account may pass, or all; a stage; a bank."""

    mine: bool = True
    stage: Stage | None = None
    bank_id: int | None = None
    returned: bool = False


def needed_people(*, on: date) -> int:
    """How many different people write and review an item (norm `items.review_people`)."""
    return int(norms.value("items.review_people", on=on))


def waiting(wanted: Wanted, account: Account, *, on: date, page: int | None) -> Page[Item]:
    """A page of the items that wait for a look, the longest waiting first."""
    statement = _waiting(wanted, account, on=on).options(
        joinedload(Item.bank),
        joinedload(Item.topic),
        joinedload(Item.current),
        selectinload(Item.reviews),
    )
    return paginate(statement.order_by(Item.id), number=page, most=MOST_FOUND)


def waiting_ids(account: Account, *, on: date) -> Select[int]:
    """The items that wait for this account, for counting."""
    return _waiting(Wanted(), account, on=on).with_only_columns(Item.id)


def returned_ids(account: Account) -> Select[int]:
    """The account's own items that came back to it, for counting."""
    back = select(Item).where(Item.state == ItemState.RETURNED, Item.owner_id == account.id)
    return back.with_only_columns(Item.id)


def neighbours(
    item_id: int, wanted: Wanted, account: Account, *, on: date
) -> tuple[int | None, int | None]:
    """The items before and after one in the work list."""
    ids = _waiting(wanted, account, on=on).with_only_columns(Item.id)
    before = session.scalar(ids.where(Item.id < item_id).order_by(Item.id.desc()).limit(1))
    after = session.scalar(ids.where(Item.id > item_id).order_by(Item.id).limit(1))
    return before, after


def get_waiting(item_id: int) -> Item:
    """The item with what a reviewer reads; Missing when there is none."""
    found = reviewable([item_id])
    if not found:
        raise Missing("这道试题")
    return found[0]


def reviewable(item_ids: Collection[int]) -> list[Item]:
    """These items with versions, reviews and sources, in the order of their numbers."""
    statement = (
        select(Item)
        .where(Item.id.in_(item_ids))
        .options(
            joinedload(Item.bank),
            joinedload(Item.topic),
            joinedload(Item.current),
            selectinload(Item.versions),
            selectinload(Item.reviews),
            selectinload(Item.provenances),
        )
        .order_by(Item.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def writer_of(item: Item) -> Who:
    """Who wrote the current version."""
    return Who(item.current.writer_id, item.current.written_by)


def looks_at(item: Item) -> list[Look]:
    """The reviews of the current version, in their order."""
    return [
        Look(one.stage, one.verdict, Who(one.reviewer_id, one.reviewed_by))
        for one in item.reviews
        if one.number == item.latest
    ]


def persons_of(account_ids: Collection[int]) -> dict[int, int]:
    """The people behind these accounts: person ids by account ids."""
    rows = session.execute(
        select(Person.account_id, Person.id).where(Person.account_id.in_(account_ids))
    )
    return {account_id: person_id for account_id, person_id in rows if account_id is not None}


def _waiting(wanted: Wanted, account: Account, *, on: date) -> Select[Item]:
    states = [ItemState.RETURNED] if wanted.returned else list(STAGE_OF)
    if wanted.stage is not None:
        states = [_STATE_OF[wanted.stage]]
    mine = wanted.mine and not wanted.returned
    return select(Item).where(
        Item.state.in_(states),
        true() if wanted.bank_id is None else Item.bank_id == wanted.bank_id,
        _passable(account, needed_people(on=on)) if mine else true(),
    )


def _passable(account: Account, needed: int) -> ColumnElement[bool]:
    """Enough different people would be left if the account passed the next stage.

    For the list; `rules.outlook` says it exactly, also of an item that was brought back.
    """
    current = and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.latest)
    looked = and_(ItemReview.item_id == Item.id, ItemReview.number == Item.latest)
    wrote = exists().where(current, ItemVersion.writer_id == account.id)
    others = (
        select(func.count(distinct(ItemReview.reviewer_id)))
        .where(
            looked,
            current,
            ItemReview.reviewer_id != func.coalesce(ItemVersion.writer_id, 0),
            ItemReview.reviewer_id != account.id,
        )
        .scalar_subquery()
    )
    later = case(
        (Item.state == ItemState.DRAFT, 2), (Item.state == ItemState.FIRST, 1), else_=0
    )  # fmt: skip
    # The writer, the other reviewers, oneself unless one is the writer, and who may still come.
    people = 1 + others + case((wrote, 0), else_=1) + later
    return people >= needed
