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
from question_bank.changes.rules import FIELD_NAMES, MOST_AT_ONCE, Field, changed, parsed
from question_bank.items.models import Item, ItemTag, ItemVersion
from question_bank.items.rules.terms import Cognition, Difficulty, ItemState
from question_bank.topics.queries import get_topic


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

    Versions stay: topic, tags, difficulty, level and points classify an item, they do not change
    what it asks; papers have points of their own.
    """
    if len(item_ids) > MOST_AT_ONCE:
        raise Refused(f"一次最多修改{MOST_AT_ONCE}道试题，请缩小范围。")
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
    rows = [{"change_id": made.id, "item_id": one.item_id, "before": one.value} for one in moved]
    session.execute(insert(BulkChangeLine), rows)
    _write(field, plain, [one.item_id for one in moved], at=at)
    told = f"批量修改了{len(moved)}道试题的{FIELD_NAMES[field]}"
    record("changes.change", made, told, by=by, at=at, field=field.value, value=plain)
    return made


def undo(change: BulkChange, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Give every item of a change (from `queries.get_change`) back what it had: how many, and how
    many were left because somebody changed them since. Refused when it was undone already."""
    if change.undone_at is not None:
        raise Refused("这次批量修改已经撤回过了。")
    before = {line.item_id: line.before for line in change.lines}
    now = {one.item_id: one.value for one in queries.lines(change.field, change.value, before)}
    untouched = [item_id for item_id in before if now.get(item_id) == change.value]
    groups: dict[str, list[int]] = defaultdict(list)
    for item_id in untouched:
        groups[before[item_id]].append(item_id)
    for value, item_ids in groups.items():
        _restore(change, value, item_ids, at=at)
    change.undone_by, change.undone_at = by.name, at
    told = f"撤回了第{change.id}号批量修改，恢复{len(untouched)}道试题"
    record("changes.undo", change, told, by=by, at=at)
    return len(untouched), len(before) - len(untouched)


def _restore(change: BulkChange, value: str, item_ids: Sequence[int], *, at: datetime) -> None:
    opposite = {Field.ADD_TAG: Field.DROP_TAG, Field.DROP_TAG: Field.ADD_TAG}
    field = opposite.get(change.field, change.field)
    _write(field, value if field is change.field else change.value, item_ids, at=at)


def _write(field: Field, value: str, item_ids: Sequence[int], *, at: datetime) -> None:
    """Write the value and count the items' versions up: forms that are open elsewhere are stale."""
    for some in queries.stretches(sorted(item_ids)):
        match field:
            case Field.ADD_TAG:
                rows = [{"item_id": item_id, "word": value} for item_id in some]
                session.execute(insert(ItemTag), rows)
            case Field.DROP_TAG:
                session.execute(
                    delete(ItemTag).where(ItemTag.word == value, ItemTag.item_id.in_(some)),
                    execution_options={"synchronize_session": False},
                )
            case Field.DIFFICULTY | Field.COGNITION | Field.POINTS:
                _update_versions(field, value, some)
        _update_items(field, value, some, at=at)
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
        execution_options={"synchronize_session": False},
    )


def _update_items(field: Field, value: str, item_ids: Sequence[int], *, at: datetime) -> None:
    values: dict[str, Any] = {"version": Item.version + 1}
    if field is Field.TOPIC:
        values["topic_id"] = int(value) if value else None
    if field is Field.STATE:
        state = ItemState(value)
        values |= {"state": state, "retired_at": at if state is ItemState.RETIRED else None}
    session.execute(
        update(Item).where(Item.id.in_(item_ids)).values(values),
        execution_options={"synchronize_session": False},
    )
