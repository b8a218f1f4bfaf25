"""Pictures inside a text: ［图1］ stands for the first entry of an item's media, ［图2］ for the second.

The sign is readable where nothing draws it (an export, a message), and it keeps the place of a
picture in a stem or an option. A stem that is nothing but ［图1］ is a stem.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SIGN = re.compile(r"［图(\d{1,3})］")
# While a file is read, a picture is one private character of plane 15 per picture of the file: it
# may be cut, joined and moved as any character, and cannot be mistaken for text.
_FIRST = 0xF0000
_LAST = 0xFFFFD
_PRIVATE = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
LOST = "［图］"
"""Stands for a picture that could not be taken in."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text: words, or the picture at `picture` (from 0) of the item's media."""

    text: str
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class Medium:
    """An entry of an item's media as a page shows it; no address where its bytes are lost."""

    address: str
    is_recording: bool = False


def sign(position: int) -> str:
    """The sign of the picture at a position (from 0) of an item's media: 0 is ［图1］."""
    return f"［图{position + 1}］"


def runs(text: str, media: Sequence[Any]) -> list[Run]:
    """A text split into words and pictures, in order; a sign beyond the media stays words."""
    made: list[Run] = []
    at = 0
    for match in _SIGN.finditer(text):
        position = int(match[1]) - 1
        if not 0 <= position < len(media):
            continue
        made += [Run(text[at : match.start()])] if match.start() > at else []
        made.append(Run(match[0], position))
        at = match.end()
    return [*made, Run(text[at:])] if at < len(text) else made


def texts_of(item: Any) -> list[str]:
    """All texts of an item, a slot or a report that may show a picture: those of its parts too."""
    names = ("stem", "options", "parts", "rationale")
    is_plain = isinstance(item, Mapping)
    read = [item.get(one) if is_plain else getattr(item, one, None) for one in names]
    stem, options, parts, rationale = read
    shown = [getattr(one, "text", one) for one in options or ()]
    inner = [text for part in parts or () for text in texts_of(part)]
    return [stem or "", *shown, *inner, rationale or ""]


def exchanged(
    before: Sequence[int],
    dropped: Collection[int],
    recordings: Sequence[int],
    brought: Sequence[int],
) -> tuple[list[int], dict[int, int | None]]:
    """The media of an item after an edit, and where each position went; None is gone.

    Brought pictures take the places of dropped ones, then follow the last: a sign counts on
    from those that were there. Brought recordings stand first.
    """
    waiting = list(brought)
    media, places = list(recordings), dict[int, int | None]()
    for at, one in enumerate(before):
        stays = one if one not in dropped else waiting.pop(0) if waiting else None
        places[at] = None if stays is None else len(media)
        media += [] if stays is None else [stays]
    places |= {len(before) + at: len(media) + at for at in range(len(waiting) if before else 0)}
    return [*media, *waiting], places


def moved(item: Mapping[str, Any], places: Mapping[int, int | None]) -> dict[str, Any]:
    """An item as JSON with the signs of media that changed places; None is gone."""

    def sign_of(match: re.Match[str]) -> str:
        place = places.get(int(match[1]) - 1, int(match[1]) - 1)
        return LOST if place is None else sign(place)

    made = dict(item)
    for name in ("stem", "rationale"):
        if made.get(name):
            made[name] = _SIGN.sub(sign_of, made[name])
    if made.get("options"):
        made["options"] = [_SIGN.sub(sign_of, option) for option in made["options"]]
    if made.get("parts"):
        made["parts"] = [moved(part, places) for part in made["parts"]]
    return made


def unplaced(texts: Sequence[str], media: Sequence[Any]) -> list[int]:
    """The positions of media that no text shows; they belong below the stem."""
    shown = {int(number) - 1 for text in texts for number in _SIGN.findall(text)}
    return [position for position in range(len(media)) if position not in shown]


def private(ordinal: int) -> str:
    """The character for the picture with an ordinal (from 0) in a file that is being read."""
    return chr(min(_FIRST + ordinal, _LAST))


def privates(text: str) -> list[str]:
    """The characters of pictures in a text, in order."""
    return _PRIVATE.findall(text)


def placed(text: str, known: Mapping[str, str], media: list[str]) -> str:
    """A text with signs in place of private characters; the names of its pictures join `media`.

    `known` maps the characters of the file to names; "" and unknown ones are lost.
    """

    def shown(match: re.Match[str]) -> str:
        name = known.get(match[0], "")
        if not name:
            return LOST
        if name not in media:
            media.append(name)
        return sign(media.index(name))

    return _PRIVATE.sub(shown, text)
