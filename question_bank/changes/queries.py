"""Reading what a change would find, and the changes that were made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import selectinload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, count, paginate
from question_bank.changes.models import BulkChange, BulkChangeLine
from question_bank.changes.rules import TAG_FIELDS, Field, Line
from question_bank.items.models import Item, ItemReview, ItemTag, ItemVersion
from question_bank.items.queries import numbers
from question_bank.items.rules.finding import Search
from question_bank.topics.queries import using

STRETCH = 500
_MOST_SHOWN = 20


def found_ids(search: Search, account: Account) -> list[int]:
    """The items that a search finds for the account."""
    return list(session.scalars(numbers(search, account)))


def found_number(search: Search, account: Account) -> int:
    """How many items a search finds for the account."""
    return count(numbers(search, account))


def lines(field: Field, value: str, item_ids: Collection[int]) -> list[Line]:
    """These items as the change finds them."""
    if field in TAG_FIELDS:
        return _tag_lines(value, item_ids)
    made = []
    for some in stretches(sorted(item_ids)):
        for item_id, found, rubric, parts in session.execute(_values(field, some)):
            tied = bool(rubric) or any(part.get("points") for part in parts)
            made.append(Line(item_id, _text(found), tied))
    return made


def settled(item_ids: Collection[int]) -> set[int]:
    """Those of the items whose current version somebody reviewed or used: it stays as it is."""
    reviewed = exists().where(ItemReview.item_id == Item.id, ItemReview.number == Item.latest)
    used = [exists().where(column == ItemVersion.id) for column in using("item_version")]
    found: set[int] = set()
    for some in stretches(sorted(item_ids)):
        statement = select(Item.id).join(Item.current).where(Item.id.in_(some))
        found.update(session.scalars(statement.where(or_(reviewed, *used))))
    return found


def untouched(change: BulkChange, item_ids: Collection[int]) -> list[int]:
    """Those of the items whose version, which the change made, is still the current one and was
    neither used nor reviewed since: it can go again."""
    later = exists().where(
        ItemReview.item_id == Item.id,
        ItemReview.number == Item.latest,
        ItemReview.reviewed_at > change.made_at,
    )
    used = [exists().where(column == ItemVersion.id) for column in using("item_version")]
    found: list[int] = []
    for some in stretches(sorted(item_ids)):
        statement = (
            select(Item.id)
            .join(Item.current)
            .join(BulkChangeLine, BulkChangeLine.item_id == Item.id)
            .where(
                Item.id.in_(some),
                BulkChangeLine.change_id == change.id,
                BulkChangeLine.made == Item.latest,
                ~or_(later, *used),
            )
        )
        found += session.scalars(statement)
    return found


def changes_of(item_id: int) -> list[tuple[BulkChange, BulkChangeLine]]:
    """The changes that an item was part of, the latest first, each with the item's own line."""
    statement = (
        select(BulkChange, BulkChangeLine)
        .join(BulkChangeLine, BulkChangeLine.change_id == BulkChange.id)
        .where(BulkChangeLine.item_id == item_id)
    )
    rows = session.execute(statement.order_by(BulkChange.id.desc()).limit(_MOST_SHOWN))
    return [(change, line) for change, line in rows]


def changes(*, page: int | None) -> Page[BulkChange]:
    """A page of the changes that were made, the latest first."""
    return paginate(select(BulkChange).order_by(BulkChange.id.desc()), number=page, size=20)


def get_change(change_id: int) -> BulkChange:
    """The change with its lines."""
    change = session.scalar(
        select(BulkChange)
        .where(BulkChange.id == change_id)
        .options(selectinload(BulkChange.lines))
        .with_for_update(of=BulkChange)
    )
    if change is None:
        raise Missing("这次批量修改")
    return change


def stretches(item_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Many numbers a stretch at a time: databases take so many values in one statement."""
    for start in range(0, len(item_ids), STRETCH):
        yield item_ids[start : start + STRETCH]


def _values(field: Field, item_ids: Sequence[int]) -> Select[Any]:
    columns: dict[Field, Any] = {
        Field.TOPIC: Item.topic_id,
        Field.DIFFICULTY: ItemVersion.difficulty,
        Field.COGNITION: ItemVersion.cognition,
        Field.POINTS: ItemVersion.points,
        Field.STATE: Item.state,
    }
    return (
        select(Item.id, columns[field], ItemVersion.rubric, ItemVersion.parts)
        .join(Item.current)
        .where(Item.id.in_(item_ids))
        .order_by(Item.id)
    )


def _tag_lines(value: str, item_ids: Collection[int]) -> list[Line]:
    words = value.split()
    tagged: dict[int, set[str]] = defaultdict(set)
    for some in stretches(sorted(item_ids)):
        rows = session.execute(
            select(ItemTag.item_id, ItemTag.word).where(
                ItemTag.word.in_(words), ItemTag.item_id.in_(some)
            )
        )
        for item_id, word in rows:
            tagged[item_id].add(word)
    return [
        Line(item_id, " ".join(word for word in words if word in tagged[item_id]))
        for item_id in sorted(item_ids)
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value.value) if hasattr(value, "value") else str(value)
