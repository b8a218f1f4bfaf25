"""Digests of answers, and the receipt of a submitted attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from lms.exams.attempts.rules.operations import Response, canonical

# Without 0 O 1 I L: a receipt is read from a screen and typed again.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def digest_of(answers: Mapping[int, Response]) -> str:
    """SHA-256 (hex) over the canonical JSON of [[number, value], …] by number, answered only."""
    answered = sorted((number, value) for number, value in answers.items() if value is not None)
    return _sha256(canonical([[number, value] for number, value in answered]))


def slot_digests(answers: Mapping[int, Response]) -> dict[int, str]:
    """The digest of every answered slot: where two sides differ, they show where."""
    return {
        number: _sha256(canonical([number, value]))
        for number, value in answers.items()
        if value is not None
    }


def receipt_text(*, attempt_id: int, answered: int, digest: str, submitted_at: datetime) -> bytes:
    """What a receipt is signed for: attempt, number of answers, their digest, server time."""
    instant = submitted_at.astimezone(UTC).isoformat(timespec="seconds")
    return f"receipt|{attempt_id}|{answered}|{digest}|{instant}".encode()


def receipt_code(signature: str) -> str:
    """Twelve characters (59 bits) of a signature (hex), as people can read and type them."""
    number, code = int(signature, 16), ""
    for _ in range(CODE_LENGTH):
        number, mark = divmod(number, len(CODE_ALPHABET))
        code += CODE_ALPHABET[mark]
    return code


def show_code(code: str) -> str:
    """In groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def clean_code(text: str) -> str:
    """What was typed, as `receipt_code` made it."""
    return "".join(mark for mark in text.upper() if mark in CODE_ALPHABET)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
