"""Reading the tree of topics, and who refers to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Column, func, select

from lms.ground.db import Base, session
from lms.ground.errors import Missing
from question_bank.topics import rules
from question_bank.topics.models import Topic
from question_bank.topics.rules import Node


def nodes() -> list[Node]:
    """The whole tree in reading order, in one statement."""
    rows = session.execute(select(Topic.id, Topic.parent_id, Topic.name, Topic.position))
    return rules.tree([Node(*row) for row in rows])


def labels() -> dict[int, str]:
    """The path of every topic as people read it."""
    return {node.id: node.label for node in nodes()}


def ids_below(topic_id: int) -> frozenset[int]:
    """The topic and everything under it: what a filter or a blueprint row by topic means."""
    return rules.below(nodes(), topic_id)


def get_topic(topic_id: int) -> Topic:
    """The topic; Missing when there is none."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        raise Missing("这个知识点")
    return topic


def find_topic(name: str, parent_id: int | None) -> Topic | None:
    """The topic of this name under this parent."""
    return session.scalar(select(Topic).where(Topic.name == name, Topic.parent_id == parent_id))


def children_of(topic_ids: Iterable[int]) -> list[Topic]:
    """The topics directly under these."""
    return list(session.scalars(select(Topic).where(Topic.parent_id.in_(topic_ids))))


def references() -> list[Column[int]]:
    """Every column of other tables that points at a topic."""
    return [column for column in pointing_at("topic") if column.table.name != "topic"]


def pointing_at(table: str) -> list[Column[int]]:
    """Every foreign key to a table: rooms above count as users without being known by name."""
    return [
        key.parent
        for other in Base.metadata.sorted_tables
        for key in other.foreign_keys
        if key.column.table.name == table
    ]


def using(table: str) -> list[Column[int]]:
    """Those foreign keys to a table that hold its rows: what goes with a row does not use it."""
    return [
        column
        for column in pointing_at(table)
        if all(key.ondelete != "CASCADE" for key in column.foreign_keys)
    ]


def uses() -> Counter[int]:
    """How many rows of other rooms point at each topic."""
    counted: Counter[int] = Counter()
    for column in references():
        statement = select(column, func.count()).where(column.is_not(None)).group_by(column)
        for topic_id, number in session.execute(statement):
            counted[topic_id] += number
    return counted


def uses_by_table(topic_id: int) -> dict[str, int]:
    """How many rows of each other table point at a topic."""
    counted: Counter[str] = Counter()
    for column in references():
        statement = select(func.count()).select_from(column.table).where(column == topic_id)
        counted[column.table.name] += session.scalar(statement) or 0
    return {name: number for name, number in counted.items() if number}
