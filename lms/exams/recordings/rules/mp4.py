"""How long an MP4 file lasts, by the samples that its boxes list (ISO/IEC 14496-12).

The boxes are read in a row, those that hold others are entered: what a browser streams has one
list for each fragment, what it writes at the end has one for the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lms.exams.recordings.rules.pieces import MOST_PARTS

_ENTERED = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"}
_BASE_OFFSET, _DESCRIPTION, _DEFAULT_DURATION = 0x1, 0x2, 0x8
_DATA_OFFSET, _FIRST_FLAGS, _DURATION = 0x1, 0x4, 0x100
_OF_SAMPLES = (_DURATION, 0x200, 0x400, 0x800)


@dataclass
class _Track:
    """What was read of a track so far; times in ticks, of which a second has `scale`."""

    scale: int = 0
    told: int = 0
    usual: int = 0
    default: int = 0
    clock: int = 0
    began: int | None = None
    ended: int = 0
    sounded: int = 0
    samples: int = 0

    def play(self, samples: int, ticks: int) -> None:
        """So many samples follow that last `ticks` together."""
        self.samples += samples
        if self.samples > MOST_PARTS:
            raise ValueError("no recording has so many samples")
        self.began = self.clock if self.began is None else min(self.began, self.clock)
        self.clock += ticks
        self.ended = max(self.ended, self.clock)
        self.sounded += ticks

    @property
    def seconds(self) -> float:
        """By its samples, where none are listed by its header; 0 where neither says anything."""
        if not self.scale:
            return 0
        span = self.ended - (self.began or 0)
        return (max(span, self.sounded) or self.told) / self.scale


def seconds(content: bytes) -> float | None:
    """How long the longest track lasts; None where nothing says so.

    ValueError where the boxes are none, or more than a recording has.
    """
    movie, tracks = _Track(), defaultdict[int, _Track](_Track)
    track = movie
    for kind, at, end in _boxes(content):
        if kind == b"mvhd":
            movie.scale, movie.told = _scale_and_duration(content, at)
        elif kind == b"tkhd":
            track = tracks[_whole(content, at + (20 if content[at] else 12))]
        elif kind == b"mdhd":
            track.scale, track.told = _scale_and_duration(content, at)
        elif kind == b"stts":
            _play_table(track, content, at, end)
        elif kind == b"trex":
            tracks[_whole(content, at + 4)].usual = _whole(content, at + 12)
        elif kind == b"tfhd":
            track = tracks[_whole(content, at + 4)]
            track.default = _default_duration(content, at, track.usual)
        elif kind == b"tfdt":
            track.clock = _whole(content, at + 4, 8 if content[at] else 4)
        elif kind == b"trun":
            _play_run(track, content, at, end)
    return max((one.seconds for one in tracks.values()), default=0) or movie.seconds or None


def _boxes(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Every box that holds no others: its kind, and where its content begins and ends."""
    at = count = 0
    while at + 8 <= len(content):
        size, kind, head = _whole(content, at), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = _whole(content, at + 8, 8), 16
        elif size == 0:  # to the end of the file
            size = len(content) - at
        count += 1
        if size < head or count > MOST_PARTS:
            raise ValueError("no recording has such boxes")
        if kind in _ENTERED:
            at += head
        else:
            yield kind, at + head, min(at + size, len(content))
            at += size


def _scale_and_duration(content: bytes, at: int) -> tuple[int, int]:
    """Of a header of the movie or of a track; all bits set is a duration that nobody knew."""
    place, length = (20, 8) if content[at] else (12, 4)
    duration = _whole(content, at + place + 4, length)
    return _whole(content, at + place), 0 if duration == (1 << 8 * length) - 1 else duration


def _default_duration(content: bytes, at: int, usual: int) -> int:
    flags = _flags(content, at)
    if not flags & _DEFAULT_DURATION:
        return usual
    before = (8 if flags & _BASE_OFFSET else 0) + (4 if flags & _DESCRIPTION else 0)
    return _whole(content, at + 8 + before)


def _play_table(track: _Track, content: bytes, at: int, end: int) -> None:
    """Pairs of a number of samples and the duration of each."""
    for place in _places(at + 8, _whole(content, at + 4), 8, end):
        samples = _whole(content, place)
        track.play(samples, samples * _whole(content, place + 4))


def _play_run(track: _Track, content: bytes, at: int, end: int) -> None:
    """The samples of a fragment; what is said of each begins with its duration, if that is said."""
    flags, samples = _flags(content, at), _whole(content, at + 4)
    if not flags & _DURATION:
        track.play(samples, samples * track.default)
        return
    first = at + 8 + sum(4 for one in (_DATA_OFFSET, _FIRST_FLAGS) if flags & one)
    stride = sum(4 for one in _OF_SAMPLES if flags & one)
    track.play(samples, sum(_whole(content, one) for one in _places(first, samples, stride, end)))


def _places(first: int, count: int, stride: int, end: int) -> range:
    """Where so many entries begin; ValueError where the box does not hold them."""
    if count > MOST_PARTS or first + count * stride > end:
        raise ValueError("a box says that it holds more than it does")
    return range(first, first + count * stride, stride)


def _flags(content: bytes, at: int) -> int:
    return _whole(content, at + 1, 3)


def _whole(content: bytes, at: int, length: int = 4) -> int:
    if at + length > len(content):
        raise ValueError("the file ends within a number")
    return int.from_bytes(content[at : at + length])
