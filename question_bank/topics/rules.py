"""The tree of topics as plain data: order, depth, paths, and what lies below what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.ground.errors import Refused

LONGEST_NAME = 60
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A topic in its place: `depth` from 0 at the top, `path` the names from there to itself."""

    id: int
    parent_id: int | None
    name: str
    position: int = 0
    depth: int = 0
    path: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return " › ".join(self.path)


def tree(nodes: Sequence[Node]) -> list[Node]:
    """All nodes in reading order, each below its parent, by position and then by name."""
    children: dict[int | None, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: (node.position, node.name)):
        children.setdefault(node.parent_id, []).append(node)
    found: list[Node] = []
    _descend(children, None, (), found)
    return found


def _descend(
    children: dict[int | None, list[Node]],
    parent_id: int | None,
    path: tuple[str, ...],
    found: list[Node],
) -> None:
    for node in children.get(parent_id, []):
        here = (*path, node.name)
        found.append(Node(node.id, parent_id, node.name, node.position, len(path), here))
        _descend(children, node.id, here, found)


def below(nodes: Sequence[Node], topic_id: int) -> frozenset[int]:
    """The topic itself and everything under it."""
    inside = {topic_id}
    for node in tree(nodes):  # parents come before their children
        if node.parent_id in inside:
            inside.add(node.id)
    return frozenset(inside)


def checked_name(name: str) -> str:
    """The name without odd blanks; Refused when empty or too long."""
    plain = " ".join(name.split())
    if not plain:
        raise Refused("请填写知识点名称。")
    if len(plain) > LONGEST_NAME:
        raise Refused(f"知识点名称最多{LONGEST_NAME}个字。")
    return plain


def check_place(nodes: Sequence[Node], *, topic_id: int | None, parent_id: int | None) -> None:
    """Raise Refused when a topic would lie inside itself, or the tree get too deep."""
    if topic_id is not None and parent_id is not None and parent_id in below(nodes, topic_id):
        raise Refused("不能把知识点移到它自己或它的下级之下。")
    depths = {node.id: node.depth for node in tree(nodes)}
    own = below(nodes, topic_id) if topic_id is not None else frozenset[int]()
    height = max((depths[one] for one in own), default=0) - depths.get(topic_id or 0, 0)
    top = 0 if parent_id is None else depths[parent_id] + 1
    if top + height >= DEEPEST:
        raise Refused(f"知识点最多{DEEPEST}级。")
