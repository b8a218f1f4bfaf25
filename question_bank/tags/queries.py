"""Reading the words that items carry; only of items that the account may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.paging import PAGE_SIZE, Page, count
from question_bank.items.models import Item, ItemTag
from question_bank.items.queries import item_scope, knows_keys


@dataclass(frozen=True, slots=True)
class Tag:
    """A word and how many items carry it."""

    word: str
    items: int


def tags(account: Account, *, text: str, page: int | None) -> Page[Tag]:
    """A page of the words with `text` in them, the most frequent first."""
    counted = _counted(account)
    if text:
        counted = counted.where(ItemTag.word.icontains(text, autoescape=True))
    total = count(counted)
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(page or 1, 1), last)
    ordered = counted.order_by(func.count().desc(), ItemTag.word)
    rows = session.execute(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page([Tag(word, items) for word, items in rows], number, PAGE_SIZE, total)


def tags_named(account: Account, words: Collection[str]) -> list[Tag]:
    """Those of the words that items carry, the most frequent first."""
    counted = _counted(account).where(ItemTag.word.in_(words))
    rows = session.execute(counted.order_by(func.count().desc(), ItemTag.word))
    return [Tag(word, items) for word, items in rows]


def items_with(words: Collection[str]) -> list[int]:
    """The items that carry at least one of the words."""
    statement = select(ItemTag.item_id).where(ItemTag.word.in_(words)).distinct()
    return list(session.scalars(statement.order_by(ItemTag.item_id)))


def _counted(account: Account) -> Any:
    """Words with their counts, as a statement that can be narrowed."""
    counted = select(ItemTag.word, func.count()).group_by(ItemTag.word)
    if knows_keys(account):  # sees every item: no need to look at them
        return counted
    return counted.join(Item, Item.id == ItemTag.item_id).where(item_scope(account))
