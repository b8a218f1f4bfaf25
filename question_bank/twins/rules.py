"""What two items have in common, as shares of the same runs of three characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.characters import squeezed

GRAM = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of a list by their places, the earlier first, and their similarity (0 to 1)."""

    first: int
    second: int
    similarity: float


def text_of(content: Content) -> str:
    """What is compared: stem, options in any order, and parts; never the key, since the same
    question with another key is the most telling of all twins."""
    options = sorted(squeezed(option) for option in content.options)
    parts = [text_of(part) for part in content.parts]
    return "".join([squeezed(content.stem), *options, *parts])


def shingles(text: str) -> frozenset[str]:
    """All runs of three characters; a shorter text is one of its own."""
    return frozenset(text[at : at + GRAM] for at in range(max(len(text) - GRAM + 1, 1)))


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """The Jaccard index of two sets of shingles: common ones by all; 1 for the same."""
    return len(first & second) / len(first | second)


def clusters(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Numbers that are connected by pairs, each cluster in order, the clusters in the order of
    their first pairs."""
    home: dict[int, set[int]] = {}
    for first, second in pairs:
        joined = home.get(first, {first}) | home.get(second, {second})
        for one in joined:
            home[one] = joined
    unique = {id(home[first]): home[first] for first, _ in pairs}
    return [sorted(cluster) for cluster in unique.values()]
