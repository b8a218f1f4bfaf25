"""Text files as people save them: UTF-8, what Chinese Excel writes, and Windows Unicode."""

from __future__ import annotations

import codecs

from lms.ground.errors import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096


def decode(content: bytes) -> str:
    """By the mark; without one strict UTF-8, then GB18030, then UTF-16 (told by its zeros).

    Strict throughout: a file is read as it was meant, or Refused.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as(content, encoding)
    if b"\0" in content[:_HEAD]:
        return _as(content, _wide(content[:_HEAD]))
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _as(content, "utf-16-le")


def _wide(head: bytes) -> str:
    """ASCII marks in UTF-16 have their zero behind them (LE) or before them (BE)."""
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _as(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            "文件不是表格，或文字编码无法识别；请用 Excel 打开后另存为 .xlsx 再上传。"
        ) from error
    if "\0" in text:
        raise Refused("文件不是表格；请上传 .xlsx、.xls 或 .csv 文件。")
    return text
