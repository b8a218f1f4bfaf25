"""Groups of items that must not meet in a variant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.enemies import queries
from question_bank.enemies.models import Enemy, EnemyGroup


def keep_apart(item_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> EnemyGroup:
    """A group of items of which a variant may have one; Refused for fewer than two, for numbers
    that are no items, and without a reason."""
    wanted = sorted(set(item_ids))
    unknown = sorted(set(wanted) - queries.known_items(wanted))
    reasons = []
    if len(wanted) < 2:
        reasons.append("请填写至少两道试题的编号。")
    if unknown:
        reasons.append(f"没有编号为{'、'.join(map(str, unknown))}的试题。")
    if not reason.strip():
        reasons.append("请写明互斥的原因，如“一题的题干是另一题的答案”。")
    if reasons:
        raise Refused(*reasons)
    group = EnemyGroup(
        reason=reason.strip(),
        created_by=by.name,
        created_at=at,
        members=[Enemy(item_id=item_id) for item_id in wanted],
    )
    session.add(group)
    listed = "、".join(f"第{item_id}号" for item_id in wanted)
    told = f"将{listed}试题列为互斥：{group.reason}"
    record("enemies.keep_apart", group, told, by=by, at=at, items=wanted)
    return group


def reconcile(group: EnemyGroup, *, by: Actor, at: datetime) -> None:
    """The items of the group (with its members loaded) may meet again."""
    listed = [member.item_id for member in group.members]
    record("enemies.reconcile", group, f"解除互斥：{group.reason}", by=by, at=at, items=listed)
    session.delete(group)
    session.flush()
