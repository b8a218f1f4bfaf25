"""Changing many items at once, and taking such a change back as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from question_bank.changes import queries
from question_bank.changes.models import BulkChange, BulkChangeLine
from question_bank.changes.rules import (
    FIELD_NAMES,
    TAG_FIELDS,
    VERSION_FIELDS,
    Field,
    changed,
    few_enough,
    outcome,
    parsed,
    tag_deed,
    tag_deed_back,
)
from question_bank.items.models import Item, ItemReview, ItemTag, ItemVersion
from question_bank.items.rules.terms import Cognition, Difficulty, ItemState
from question_bank.topics.queries import get_topic

_IN_SQL = {"synchronize_session": False}


def change(
    item_ids: Collection[int],
    *,
    field: Field,
    value: str,
    expected: int | None,
    by: Actor,
    at: datetime,
) -> BulkChange:
    """One field of many items. Refused when the value is none or nothing would change; Conflict
    when it would change another number of items than the preview told (`expected`).

    A version that was reviewed or used stays: its item gets a new one. What was reviewed is asked
    as before, so the item keeps its state, and the new version the looks at the old one.
    """
    few_enough(len(item_ids))
    plain = parsed(field, value)
    if field is Field.TOPIC and plain:
        get_topic(int(plain))
    moved, _ = changed(field, plain, queries.lines(field, plain, item_ids))
    if expected is not None and len(moved) != expected:
        raise Conflict(
            f"预览之后试题有了变化：预览时会改{expected}道，现在是{len(moved)}道；请重新预览。"
        )
    if not moved:
        raise Refused("没有要修改的试题。")
    made = BulkChange(field=field, value=plain, items=len(moved), made_by=by.name, made_at=at)
    session.add(made)
    session.flush()
    renewed = _write(field, plain, [one.item_id for one in moved], at=at)
    rows = [
        {
            "change_id": made.id,
            "item_id": one.item_id,
            "before": one.value,
            "made": renewed.get(one.item_id),
        }
        for one in moved
    ]
    session.execute(insert(BulkChangeLine), rows)
    told = f"批量修改了{len(moved)}道试题的{FIELD_NAMES[field]}"
    record("changes.change", made, told, by=by, at=at, field=field.value, value=plain)
    return made


def undo(change: BulkChange, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Give every item of a change (from `queries.get_change`) back what it had: how many, and how
    many were left because somebody changed them since. Refused when it was undone already."""
    if change.undone_at is not None:
        raise Refused("这次批量修改已经撤回过了。")
    before = {line.item_id: line.before for line in change.lines}
    after = outcome(change.field, change.value)
    now = {one.item_id: one.value for one in queries.lines(change.field, change.value, before)}
    untouched = [item_id for item_id in before if now.get(item_id) == after]
    _unmake(change, queries.untouched(change, untouched))
    groups: dict[str, list[int]] = defaultdict(list)
    for one in queries.lines(change.field, change.value, untouched):
        if one.value != before[one.item_id]:
            groups[before[one.item_id]].append(one.item_id)
    for value, item_ids in groups.items():
        if change.field in TAG_FIELDS:
            _retag(*tag_deed_back(change.field, change.value, value), item_ids)
        else:
            _write(change.field, value, item_ids, at=at)
    change.undone_by, change.undone_at = by.name, at
    told = f"撤回了第{change.id}号批量修改，恢复{len(untouched)}道试题"
    record("changes.undo", change, told, by=by, at=at)
    return len(untouched), len(before) - len(untouched)


