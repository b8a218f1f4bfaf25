"""The folder of stored bytes: every content once, under its hash, durable before it is known."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from lms.ground.errors import Refused
from lms.ground.uploads.media import detect

_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Readable(Protocol):
    """Anything that gives its bytes in pieces."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Kept:
    """Bytes that lie on the shelf."""

    sha256: str
    size: int
    media_type: str


def keep(stream: Readable, *, folder: Path, limit: int) -> Kept:
    """Write the stream to disk, then give it its place; Refused when empty, too large or full.

    The file is whole and synced before it has its name, and its folder is synced after:
    a power cut leaves all of it or nothing of it.
    """
    with _told_when_full():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{secrets.token_hex(8)}.part"
        try:
            sha256, size = _write(stream, draft, limit)
            media_type = detect(draft)
            _move(draft, place(folder, sha256))
        finally:
            draft.unlink(missing_ok=True)
    return Kept(sha256, size, media_type)


def place(folder: Path, sha256: str) -> Path:
    """Where content of this hash lies."""
    return folder / sha256[:2] / sha256


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Refused("服务器磁盘已满，文件没有保存，请立即联系管理员。") from error


def _write(stream: Readable, draft: Path, limit: int) -> tuple[str, int]:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        written = _copy(stream, file, limit)
        file.flush()
        os.fsync(file.fileno())
    return written


def _copy(stream: Readable, file: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refused(f"文件超过上限 {limit / 2**20:g} MB，请压缩或拆分后再上传。")
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Refused("文件是空的，请检查后重新上传。")
    return digest.hexdigest(), size


def _move(draft: Path, target: Path) -> None:
    """Replace what may lie there: the content is the same by its name, or it was damaged."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(draft, target)
    for folder in (target.parent, target.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
