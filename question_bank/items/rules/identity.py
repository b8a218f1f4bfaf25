"""When two items say the same, and how the values of an item are kept as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.characters import squeezed


def content_hash(content: Content, files: Iterable[str] = ()) -> str:
    """SHA-256 of what is asked: kind, stem, options, key and parts, but for blanks and width.

    `files` are the SHA-256 of its pictures and recordings, in their order: the same file counts as
    the same, however often it was uploaded.
    """
    essence = [*_essence(content), list(files)]
    canonical = json.dumps(essence, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _essence(content: Content) -> list[Any]:
    # A part ends with files as the whole does; it has none of its own.
    parts = [[*_essence(part), []] for part in content.parts]
    options = [squeezed(option) for option in content.options]
    key = json.loads(json.dumps(list(content.key)))
    return [content.kind, squeezed(content.stem), options, key, parts]


def plain_rubric(rubric: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """采分点 as JSON: points are decimal strings."""
    return [{"text": str(row["text"]), "points": str(row["points"])} for row in rubric]


def plain_part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a case as JSON, with all its fields: points are a decimal string or None."""
    points = part.get("points")
    return {
        "kind": str(part.get("kind", "")),
        "stem": str(part.get("stem", "")),
        "options": list(part.get("options", ())),
        "key": [list(one) if isinstance(one, tuple) else one for one in part.get("key", ())],
        "rubric": plain_rubric(part.get("rubric", ())),
        "rationale": str(part.get("rationale", "")),
        "points": None if points is None else str(points),
    }
