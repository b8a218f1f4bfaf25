"""File names that are safe in a folder, a zip and a header, and still the user's own."""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Bytes in UTF-8; file systems allow 255, and a bundle puts a number before the name."""

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_NAMELESS = "未命名文件"


def safe_name(name: str) -> str:
    """`name` without folders, control and direction marks, in NFC, at most `LONGEST` bytes.

    Cut between characters, never inside one, and before the ending (.docx), never in it.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(mark for mark in unicodedata.normalize("NFC", last) if _is_plain(mark))
    plain = " ".join(plain.translate(_FORBIDDEN).split()).strip(". ")
    return _shorten(plain) or _NAMELESS


def ending(name: str) -> str:
    """The ending of a file name in lower case with its dot, or nothing."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem and 0 < len(last) <= 10 else ""


def _is_plain(mark: str) -> bool:
    """Controls, direction marks and lone surrogates hide what a name is; blanks are kept."""
    return mark.isspace() or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    tail = name[len(name) - len(ending(name)) :] if ending(name) else ""
    room = LONGEST - len(tail.encode())
    stem = name[: len(name) - len(tail)].encode()[:room].decode(errors="ignore")
    return stem.rstrip(". ") + tail
