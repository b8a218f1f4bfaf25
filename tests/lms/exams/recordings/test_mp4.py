"""How long MP4 files are: streamed in fragments, written at the end, cut off, and made to mislead."""

from __future__ import annotations

from random import Random

import pytest

from lms.exams.recordings.rules.lengths import measured
from lms.exams.recordings.rules.mp4 import seconds
from lms.exams.recordings.rules.pieces import LONGEST, MOST_PARTS
from tests.lms.exams.recordings.said import FTYP, box, fragment, table, track, webm, words

MANY = 2**32 - 1
LONG = 1 << 24  # version 1 of a box: its times have eight bytes
HEAD = FTYP + box("moov", track())
STREAMED = HEAD + fragment(1000, 1000, begins=0) + fragment(1500, begins=2000)
WRITTEN = FTYP + box("mdat", bytes(50)) + box("moov", track(table((3, 1000), (1, 500))))


def run(*numbers: int, flags: int = 0, home: bytes = b"", of: int = 1) -> bytes:
    """A fragment with a run that says this, in a home that says more than its track."""
    return box(
        "moof",
        box("traf", box("tfhd", home or words(of)), box("trun", words(*numbers, flags=flags))),
    )


def usual(ticks: int) -> bytes:
    """What a movie says of samples of which nothing else is said."""
    return FTYP + box("moov", track(), box("mvex", box("trex", words(1, 1, ticks, 0, 0))))


def long_header(kind: str, scale: int, told: int) -> bytes:
    """A header whose times have eight bytes."""
    return box(kind, words(flags=LONG), bytes(16), scale.to_bytes(4), told.to_bytes(8))


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (STREAMED, 3.5),
        (HEAD + fragment(1000) + fragment(1000), 2),  # no fragment says when it begins
        (HEAD + fragment(1000, begins=7000) + fragment(1000, begins=9000), 3),  # a pause between
        (HEAD + fragment(1000, begins=9000) + fragment(1000, begins=7000), 3),  # the other way round
        (HEAD + fragment(1000, begins=0) + fragment(1000, begins=0), 2),  # both at one time
        (HEAD + fragment(1000, begins=0) + box("moof", box("traf", box("tfhd", words(1)),
            box("tfdt", words(flags=LONG), (9000).to_bytes(8)),
            box("trun", words(1, 4000, flags=0x100)))), 13),
        (usual(20) + run(100), 2),
        (usual(20) + run(100, home=words(1, 50, flags=0x8)), 5),
        (usual(20) + run(100, home=words(1, 0, 0, 9, 50, flags=0x8 | 0x1 | 0x2)), 5),
        (usual(20) + run(2, 7, 8, 3000, 1, 2, 3, 4000, 1, 2, 3, flags=0xF05), 7),
        (usual(20) + run(2, 9, 9, flags=0x200), 0.04),
        (FTYP + box("moov", track(), track(number=2, scale=100)) + fragment(2000)
            + fragment(500, number=2), 5),  # the longer of two
        (FTYP + box("moov", track(table((2, 1000)))) + fragment(1000, begins=2000), 3),
    ],
)  # fmt: skip
def test_a_streamed_file_lasts_as_long_as_its_fragments(content: bytes, length: float) -> None:
    assert seconds(content) == pytest.approx(length)


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (WRITTEN, 3.5),
        (FTYP + box("moov", track(table((3, 1000)), told=9999)), 3),  # the samples, not the header
        (FTYP + box("moov", track(told=9000)), 9),
        (FTYP + box("moov", box("mvhd", words(0, 0, 600, 3000)), track(scale=0)), 5),
        (FTYP + box("moov", box("mvhd", words(0, 0, 600, 3000)), track(told=9000)), 9),
        (FTYP + box("moov", long_header("mvhd", 600, 3000)), 5),
        (FTYP + box("moov", long_header("mvhd", 600, 2**64 - 1)), None),  # "unknown"
        (FTYP + box("moov", box("mvhd", words(0, 0, 600, MANY)), track(told=MANY)), None),
        (FTYP + b"\0\0\0\1mdat" + (66).to_bytes(8) + bytes(50) + WRITTEN[-200:], 3.5),
        (WRITTEN[len(FTYP) + 58:] + b"\0\0\0\0mdat" + bytes(50), 3.5),  # the last box has no end
        (FTYP, None),
        (b"", None),
    ],
)  # fmt: skip
def test_a_file_written_at_the_end_lasts_as_long_as_its_table(
    content: bytes, length: float | None
) -> None:
    assert seconds(content) == (length and pytest.approx(length))


def test_a_recording_is_measured_in_whole_seconds() -> None:
    assert [measured(one) for one in (STREAMED, WRITTEN, FTYP)] == [4, 4, None]
    assert measured(usual(1) + run(1)) == 1
    assert measured(HEAD + fragment(MANY)) == LONGEST


@pytest.mark.parametrize("whole", [STREAMED, WRITTEN])
def test_a_file_that_was_cut_off_is_never_longer_than_the_whole(whole: bytes) -> None:
    told = [measured(whole[:end]) for end in range(len(whole))]
    assert {one for one in told if one is not None} <= {1, 2, 3, 4}
    assert told[:8] == [None] * 8


@pytest.mark.parametrize(
    "content",
    [
        FTYP + b"\0\0\0\7moov",
        FTYP + b"\0\0\0\1mdat" + (15).to_bytes(8),
        FTYP + b"\0\0\0\1mdat",
        FTYP + box("moov", box("mvhd", b"")),
        FTYP + box("free") * (MOST_PARTS + 1),
        usual(20) + run(MOST_PARTS + 1),
        usual(20) + run(MOST_PARTS) + run(1),
        HEAD + run(MANY, 1000, flags=0x100),
        HEAD + run(2, 1000, flags=0x100) + fragment(1000),
        FTYP + box("moov", track(box("stts", words(MANY, 1, 1)))),
        FTYP + box("moov", track(table((MANY, MANY)))),
    ],
)
def test_boxes_that_no_recording_has_say_nothing(content: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        seconds(content)
    assert measured(content) is None


def test_samples_of_a_track_that_was_never_named_say_nothing() -> None:
    assert seconds(FTYP + fragment(1000)) is None
    assert seconds(FTYP + box("moov", track(scale=0)) + fragment(1000)) is None


def test_a_streamed_webm_of_nothing_but_elements_says_nothing() -> None:
    assert measured(webm(0, 1000) + b"\xec\x80" * MOST_PARTS) is None
    assert measured(webm(0, 1000) + b"\xec\x80") == 2


@pytest.mark.parametrize("whole", [STREAMED, WRITTEN])
def test_no_damage_to_a_file_does_more_than_change_its_length(whole: bytes) -> None:
    chance = Random(4)
    for _ in range(2000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(whole))] = chance.randrange(256)
        told = measured(bytes(broken))
        assert told is None or 1 <= told <= LONGEST
