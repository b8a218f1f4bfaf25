"""What single and multiple choice share: the checks on options and key."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.credits import credits, note, plain
from question_bank.items.kinds.credits import faults as credit_faults
from question_bank.items.kinds.protocol import Content, letter, letters, missing_stem

MOST_OPTIONS = 26


def check(content: Content) -> list[str]:
    """Options there, filled and different; every letter of the key names one of them."""
    faults = missing_stem(content)
    options = content.options
    if not 2 <= len(options) <= MOST_OPTIONS:
        faults.append(f"选择题须有2至{MOST_OPTIONS}个选项，现有{len(options)}个。")
    empty = [letter(at) for at, option in enumerate(options) if not option.strip()]
    if empty and not content.media:
        faults.append(f"选项{'、'.join(empty)}是空的。")
    filled = [" ".join(option.split()) for option in options if option.strip()]
    if len(set(filled)) < len(filled):
        faults.append("有两个选项的文字相同。")
    return faults + _key_faults(content) + credit_faults(content.key)


def _key_faults(content: Content) -> list[str]:
    key = plain(content.key)
    named = letters(key)
    if not key:
        return ["没有标准答案。"]
    if len(named) != len(key):
        return ["标准答案须是不重复的选项字母。"]
    known = {letter(at) for at in range(len(content.options))}
    credited = {one for answer in credits(content.key) for one in answer}
    beyond = [one for one in (*named, *sorted(credited)) if one not in known]
    return [f"标准答案是{''.join(named)}，但没有选项{'、'.join(beyond)}。"] if beyond else []


def face(content: Content) -> dict[str, Any]:
    """The options; no blanks, no parts."""
    return {"options": list(content.options), "blanks": 0, "parts": []}


def show_key(key: Sequence[Any]) -> str:
    """The letters, and what the item gives for others."""
    return joined(key) + note(key)


def joined(key: Sequence[Any]) -> str:
    """The letters of a key alone."""
    return "".join(letters(plain(key)))


def credited(key: Sequence[Any], chosen: str) -> Fraction | None:
    """The share that the item itself gives to these letters; None where it says nothing of them.

    What stands for a whole choice goes first, else the shares of its letters add up, from 0 to 1.
    """
    shares = credits(key)
    if chosen in shares:
        return shares[chosen]
    if all(len(one) > 1 for one in shares):
        return None
    total = sum((shares.get(one, Fraction(0)) for one in chosen), Fraction(0))
    return min(max(total, Fraction(0)), Fraction(1))
