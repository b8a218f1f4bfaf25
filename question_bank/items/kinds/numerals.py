"""Numbers as people write them in Chinese, and as digits: one form to compare by."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {char: value for value, chars in enumerate(
    ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for char in chars}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_WORDS = "".join([*_DIGITS, *_SMALL, *_LARGE])
_RUN = re.compile(rf"(?:\d+(?:\.\d+)?)?[{_WORDS}]+(?:点[{''.join(_DIGITS)}]+)?")
_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)")


def with_digits(text: str) -> str:
    """`text` with every number in digits: 二十 → 20, 二〇二三 → 2023, 3万 → 30000, 百分之五 → 5%.

    Meant for comparing: both sides go through it, so that words made of numerals (一带一路)
    stay equal to themselves.
    """
    kept = text.replace("百分之", "\0")
    kept = _RUN.sub(lambda run: _value(run[0]), kept).replace("\0", "百分之")
    return _PERCENT.sub(r"\1%", kept)


def _value(run: str) -> str:
    whole, _, decimals = run.partition("点")
    tail = "." + "".join(str(_DIGITS[char]) for char in decimals) if decimals else ""
    if all(char in _DIGITS for char in whole):
        return "".join(str(_DIGITS[char]) for char in whole) + tail
    return _plain(_sum(whole)) + tail


def _sum(run: str) -> Decimal:
    """A number with units, such as 三千零五十 or 1.2万."""
    total = section = Decimal(0)
    number: Decimal | None = None
    for piece in re.findall(r"\d+(?:\.\d+)?|.", run):
        if piece in _LARGE:
            below = section + (number or 0)
            if piece == "亿":
                total, below = Decimal(0), total + below
            total += (below or Decimal(1)) * _LARGE[piece]
            section, number = Decimal(0), None
        elif piece in _SMALL:
            section += (1 if number is None else number) * _SMALL[piece]
            number = None
        else:
            number = Decimal(_DIGITS[piece]) if piece in _DIGITS else Decimal(piece)
    return total + section + (number or 0)


def _plain(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")
