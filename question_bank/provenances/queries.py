"""Reading items whose sources no longer hold, or soon will not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ScalarSelect, Select, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from question_bank.items.models import Item, Provenance
from question_bank.items.queries import item_scope
from question_bank.items.rules.terms import ItemState

MOST_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to: what has expired already, a bank, a document."""

    expired: bool = False
    bank_id: int | None = None
    document: str = ""


def warning_days(*, on: date) -> int:
    """How many days before its end a source is warned of (norm `items.expiry_warning_days`)."""
    return int(norms.value("items.expiry_warning_days", on=on))


def expiring(wanted: Wanted, account: Account, *, on: date, page: int | None) -> Page[Item]:
    """A page of items in use with a source that has ended or soon will, with all their sources;
    those that ended first come first. Papers take no item whose source has ended."""
    statement = (
        _expiring(wanted, account, on=on)
        .options(
            joinedload(Item.bank),
            joinedload(Item.topic),
            joinedload(Item.current),
            selectinload(Item.provenances),
        )
        .order_by(_ends().asc(), Item.id)
    )
    return paginate(statement, number=page, most=MOST_FOUND)


def expired_ids(account: Account, *, on: date) -> Select[int]:
    """The items out of use because a source has ended, for counting."""
    return _expiring(Wanted(expired=True), account, on=on).with_only_columns(Item.id)


def documents(account: Account, *, on: date) -> list[tuple[str, int]]:
    """The documents that have ended or soon will, with how many items rest on each."""
    last = on + timedelta(days=warning_days(on=on))
    rows = session.execute(
        select(Provenance.document, func.count(func.distinct(Item.id)))
        .join(Item, Item.id == Provenance.item_id)
        .where(Provenance.valid_to <= last, Item.state != ItemState.RETIRED, item_scope(account))
        .group_by(Provenance.document)
        .order_by(func.count(func.distinct(Item.id)).desc(), Provenance.document)
        .limit(50)
    )
    return [(document, number) for document, number in rows]


def chosen(item_ids: Collection[int]) -> list[Item]:
    """These items with everything that renewing and retiring need."""
    statement = (
        select(Item)
        .where(Item.id.in_(item_ids), Item.state != ItemState.RETIRED)
        .options(selectinload(Item.provenances))
        .order_by(Item.id)
    )
    return list(session.scalars(statement))


def _expiring(wanted: Wanted, account: Account, *, on: date) -> Select[Item]:
    last = on - timedelta(days=1) if wanted.expired else on + timedelta(days=warning_days(on=on))
    ended = select(Provenance.item_id).where(
        Provenance.valid_to <= last,
        true() if not wanted.document else Provenance.document == wanted.document,
    )
    return select(Item).where(
        Item.id.in_(ended),
        Item.state != ItemState.RETIRED,
        true() if wanted.bank_id is None else Item.bank_id == wanted.bank_id,
        item_scope(account),
    )


def _ends() -> ScalarSelect[date | None]:
    """When the first source of an item ends."""
    first = select(func.min(Provenance.valid_to)).where(Provenance.item_id == Item.id)
    return first.correlate(Item).scalar_subquery()
