"""The file as a page makes it (static/exam/rescue.js): an envelope that names the sheet, and in it,
sealed by ChaCha20-Poly1305 (RFC 8439) under the key of that sheet, what did not reach the server."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from lms.exams.attempts.rules.operations import (
    HIGHEST,
    MOST_OPERATIONS,
    Operation,
    read_lease,
    read_operations,
    read_whole,
)
from lms.ground.errors import Refused

FORMAT = "fengxue-answers-1"
NONCE = 12
LATEST = 2**47  # milliseconds since 1970: in the year 6429
NO_FILE = "这不是考试页面保存的应急答卷文件。"
BROKEN = "文件损坏或被改动过，没有收下；请让考生在原来的电脑上重新保存一份。"


@dataclass(frozen=True, slots=True)
class Take:
    """A recording that a page held, whole: the slot that it answers, the lease, its length."""

    number: int
    lease: int
    seconds: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: operations by lease, at most as many in a part as a page may send."""

    kept_at: datetime
    parts: tuple[tuple[int, tuple[Operation, ...]], ...]
    takes: tuple[Take, ...]


def attempt_of(content: bytes) -> int:
    """The number of the sheet that the envelope names; Refused for any other file."""
    return _attempt_in(_envelope(content))


def unseal(content: bytes, key: bytes) -> Contents:
    """What is in a file, by the 32-byte key of its sheet; Refused where it is not as it was made."""
    envelope = _envelope(content)
    about = f"{FORMAT} {_attempt_in(envelope)}".encode()
    try:
        sealed = base64.b64decode(str(envelope.get("sealed")), validate=True)
        plain = ChaCha20Poly1305(key).decrypt(sealed[:NONCE], sealed[NONCE:], about)
        told = json.loads(plain)
    except (ValueError, InvalidTag, RecursionError):
        raise Refused(BROKEN) from None
    if not isinstance(told, dict):
        raise Refused(BROKEN)
    return _contents(told)


def _envelope(content: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise Refused(NO_FILE)
    return read


def _attempt_in(envelope: Mapping[str, Any]) -> int:
    return read_whole(envelope, "attempt", most=HIGHEST)


def _contents(told: Mapping[str, Any]) -> Contents:
    """Whoever knew the key made this, but that was a browser: shapes are looked at as always."""
    steps = sorted(_listed(told, "steps"), key=read_lease)
    parts = [
        (lease, read_operations({"operations": some}))
        for lease, own in groupby(steps, key=read_lease)
        for some in _parted(list(own))
    ]
    kept_at = datetime.fromtimestamp(read_whole(told, "kept_at", most=LATEST) / 1000, UTC)
    return Contents(kept_at, tuple(parts), tuple(map(_take, _listed(told, "takes"))))


def _listed(told: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = told.get(name)
    if not isinstance(found, list):
        raise Refused(BROKEN)
    return found


def _parted(steps: Sequence[Any]) -> list[Sequence[Any]]:
    return [
        steps[start : start + MOST_OPERATIONS] for start in range(0, len(steps), MOST_OPERATIONS)
    ]


def _take(told: Any) -> Take:
    number, lease, seconds = (
        read_whole(told, name, most=HIGHEST) for name in ("number", "lease", "seconds")
    )
    try:
        content = base64.b64decode(str(told.get("content")), validate=True)
    except ValueError:
        raise Refused(BROKEN) from None
    return Take(number, lease, seconds, content)
