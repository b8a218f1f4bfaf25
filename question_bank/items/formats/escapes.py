"""Lists of texts in one text: a sign between them, a backslash before whatever is no such sign."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLAIN = {"n": "\n"}


def joined(texts: Iterable[str], sign: str) -> str:
    """The texts with the sign between them; a line feed in a text is written as `\\n`."""
    return sign.join(_escaped(text, sign) for text in texts)


def split(text: str, sign: str) -> list[str]:
    """What `joined` put together, without blanks around; [] for nothing at all."""
    if not text.strip():
        return []
    pieces, start = [], 0
    for match in re.finditer(rf"\\.|{re.escape(sign)}", text, re.DOTALL):
        if match[0] == sign:
            pieces.append(text[start : match.start()])
            start = match.end()
    return [unescaped(piece.strip()) for piece in (*pieces, text[start:])]


def unescaped(text: str) -> str:
    """A text without its backslashes."""
    return re.sub(r"\\(.)", lambda match: _PLAIN.get(match[1], match[1]), text, flags=re.DOTALL)


def _escaped(text: str, sign: str) -> str:
    backed = text.replace("\\", "\\\\")
    return (backed if sign == "\n" else backed.replace(sign, "\\" + sign)).replace("\n", "\\n")
