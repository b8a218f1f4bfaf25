"""Reading groups of enemies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.enemies.models import Enemy, EnemyGroup
from question_bank.items.models import Item


def enemy_groups() -> list[EnemyGroup]:
    """All groups with their items' present versions, the latest first."""
    member = selectinload(EnemyGroup.members).joinedload(Enemy.item)
    statement = select(EnemyGroup).options(member.joinedload(Item.current))
    return list(session.scalars(statement.order_by(EnemyGroup.id.desc())))


def get_enemy_group(group_id: int) -> EnemyGroup:
    """The group with its members."""
    group = session.scalar(
        select(EnemyGroup)
        .where(EnemyGroup.id == group_id)
        .options(selectinload(EnemyGroup.members))
    )
    if group is None:
        raise Missing("这个互斥组")
    return group


def known_items(item_ids: Collection[int]) -> set[int]:
    """Those of the numbers that are items."""
    return set(session.scalars(select(Item.id).where(Item.id.in_(item_ids))))


def names_and_members() -> dict[str, frozenset[int]]:
    """The item ids of every group, by how people know it."""
    members: dict[int, set[int]] = defaultdict(set)
    names: dict[int, str] = {}
    rows = session.execute(
        select(EnemyGroup.id, EnemyGroup.reason, Enemy.item_id).join(Enemy).order_by(EnemyGroup.id)
    )
    for group_id, reason, item_id in rows:
        members[group_id].add(item_id)
        names[group_id] = f"互斥组{group_id}“{reason}”"
    return {names[group_id]: frozenset(found) for group_id, found in members.items()}
