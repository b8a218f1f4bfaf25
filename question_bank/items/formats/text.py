"""Text files: which encoding, which lines."""

from __future__ import annotations

import codecs
from pathlib import Path

from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.characters import plain
from question_bank.items.rules.lines import Line

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """The text of a file: by its BOM, else UTF-8, else UTF-16 if its line ends say so, else GB18030."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding)
    guess = _utf16(data)
    if guess:
        return _strictly(data, guess)
    if b"\x00" in data:
        raise Unreadable("这不是文本文件，读不出文字，请上传 Word、Excel、CSV 或文本文件。")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _utf16(data: bytes) -> str:
    """UTF-16 without a BOM shows in its line ends, which hold a zero byte."""
    if len(data) % 2 == 0:
        if any(data[i : i + 2] == b"\n\x00" for i in range(0, min(len(data), 4000), 2)):
            return "utf-16-le"
        if any(data[i : i + 2] == b"\x00\n" for i in range(0, min(len(data), 4000), 2)):
            return "utf-16-be"
    return ""


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("认不出文件的文字编码，请用记事本另存为 UTF-8 编码再上传。") from error
    strange = sum(
        1 for c in text if "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\t\n\r\f\v")
    )
    if strange * 20 > len(text):
        raise Unreadable("认不出文件的文字编码，请用记事本另存为 UTF-8 编码再上传。")
    return text


def lines(path: Path) -> list[Line]:
    """The lines of a text file in ordinary characters, counted from 1."""
    return lines_of(decode(path.read_bytes()))


def lines_of(text: str) -> list[Line]:
    """The lines of a text; form feeds end a line as they end a page."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\x0b", "\n")
    return [Line(plain(line.rstrip()), number) for number, line in enumerate(whole.split("\n"), 1)]
