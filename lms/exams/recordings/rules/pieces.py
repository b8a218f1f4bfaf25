"""Recordings as answers name them, the pieces in which they come, and whether one counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.exams.attempts.rules.states import Standing
from lms.ground.errors import Refused
from lms.ground.words import word

LARGEST = 30 * 2**20
"""Bytes of one recording: a quarter of an hour at the highest rate that browsers choose."""
LARGEST_PIECE = 256 * 2**10
LONGEST = 60 * 60
MOST_OF_A_SHEET = 200
MOST_PARTS = 500_000
"""Elements or boxes of a file, samples of a track: an hour has 180,000 of 20 ms."""

_NAMED = re.compile(r"sha256:([0-9a-f]{64})")
# WebM (Chromium, Firefox), Ogg (old Firefox), MP4 (Safari): all that a MediaRecorder writes.
WEBM, OGG, _MP4 = b"\x1aE\xdf\xa3", b"OggS", b"ftyp"
ASIDE_NAMES = {
    Standing.LATE: word("截止后才送达"),
    Standing.STALE_LEASE: word("来自已被接替的窗口"),
    Standing.SURPLUS: word("超过允许的录音次数"),
}
"""Why a recording was set aside."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of the recording of this hash, from byte `at` on; none asks how far it has come.

    `size` in bytes and `seconds` are those of the whole; `number` is the slot that it answers.
    """

    sha256: str
    lease: int
    number: int
    size: int
    seconds: int
    at: int
    content: bytes


def named_in(response: Any) -> list[str]:
    """The hashes of the recordings that a response names, of all its parts."""
    if isinstance(response, Mapping):
        return [found for one in response.values() for found in named_in(one)]
    found = _NAMED.fullmatch(response) if isinstance(response, str) else None
    return [found[1]] if found else []


def check_piece(piece: Piece) -> None:
    """Refused where a piece is none of any recording that a page makes."""
    if not re.fullmatch(r"[0-9a-f]{64}", piece.sha256):
        raise Refused("录音数据的格式不对：没有指纹。")
    if not (0 < piece.size <= LARGEST and 0 <= piece.seconds <= LONGEST):
        raise Refused(f"录音太大，每段最多 {LARGEST // 2**20} MB。")
    if len(piece.content) > LARGEST_PIECE or not 0 <= piece.at <= piece.size - len(piece.content):
        raise Refused("录音数据的格式不对：这一段放不进这份录音。")
    if piece.at == 0 and piece.content and not _is_audio(piece.content):
        raise Refused("录音数据的格式不对：不是浏览器录的声音。")


def standing_of(
    lease: int,
    at: datetime,
    *,
    present_lease: int,
    submitted_at: datetime | None,
    paused_at: datetime | None,
    accepts_until: datetime | None,
    is_named: bool,
    is_surplus: bool,
) -> Standing:
    """How a recording counts that is whole at `at`, judged as an operation is.

    A page that was fenced off brings what an answer that counts has named (`is_named`) as if it
    had not been: what was said then stood fixed before. What is recorded more often than the item
    allows (`is_surplus`) waits for a person.
    """
    if lease < present_lease and not is_named:
        return Standing.STALE_LEASE
    is_over = accepts_until is not None and paused_at is None and at >= accepts_until
    if submitted_at is not None or is_over:
        return Standing.LATE
    return Standing.SURPLUS if is_surplus else Standing.COUNTS


def ending_of(content: bytes) -> str:
    """What the name of a file with this sound ends with."""
    return ".m4a" if is_mp4(content) else ".ogg" if content.startswith(OGG) else ".webm"


def is_mp4(content: bytes) -> bool:
    """The mark of the format stands behind the size of the first box."""
    return content[4:8] == _MP4


def _is_audio(head: bytes) -> bool:
    return head.startswith((WEBM, OGG)) or is_mp4(head)
