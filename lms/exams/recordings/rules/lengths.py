"""How long a recording lasts, by the times that its container gives its packets; nothing is decoded.

The headers of what browsers record name no length (they are written before it is known), and
libraries of tags read headers alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from lms.exams.recordings.rules import mp4
from lms.exams.recordings.rules.pieces import LONGEST, MOST_PARTS, OGG, WEBM, is_mp4

_SEGMENT, _INFO, _CLUSTER, _BLOCK_GROUP = 0x18538067, 0x1549A966, 0x1F43B675, 0xA0
_SCALE, _TIMESTAMP, _BLOCK, _SIMPLE_BLOCK = 0x2AD7B1, 0xE7, 0xA1, 0xA3
_ENTERED = (_SEGMENT, _INFO, _CLUSTER, _BLOCK_GROUP)
_USUAL_SCALE = 1_000_000
_OPUS_HEAD, _OPUS_RATE = b"OpusHead", 48000


def measured(content: bytes) -> int | None:
    """Whole seconds, at least 1 and at most LONGEST; None where the container is not understood.

    WebM (RFC 9559) by its blocks, Ogg Opus (RFC 7845) by its last page, MP4 by its samples.
    """
    try:
        seconds = _read(content)
    except (IndexError, OverflowError, ValueError):
        return None
    return None if seconds is None else max(1, min(LONGEST, round(seconds)))


def _read(content: bytes) -> float | None:
    if content.startswith(WEBM):
        return _webm(content)
    if is_mp4(content):
        return mp4.seconds(content)
    return _ogg_opus(content) if content.startswith(OGG) else None


def _webm(content: bytes) -> float | None:
    """From the first packet to the end of the last, which lasts as long as they do on average."""
    scale, cluster, times = _USUAL_SCALE, 0, []
    for element, start, end in _elements(content):
        if element == _SCALE:
            scale = int.from_bytes(content[start:end])
        elif element == _TIMESTAMP:
            cluster = int.from_bytes(content[start:end])
        elif element in (_BLOCK, _SIMPLE_BLOCK):
            _, _, at = _number(content, start)
            times.append(cluster + int.from_bytes(content[at : at + 2], signed=True))
    if len(times) < 2:
        return None
    span = max(times) - min(times)
    return span * len(times) / (len(times) - 1) * scale / 10**9


def _elements(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Every element that holds no others: number, and where its content begins and ends.

    Those that hold others are entered, so that their size, which may be unknown, does not matter.
    """
    at = count = 0
    while at < len(content):
        count += 1
        if count > MOST_PARTS:
            raise ValueError("no recording has so many elements")
        element, _, at = _number(content, at)
        _, size, at = _number(content, at)
        if element not in _ENTERED:
            yield element, at, at + size
            at += size


def _number(content: bytes, at: int) -> tuple[int, int, int]:
    """A number of variable length with its marker and without, and where the next thing begins."""
    length = 9 - content[at].bit_length()
    if length > 8:
        raise ValueError("no number begins with eight empty bits")
    whole = int.from_bytes(content[at : at + length])
    return whole, whole & ((1 << 7 * length) - 1), at + length


def _ogg_opus(content: bytes) -> float | None:
    """The position that the last page says, without what a player skips at the beginning."""
    head, last = content.find(_OPUS_HEAD), content.rfind(OGG)
    if head < 0:
        return None
    skipped = int.from_bytes(content[head + 10 : head + 12], "little")
    position = int.from_bytes(content[last + 6 : last + 14], "little", signed=True)
    return max(0, position - skipped) / _OPUS_RATE
