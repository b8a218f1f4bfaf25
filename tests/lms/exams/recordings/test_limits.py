"""How long recordings are by their containers, and what is told of those beyond their limits."""

from __future__ import annotations

import pytest

from lms.exams.recordings.rules.allowed import Allowed, allowed_by, remark_on
from lms.exams.recordings.rules.lengths import measured
from lms.exams.recordings.rules.pieces import LONGEST
from tests.lms.exams.recordings.said import webm

LIMITS = {"seconds": 30, "tries": 2}


def ogg(position: int, *, skipped: int = 312) -> bytes:
    """The first and the last page of an Ogg Opus file."""
    head = b"OpusHead\1\1" + skipped.to_bytes(2, "little") + bytes(7)
    pages = [(0, head), (position, b"sound")]
    return b"".join(b"OggS\0\0" + at.to_bytes(8, "little") + bytes(12) + it for at, it in pages)


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (webm(0, 1000, 2000), 3),
        (webm(5000, 6000, 7000), 3),
        (webm(0, 20), 1),
        (webm(0), None),
        (webm(), None),
        (webm(0, 1000, 2000)[:-3], 3),
        (webm(0, 1000) + b"\0", None),
        (b"\x1aE\xdf\xa3" + bytes(100), None),
        (ogg(48000 * 7 + 312), 7),
        (ogg(48000 * (LONGEST + 99)), LONGEST),
        (ogg(0), 1),
        (b"OggS" + bytes(60), None),
        (b"\0\0\0\x20ftypisom" + bytes(60), None),
    ],
)
def test_a_container_says_how_long_it_is(content: bytes, seconds: int | None) -> None:
    assert measured(content) == seconds


def test_a_slot_allows_what_all_its_parts_allow() -> None:
    short = {"seconds": 10, "tries": 1}
    assert allowed_by({"spoken": LIMITS, "parts": []}) == Allowed(30, 2)
    assert allowed_by({"parts": [{"spoken": LIMITS}, {}, {"spoken": short}]}) == Allowed(30, 3)
    assert allowed_by({"parts": [{}]}) is None


@pytest.mark.parametrize(
    ("nth", "seconds", "size", "remark"),
    [
        (2, 33, 400_000, ""),
        (3, 30, 400_000, "这是本题的第 3 段录音，限录 2 次"),
        (1, 34, 400_000, "长 34 秒，限 30 秒"),
        (1, 5, 512_000, ""),
        (1, 5, 600_000, "有 600 KB，不可能只有 5 秒"),
        (4, 40, 9_000_000, "这是本题的第 4 段录音，限录 2 次；长 40 秒，限 30 秒；有 9000 KB，不可能只有 40 秒"),
    ],
)  # fmt: skip
def test_a_person_is_told_what_is_beyond_the_limits(
    nth: int, seconds: int, size: int, remark: str
) -> None:
    assert remark_on(Allowed(30, 2), nth=nth, seconds=seconds, size=size) == remark
