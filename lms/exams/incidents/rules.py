"""The chain of a sitting: what a seal covers, and where the chain breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

BEGINNING = "0" * 64
SEALED = "sittings.seal_log"
# A row may appear later than one with a higher number, but not later than its transaction lasts.
RIPE_AFTER = timedelta(minutes=2)


class Source(StrEnum):
    """The tables that a sitting's log is in, in the order in which a seal covers them."""

    SIGHTING = "sighting"
    INCIDENT = "incident"
    INTERVENTION = "intervention"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the log as plain data, as the seal covers it."""

    source: Source
    id: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as plain data; `last` has the last number covered of every source."""

    number: int
    last: Mapping[Source, int]
    entries: int
    previous_hash: str
    hash: str


def overplayed(place: str, heard: int, slots: Mapping[int, Mapping[str, Any]]) -> str:
    """That a recording was heard too often, as a sentence; nothing where it was not.

    `place` is how the page names it: "3.0" is the first medium of the sheet's slot 3.
    """
    number = place.partition(".")[0]
    slot = slots.get(int(number)) if number.isdecimal() and len(number) < 5 else None
    plays = slot.get("plays") if slot else None
    if not plays or heard <= plays:
        return ""
    return f"第 {number} 题的录音播放了 {heard} 次（限 {plays} 次），多为断网时换了设备，请人核实。"


def overrecorded(number: int, remark: str, why_aside: str) -> str:
    """What a recording of the sheet's slot of that number has beyond what the item allows."""
    kept = f"已留存，待人处理（{why_aside}）" if why_aside else "照常计入，请人核实"
    return f"第 {number} 题的口语录音：{remark}。{kept}。"


def misnamed(number: int, made_for: int) -> str:
    """That the answer to the slot of that number names what was said for another one."""
    return f"第 {number} 题的答案用了为第 {made_for} 题录的音，是否计入请在“留存的作答”里处理。"


def digest(previous_hash: str, lines: Sequence[Line]) -> bytes:
    """SHA-256 over the seal before and the rows, each as one line of canonical JSON."""
    covered = sha256(previous_hash.encode())
    for line in lines:
        plain = {"source": line.source, "id": line.id, **line.told}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=_instant)
        covered.update(b"\n" + text.encode())
    return covered.digest()


def covered_by(seal: Seal, after: Mapping[Source, int], lines: Sequence[Line]) -> list[Line]:
    """The rows between the seal before and this one."""
    return [
        one for one in lines if after.get(one.source, 0) < one.id <= seal.last.get(one.source, 0)
    ]


def broken_at(
    seals: Sequence[Seal],
    lines: Sequence[Line],
    is_signed: Callable[[bytes, str], bool],
    noted: Collection[tuple[int, str]],
) -> str:
    """Where the chain of a sitting breaks first, as a sentence; nothing where it holds.

    `is_signed(digest, hash)` says whether this house signed the digest; `noted` are number and
    hash of every seal there was, as the audit trail has them.
    """
    previous, after = BEGINNING, dict.fromkeys(Source, 0)
    for number, seal in enumerate(seals, start=1):
        covered = covered_by(seal, after, lines)
        if seal.number != number or seal.previous_hash != previous:
            return f"第 {number} 个封印接不上前一个：有封印被删除或改动。"
        if len(covered) != seal.entries:
            return f"第 {number} 个封印应有 {seal.entries} 条记录，现有 {len(covered)} 条：有记录被删除或添加。"
        if not is_signed(digest(previous, covered), seal.hash):
            return f"第 {number} 个封印与记录内容不符：有记录被改动。"
        previous, after = seal.hash, {**after, **seal.last}
    gone = set(noted) - {(seal.number, seal.hash) for seal in seals}
    if gone:
        return (
            f"第 {min(gone)[0]} 个封印与审计日志所记的不同：有封印被删除，记录可能改动后重新封存。"
        )
    return ""


def _instant(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="microseconds")
