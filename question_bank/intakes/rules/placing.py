"""The pictures of a draft: signs that name them in its texts, and their names in its media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from question_bank.items.rules import runs
from question_bank.items.rules.draft import Draft


def placed(draft: Draft, known: Mapping[str, str]) -> Draft:
    """The draft with the signs of its pictures (see runs) in place of their private characters.

    The pictures of parts count on in the media of the whole.
    """
    media: list[str] = []
    made = _placed(draft, known, media)
    return replace(made, media=tuple(media)) if media else made


def _placed(draft: Draft, known: Mapping[str, str], media: list[str]) -> Draft:
    return replace(
        draft,
        stem=runs.placed(draft.stem, known, media),
        options=tuple(runs.placed(option, known, media) for option in draft.options),
        key=tuple(_placed_key(one, known, media) for one in draft.key),
        parts=tuple(_placed(part, known, media) for part in draft.parts),
        rationale=runs.placed(draft.rationale, known, media),
        told=runs.placed(draft.told, {}, []),
    )


def _placed_key(one: Any, known: Mapping[str, str], media: list[str]) -> Any:
    if isinstance(one, str):
        return runs.placed(one, known, media)
    return tuple(_placed_key(each, known, media) for each in one) if isinstance(one, tuple) else one
