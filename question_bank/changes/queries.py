"""Reading what a change would find, and the changes that were made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.changes.models import BulkChange
from question_bank.changes.rules import Field, Line
from question_bank.items.models import Item, ItemTag, ItemVersion
from question_bank.items.queries import matching
from question_bank.items.rules.finding import Search

STRETCH = 500


def found_ids(search: Search, account: Account) -> list[int]:
    """The items that a search finds for the account."""
    return list(session.scalars(matching(search, account).with_only_columns(Item.id)))


def lines(field: Field, value: str, item_ids: Collection[int]) -> list[Line]:
    """These items as the change finds them; for tags the value is the tag or "", and for one to be
    dropped the other way round."""
    if field in (Field.ADD_TAG, Field.DROP_TAG):
        return _tag_lines(field, value, item_ids)
    made = []
    for some in stretches(sorted(item_ids)):
        for item_id, found, rubric, parts in session.execute(_values(field, some)):
            tied = bool(rubric) or any(part.get("points") for part in parts)
            made.append(Line(item_id, _text(found), tied))
    return made


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


def _tag_lines(field: Field, value: str, item_ids: Collection[int]) -> list[Line]:
    tagged: set[int] = set()
    for some in stretches(sorted(item_ids)):
        rows = select(ItemTag.item_id).where(ItemTag.word == value, ItemTag.item_id.in_(some))
        tagged.update(session.scalars(rows))
    done = tagged if field is Field.ADD_TAG else set(item_ids) - tagged
    return [Line(item_id, value if item_id in done else "") for item_id in sorted(item_ids)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value.value) if hasattr(value, "value") else str(value)
