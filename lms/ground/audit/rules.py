"""Rules of the chain: what a seal covers, when entries may be sealed, where the chain breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

BEGINNING = "0" * 64
# Numbers are given before the commit: an entry may appear after one with a higher number.
RIPE_AFTER = timedelta(minutes=1)
# A number that is still missing after so long was given to a transaction that was undone.
GAP_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """An audit entry as plain data, as the seal covers it."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_kind: str
    subject_id: int | None
    sentence: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Seal:
    """A seal as plain data."""

    id: int
    first_entry_id: int
    last_entry_id: int
    entries: int
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds: `broken` is empty, or says where it breaks first."""

    seals: int
    entries: int
    last_hash: str
    broken: str = ""


def digest(previous_hash: str, lines: Iterable[Line]) -> bytes:
    """SHA-256 over the seal before and the entries, each as one line of canonical JSON."""
    covered = sha256(previous_hash.encode())
    for line in lines:
        plain = {**asdict(line), "at": line.at.astimezone(UTC).isoformat(timespec="microseconds")}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        covered.update(b"\n" + text.encode())
    return covered.digest()


def ripe(lines: Sequence[Line], *, after: int, at: datetime) -> list[Line]:
    """The entries, from number `after` + 1 on, that can be sealed at `at`.

    It stops at an entry that is too young, and at a missing number for as long as that
    number may still turn up.
    """
    sealed, last = [], after
    for line in lines:
        patience = RIPE_AFTER if line.id == last + 1 else GAP_AFTER
        if line.at > at - patience:
            break
        sealed.append(line)
        last = line.id
    return sealed


def judge(
    seals: Iterable[Seal], lines: Iterable[Line], is_signed: Callable[[bytes, str], bool]
) -> Verdict:
    """Check every seal against the entries, both in the order of their numbers.

    `is_signed(digest, hash)` says whether this house signed the digest.
    """
    rest, held, entries, previous = _Reader(lines), 0, 0, BEGINNING
    for seal in seals:
        covered = rest.up_to(seal.last_entry_id)
        broken = _fault(seal, covered, previous, is_signed)
        if broken:
            return Verdict(held, entries, previous, broken)
        held, entries, previous = held + 1, entries + len(covered), seal.hash
    return Verdict(held, entries, previous)


def _fault(
    seal: Seal, covered: Sequence[Line], previous: str, is_signed: Callable[[bytes, str], bool]
) -> str:
    where = f"第{seal.id}号封印（第{seal.first_entry_id}至{seal.last_entry_id}条）"
    if seal.previous_hash != previous:
        return f"{where}接不上前一个封印：有封印被删除或改动。"
    if not covered or covered[0].id != seal.first_entry_id or len(covered) != seal.entries:
        return f"{where}应有{seal.entries}条记录，现有{len(covered)}条：有记录被删除或添加。"
    if not is_signed(digest(previous, covered), seal.hash):
        return f"{where}与记录内容不符：有记录被改动。"
    return ""


class _Reader:
    """Entries read once, a stretch at a time."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: Iterator[Line] = iter(lines)
        self._next = next(self._lines, None)

    def up_to(self, last_id: int) -> list[Line]:
        stretch = []
        while self._next is not None and self._next.id <= last_id:
            stretch.append(self._next)
            self._next = next(self._lines, None)
        return stretch
