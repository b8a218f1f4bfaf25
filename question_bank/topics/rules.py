"""The tree of topics as plain data: order, depth, paths, and what lies below what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger does below the topic: paths that move over, and paths that become one."""

    moved: tuple[str, ...]
    joined: tuple[str, ...]


def merger(nodes: Sequence[Node], *, topic_id: int, into_id: int) -> Merger:
    """The children of the topic: those without a namesake under `into_id` move as they are, with
    what is below them; namesakes become one, child by child."""
    children: dict[int | None, dict[str, Node]] = {}
    for node in tree(nodes):
        children.setdefault(node.parent_id, {})[node.name] = node
    moved: list[str] = []
    joined: list[str] = []
    _merge_children(children, topic_id, into_id, moved, joined)
    return Merger(tuple(moved), tuple(joined))


def _merge_children(
    children: dict[int | None, dict[str, Node]],
    topic_id: int,
    into_id: int,
    moved: list[str],
    joined: list[str],
) -> None:
    present = children.get(into_id, {})
    for name, child in children.get(topic_id, {}).items():
        if name not in present or present[name].id == topic_id:
            moved.append(child.label)
        else:
            joined.append(child.label)
            _merge_children(children, child.id, present[name].id, moved, joined)


def found(nodes: Sequence[Node], text: str) -> list[Node]:
    """The nodes, in their order, whose path has the text in it; all without a text."""
    plain = "".join(text.split()).casefold()
    return [node for node in nodes if plain in "".join(node.path).replace(" ", "").casefold()]


def with_below(nodes: Sequence[Node], counts: Mapping[int, int]) -> dict[int, int]:
    """For every node its own count and those of all below it."""
    total = {node.id: counts.get(node.id, 0) for node in nodes}
    for node in reversed(tree(nodes)):  # children before their parents
        if node.parent_id is not None:
            total[node.parent_id] += total[node.id]
    return total
