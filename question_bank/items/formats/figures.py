"""The order of an item's files: recordings, then pictures as the texts show them, then the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from question_bank.items.rules.draft import Draft
from question_bank.items.rules.runs import sign

_SIGN = re.compile(r"［图(\d{1,3})］")
_SOUNDS = (".mp3", ".m4a", ".wav", ".ogg", ".oga", ".aac", ".opus", ".flac", ".amr", ".wma",
           ".mp4", ".webm", ".mov", ".m4v", ".mkv", ".avi")  # fmt: skip


def is_sound(name: str) -> bool:
    """Whether a file is heard (or watched) rather than seen in its place."""
    return name.lower().endswith(_SOUNDS)


def is_recording(data: bytes) -> bool:
    """Whether bytes begin as a recording does: MP3, WAV, Ogg, AMR, MPEG-4, WebM."""
    starts = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"OggS", b"#!AMR", b"\x1aE\xdf\xa3")
    riff = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    return data.startswith(starts) or riff or data[4:8] == b"ftyp"


def settled(draft: Draft) -> Draft:
    """The draft with its files in that order, and the signs ［图1］ of its texts renumbered."""
    if not draft.media:
        return draft
    order = _order(draft)
    if order == list(range(len(order))):
        return draft
    new = {old: at for at, old in enumerate(order)}

    def renumbered(text: str) -> str:
        return _SIGN.sub(lambda m: sign(new[int(m[1]) - 1]) if int(m[1]) - 1 in new else m[0], text)

    return replace(with_texts(draft, renumbered), media=tuple(draft.media[at] for at in order))


def _order(draft: Draft) -> list[int]:
    shown = [int(number) - 1 for text in texts(draft) for number in _SIGN.findall(text)]
    known = range(len(draft.media))
    sounds = [at for at in known if is_sound(draft.media[at])]
    pictures = [at for at in shown if at in known and at not in sounds]
    return list(dict.fromkeys([*sounds, *pictures, *known]))


def texts(draft: Draft) -> Iterator[str]:
    """The texts that may show a picture, in reading order."""
    yield draft.stem
    yield from draft.options
    for part in draft.parts:
        yield from texts(part)
    yield draft.rationale


def with_texts(draft: Draft, change: Callable[[str], str]) -> Draft:
    """The draft with a change to each of those texts."""
    return replace(
        draft,
        stem=change(draft.stem),
        options=tuple(map(change, draft.options)),
        parts=tuple(with_texts(part, change) for part in draft.parts),
        rationale=change(draft.rationale),
    )


def split(text: str, media: Sequence[str]) -> list[str]:
    """A text cut at the signs of its pictures: words and names of files in turn, words first."""
    pieces = _SIGN.split(text)
    made = [pieces[0]]
    for number, words in zip(pieces[1::2], pieces[2::2], strict=True):
        at = int(number) - 1
        if 0 <= at < len(media) and not is_sound(media[at]):
            made += [media[at], words]
        else:
            made[-1] += f"［图{number}］{words}"
    return made


def unshown(draft: Draft) -> list[str]:
    """The files that no text shows in its place."""
    found = {name for text in texts(draft) for name in split(text, draft.media)[1::2]}
    return [name for name in draft.media if name not in found]
