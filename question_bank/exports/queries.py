"""Reading items that go out: whose keys an account may take along is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from question_bank.items.models import Bank, Item
from question_bank.items.queries import key_scope, matching, sees_all
from question_bank.items.rules.finding import Search
from question_bank.items.rules.terms import ItemState


def ids_found(search: Search, account: Account, *, at: datetime) -> list[int]:
    """The items of a search that the account may export, in the order of their numbers.

    Reviewers all, instructors their own whose keys are no secret at that instant; retired ones
    only where the search asks for them.
    """
    found = matching(search, account)
    if not sees_all(account):
        found = found.where(Item.owner_id == account.id, key_scope(account, at=at))
    if search.state is None:
        found = found.where(Item.state != ItemState.RETIRED)
    return list(session.scalars(found.with_only_columns(Item.id).order_by(Item.id)))


def ids_in(bank: Bank) -> list[int]:
    """All items of a bank that are in use, for the command line."""
    wanted = select(Item.id).where(Item.bank_id == bank.id, Item.state != ItemState.RETIRED)
    return list(session.scalars(wanted.order_by(Item.id)))


def number_found(search: Search, account: Account, *, at: datetime) -> int:
    """How many items `ids_found` would name."""
    return len(ids_found(search, account, at=at))


def items(item_ids: Sequence[int]) -> list[Item]:
    """These items with their current versions, sources and tags."""
    return list(session.scalars(_loaded().where(Item.id.in_(item_ids)).order_by(Item.id)))


def _loaded() -> Select[Item]:
    return (
        select(Item)
        .join(Item.current)
        .options(
            contains_eager(Item.current),
            joinedload(Item.bank),
            selectinload(Item.provenances),
            selectinload(Item.tags),
        )
    )
