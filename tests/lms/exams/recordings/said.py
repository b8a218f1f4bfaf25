"""Recordings that lie on the server as if a page had brought them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.models import Recording
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.uploads.actions import store

SOUND = b"\x1aE\xdf\xa3" + b"beep" * 100


def said(
    sheet: Attempt, number: int, content: bytes = SOUND, **columns: Any
) -> tuple[Recording, str]:
    """A whole recording of this sheet, and the answer that names it."""
    found = sha256(content).hexdigest()
    row = Recording(
        attempt_id=sheet.id,
        **{
            "number": number,
            "lease": 1,
            "sha256": found,
            "size": len(content),
            "seconds": 7,
            "received": len(content),
            "begun_at": now(),
            "received_at": now(),
            "standing": Standing.COUNTS,
            "upload_id": store(content, name="录音.webm", owner_id=1, at=now()).id,
            **columns,
        },
    )
    session.add(row)
    session.flush()
    return row, f"sha256:{found}"


def webm(*milliseconds: int) -> bytes:
    """A WebM file as a browser streams it, of one cluster with a packet at each of these times."""
    blocks = b"".join(
        _element(b"\xa3", b"\x81" + one.to_bytes(2) + b"\x80opus") for one in milliseconds
    )
    unknown = b"\x01" + b"\xff" * 7
    scale = _element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3))
    return b"".join(
        (
            _element(b"\x1aE\xdf\xa3", _element(b"B\x82", b"webm")),
            b"\x18S\x80g" + unknown,
            _element(b"\x15I\xa9f", scale),
            b"\x1fC\xb6u" + unknown,
            _element(b"\xe7", b"\0") + blocks,
        )
    )


def _element(name: bytes, content: bytes) -> bytes:
    return name + (0x4000 | len(content)).to_bytes(2) + content


def box(kind: str, *content: bytes) -> bytes:
    """A box of an MP4 file."""
    held = b"".join(content)
    return (8 + len(held)).to_bytes(4) + kind.encode() + held


def words(*numbers: int, flags: int = 0) -> bytes:
    """What a box of version 0 says: its flags and numbers of four bytes."""
    return b"".join(one.to_bytes(4) for one in (flags, *numbers))


FTYP = box("ftyp", b"iso5", bytes(4))


def track(*table: bytes, scale: int = 1000, told: int = 0, number: int = 1) -> bytes:
    """A track whose header says that it lasts `told` ticks."""
    media = box("mdia", box("mdhd", words(0, 0, scale, told)), box("minf", box("stbl", *table)))
    return box("trak", box("tkhd", words(0, 0, number)), media)


def table(*pairs: tuple[int, int]) -> bytes:
    """A number of samples and the duration of each, pair by pair."""
    return box("stts", words(len(pairs), *(number for pair in pairs for number in pair)))


def fragment(*durations: int, begins: int | None = None, number: int = 1) -> bytes:
    """A fragment with samples of these durations, as a browser streams it."""
    sizes = [number for one in durations for number in (one, 5)]
    run = box("trun", words(len(durations), 0, *sizes, flags=0x301))
    when = b"" if begins is None else box("tfdt", words(begins))
    home = box("tfhd", words(number, flags=0x020000))
    sound = box("mdat", bytes(5 * len(durations)))
    return box("moof", box("mfhd", words(1)), box("traf", home, when, run)) + sound
