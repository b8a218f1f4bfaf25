"""Columns that only this house can read: authenticated encryption and keyed look-up hashes."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

_NONCE = 12
_keys: dict[str, bytes] = {}


def unlock(master: bytes) -> None:
    """Derive this process's cipher and hash keys from the 32-byte master key (HKDF, RFC 5869)."""
    for purpose in ("cipher", "lookup", "signature"):
        _keys[purpose] = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=b"fengxue " + purpose.encode()
        ).derive(master)


def encrypt(text: str, *, context: str) -> bytes:
    """`text` under AES-256-GCM with a random nonce; `context` must be the same to read it again."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_keys["cipher"]).encrypt(nonce, text.encode(), context.encode())


def decrypt(data: bytes, *, context: str) -> str:
    """The text again; ValueError when key, context or bytes are not those it was written with."""
    try:
        plain = AESGCM(_keys["cipher"]).decrypt(data[:_NONCE], data[_NONCE:], context.encode())
    except InvalidTag as error:
        raise ValueError(f"{context} cannot be read with this key") from error
    return plain.decode()


def lookup_hash(text: str) -> str:
    """A keyed hash (HMAC-SHA-256, hex) by which an encrypted value can be found again."""
    return hmac.new(_keys["lookup"], text.encode(), hashlib.sha256).hexdigest()


def sign(message: bytes) -> str:
    """A keyed signature (HMAC-SHA-256, hex) of something that this house will have to recognise."""
    return hmac.new(_keys["signature"], message, hashlib.sha256).hexdigest()


def is_signed(message: bytes, signature: str) -> bool:
    """Was `signature` made by `sign` for `message`? In constant time."""
    return hmac.compare_digest(sign(message), signature)


class Sealed(TypeDecorator[str]):
    """A text column whose content the database never sees; `context` names table and column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else encrypt(value, context=self.context)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else decrypt(value, context=self.context)
