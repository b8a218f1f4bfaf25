"""Growing and pruning the tree of topics."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete as delete_from
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.topics import queries
from question_bank.topics.models import Topic
from question_bank.topics.rules import check_place, checked_name


def ensure_path(names: Sequence[str]) -> Topic:
    """The topic at the end of the path, with whatever of the path was not there yet.

    Whoever calls records why (an intake, a new item). Refused when a name is empty or too long.
    """
    if not names:
        raise Refused("请填写知识点名称。")
    found: Topic | None = None
    for name in map(checked_name, names):
        found = _ensure(name, None if found is None else found.id)
    assert found is not None
    return found


def _ensure(name: str, parent_id: int | None) -> Topic:
    known = queries.find_topic(name, parent_id)
    if known is not None:
        return known
    topic = Topic(name=name, parent_id=parent_id)
    try:
        with session.begin_nested():
            session.add(topic)
    except IntegrityError:  # somebody else was faster
        known = queries.find_topic(name, parent_id)
        if known is None:
            raise
        return known
    return topic


def create(name: str, *, parent_id: int | None, by: Actor, at: datetime) -> Topic:
    """A new topic; Refused when its parent has one of that name, or the tree gets too deep."""
    check_place(queries.nodes(), topic_id=None, parent_id=parent_id)
    topic = Topic(name=checked_name(name), parent_id=parent_id)
    with _name_free(topic.name):
        session.add(topic)
    record("topics.create", topic, f"新建了知识点“{topic.name}”", by=by, at=at)
    return topic


def rename(topic: Topic, name: str, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Another name; Refused when its parent has one of that name already."""
    before, wanted = topic.name, checked_name(name)
    topic.edited_from(seen)
    with _name_free(wanted):
        topic.name = wanted
    record("topics.rename", topic, f"将知识点“{before}”改名为“{topic.name}”", by=by, at=at)


def move(topic: Topic, *, parent_id: int | None, seen: int | None, by: Actor, at: datetime) -> None:
    """Put the topic, with what is under it, under another one or at the top."""
    topic.edited_from(seen)
    check_place(queries.nodes(), topic_id=topic.id, parent_id=parent_id)
    with _name_free(topic.name):
        topic.parent_id = parent_id
    record("topics.move", topic, f"移动了知识点“{topic.name}”", by=by, at=at, parent=parent_id)


def merge(topic: Topic, *, into: Topic, seen: int | None, by: Actor, at: datetime) -> None:
    """All that points at `topic` points at `into` from now on, its children too; then it is gone.

    Children of the same name become one in their turn.
    """
    topic.edited_from(seen)
    if into.id in queries.ids_below(topic.id):
        raise Refused("不能把知识点并入它自己或它的下级。")
    name = topic.name
    record("topics.merge", topic, f"将知识点“{name}”并入“{into.name}”", by=by, at=at, into=into.id)
    _merge(topic, into)


def _merge(topic: Topic, into: Topic) -> None:
    for column in queries.references():
        session.execute(
            update(column.table).where(column == topic.id).values({column.name: into.id})
        )
    topic.name = f"…{topic.id}"  # a child of the same name may go where the topic was
    session.flush()
    for child in queries.children_of([topic.id]):
        twin = queries.find_topic(child.name, into.id)
        if twin is not None:
            _merge(child, twin)
        else:
            child.parent_id = into.id
    session.flush()
    session.delete(topic)
    session.flush()
    session.expire_all()


def delete(topic: Topic, *, by: Actor, at: datetime) -> None:
    """Remove a topic that nothing lies under and nothing points at; else Refused."""
    children, used = queries.children_of([topic.id]), queries.uses()[topic.id]
    reasons = []
    if children:
        reasons.append(f"“{topic.name}”下面还有{len(children)}个知识点，请先移走或合并。")
    if used:
        reasons.append(f"还有{used}处在使用“{topic.name}”（试题或双向细目表），请改用“合并”。")
    if reasons:
        raise Refused(*reasons)
    record("topics.delete", topic, f"删除了知识点“{topic.name}”", by=by, at=at)
    session.delete(topic)
    session.flush()


def prune(labels: Collection[str]) -> list[str]:
    """Remove those of the topics, told by their paths as people read them, that nothing lies under
    and nothing points at; their labels. Whoever calls records why."""
    nodes, used = queries.nodes(), queries.uses()
    wanted = [node for node in nodes if node.label in labels and not used[node.id]]
    gone: dict[int, str] = {}
    for node in sorted(wanted, key=lambda node: -node.depth):
        if all(one.id in gone for one in nodes if one.parent_id == node.id):
            gone[node.id] = node.label
    for topic_id in gone:  # the deepest first
        session.execute(delete_from(Topic).where(Topic.id == topic_id))
    return list(gone.values())


@contextmanager
def _name_free(name: str) -> Iterator[None]:
    """Refused when the change made inside gives two topics of a parent the same name."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise Refused(f"这里已经有名为“{name}”的知识点，如要合为一个请用“合并”。") from None