def _write(field: Field, value: str, item_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Write the value and count the items' versions up: forms that are open elsewhere are stale.
    Item → the number of the version that it got for this."""
    if field in TAG_FIELDS:
        _retag(*tag_deed(field, value), item_ids)
        return {}
    renewed = _renew(queries.settled(item_ids)) if field in VERSION_FIELDS else {}
    for some in queries.stretches(sorted(item_ids)):
        if field in VERSION_FIELDS:
            _update_versions(field, value, some)
        _update_items(_values(field, value, at), some)
    session.expire_all()
    return renewed


def _retag(drop: Sequence[str], add: Sequence[str], item_ids: Sequence[int]) -> None:
    for some in queries.stretches(sorted(item_ids)):
        gone = delete(ItemTag).where(ItemTag.word.in_(drop), ItemTag.item_id.in_(some))
        session.execute(gone, execution_options=_IN_SQL)
        for word in add:
            has = select(ItemTag.item_id).where(ItemTag.word == word, ItemTag.item_id.in_(some))
            tagged = set(session.scalars(has))
            rows = [{"item_id": one, "word": word} for one in some if one not in tagged]
            if rows:
                session.execute(insert(ItemTag), rows)
        _update_items({}, some)
    session.expire_all()


def _renew(item_ids: Collection[int]) -> dict[int, int]:
    """Give each item a version that says the same, with the looks at the one before; item → its
    number."""
    renewed: dict[int, int] = {}
    for some in queries.stretches(sorted(item_ids)):
        _copy(ItemVersion, ItemVersion.number, some)
        _copy(ItemReview, ItemReview.number, some)
        counted = update(Item).where(Item.id.in_(some)).values(latest=Item.latest + 1)
        session.execute(counted, execution_options=_IN_SQL)
        rows = session.execute(select(Item.id, Item.latest).where(Item.id.in_(some)))
        renewed |= dict(rows.all())
    return renewed


def _copy(table: type[ItemVersion | ItemReview], number: Any, item_ids: Sequence[int]) -> None:
    """Rows of the latest version once more, under the next number."""
    names = [column.name for column in table.metadata.tables[table.__tablename__].columns]
    names.remove("id")
    columns = [number + 1 if name == "number" else getattr(table, name) for name in names]
    latest = and_(Item.id == table.item_id, Item.latest == number)
    rows = select(*columns).join(Item, latest).where(Item.id.in_(item_ids))
    session.execute(insert(table).from_select(names, rows, include_defaults=False))


def _unmake(change: BulkChange, item_ids: Sequence[int]) -> None:
    """Take away the versions that a change made: the ones before are current again."""
    for some in queries.stretches(sorted(item_ids)):
        for table in (ItemReview, ItemVersion):
            made = and_(Item.id == table.item_id, Item.latest == table.number)
            rows = select(table.id).join(Item, made).where(Item.id.in_(some))
            session.execute(delete(table).where(table.id.in_(rows)), execution_options=_IN_SQL)
        _update_items({"latest": Item.latest - 1}, some)
    session.expire_all()


def _update_versions(field: Field, value: str, item_ids: Sequence[int]) -> None:
    values: dict[Field, Any] = {Field.DIFFICULTY: Difficulty, Field.COGNITION: Cognition}
    kept = values.get(field, Decimal)(value)
    current = select(ItemVersion.id).join(
        Item, and_(Item.id == ItemVersion.item_id, Item.latest == ItemVersion.number)
    )
    session.execute(
        update(ItemVersion)
        .where(ItemVersion.id.in_(current.where(Item.id.in_(item_ids))))
        .values({field.value: kept}),
        execution_options=_IN_SQL,
    )


def _values(field: Field, value: str, at: datetime) -> dict[str, Any]:
    """The columns of Item that a change writes."""
    if field is Field.TOPIC:
        return {"topic_id": int(value) if value else None}
    if field is Field.STATE:
        state = ItemState(value)
        return {"state": state, "retired_at": at if state is ItemState.RETIRED else None}
    return {}


def _update_items(values: dict[str, Any], item_ids: Sequence[int]) -> None:
    session.execute(
        update(Item).where(Item.id.in_(item_ids)).values(version=Item.version + 1, **values),
        execution_options=_IN_SQL,
    )
