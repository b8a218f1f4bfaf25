"""What a candidate's sheet shows, and nothing that is a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Names that stand in Variant.answers and must never stand in Variant.content.
SECRETS = frozenset(
    {"key", "keys", "answer", "answers", "rubric", "rationale", "provenance", "transcript"}
)


def slots(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every slot of a variant's content, in its order."""
    for section in content["sections"]:
        yield from section["slots"]


def secrets_in(content: Any) -> list[str]:
    """Every name in `content` that a candidate must not see; none when the paper is sound."""
    if isinstance(content, Mapping):
        own = [name for name in content if name in SECRETS]
        return own + [found for one in content.values() for found in secrets_in(one)]
    if isinstance(content, list):
        return [found for one in content for found in secrets_in(one)]
    return []
