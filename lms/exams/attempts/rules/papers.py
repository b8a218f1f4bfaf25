"""A sealed paper as it goes to every browser: written once, compressed once.

A gzip stream may be put together from parts that were compressed apart, if each ends on a whole
byte and the checksum runs on: the paper is the same for all, only what follows it is one's own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from lms.exams.attempts.rules.operations import canonical
from lms.exams.attempts.rules.sheets import slots
from question_bank.papers.rules.drawing import own_content
from question_bank.papers.rules.shuffling import choices

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_RAW = -zlib.MAX_WBITS


class SealedPaper:
    """The content of a sealed variant, and the same as the beginning of a JSON object."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.choices = choices(content)
        self.speaks = any(_is_spoken(slot) for slot in slots(content))
        self._plain = f'{{"content":{canonical(content)},'.encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        self._packed = packer.compress(self._plain) + packer.flush(zlib.Z_FULL_FLUSH)
        self._sum = zlib.crc32(self._plain)

    def of_candidate(self, seed: int) -> SealedPaper:
        """The same for everybody; of a drawn paper, what this seed draws."""
        own = own_content(self.content, seed)
        return self if own is self.content else SealedPaper(own)

    def with_members(self, members: bytes) -> bytes:
        """A JSON object of `content` and these `members` (`"name":value,…}`)."""
        return self._plain + members

    def zipped_with_members(self, members: bytes) -> bytes:
        """The same, gzipped (RFC 1952)."""
        packer = zlib.compressobj(1, zlib.DEFLATED, _RAW)
        tail = packer.compress(members) + packer.flush()
        length = (len(self._plain) + len(members)) & 0xFFFFFFFF
        foot = struct.pack("<II", zlib.crc32(members, self._sum), length)
        return _HEAD + self._packed + tail + foot


def _is_spoken(slot: Mapping[str, Any]) -> bool:
    """Is a slot, or a part of it, answered by speaking?"""
    return any(one.get("kind") == "speaking" for one in (slot, *(slot.get("parts") or ())))
