"""Keys of a table that count options: 3 for the third. A table says itself whether it counts from 1 or 0."""

from __future__ import annotations

import re

from question_bank.intakes.rules.fields import Fields
from question_bank.items.rules.draft import Place, Problem

_DIGITS = re.compile(r"[\d,，、;；\s]+")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_FEWEST = 3


def in_letters(items: list[Fields], place: Place) -> list[Problem]:
    """Give letters to keys that are numbers where all of them together leave no other meaning; each
    of the others is doubted. A notice says what was done.

    One that is as high as the number of options counts from 1, a 0 from 0: a table with neither, or
    with both, or with letters among its keys, does not tell.
    """
    for fields in items:
        _take_circled(fields)
    counting = [one for one in items if _is_number(one)]
    counted = [(one, _values(one)) for one in counting]
    first = _first(counted) if len(counting) >= _FEWEST and not _has_letters(items) else None
    if first is None:
        for fields in counting:
            sentence = f"答案“{fields.answers[0]}”是数字，请确认它指的是第几个选项。"
            fields.report("key_numbers", sentence)
        return []
    for fields, values in counted:
        letters = (chr(ord("A") + value - first) for value in values)
        fields.answers = ["".join(letters), *fields.answers[1:]]
    sentence = f"答案是数字，从{first}数起，读作选项的字母。"
    return [Problem("keys_counted", sentence, place, notice=True)]


def _take_circled(fields: Fields) -> None:
    """A key such as ①③, which counts from 1 by itself; where options name statements so, it is a text."""
    if any(sign in option.text for option in fields.options for sign in _CIRCLED):
        return
    bare = re.sub(r"[,，、;；\s]", "", fields.answers[0])
    places = [_CIRCLED.find(sign) for sign in bare]
    if (
        places
        and places == sorted(set(places))
        and 0 <= places[0] <= places[-1] < len(fields.options)
    ):
        fields.answers = ["".join(chr(ord("A") + at) for at in places), *fields.answers[1:]]


def _is_number(fields: Fields) -> bool:
    """Whether a key is in numbers that are not the text of the option which they count."""
    answer, texts = fields.answers[0], [option.text for option in fields.options]
    return bool(
        _DIGITS.fullmatch(answer)
        and fields.kind != "truth"
        and texts
        and (answer not in texts or _counts_another(answer, texts))
    )


def _counts_another(answer: str, texts: list[str]) -> bool:
    """Whether an answer that is the text of one option counts another: options 2, 3, 1, answer 2."""
    return answer.isdigit() and 0 < int(answer) <= len(texts) and texts[int(answer) - 1] != answer


def _values(fields: Fields) -> list[int]:
    """The numbers of a key: `2`, `1,3`, and `13` where there are fewer options than thirteen."""
    parts = re.findall(r"\d+", fields.answers[0])
    if len(parts) == 1 and int(parts[0]) > len(fields.options):
        parts = list(parts[0])
    return [int(part) for part in parts]


def _first(counted: list[tuple[Fields, list[int]]]) -> int | None:
    """What the first option counts as; None where the numbers do not tell, or name a text as well."""
    ambiguous = any(
        fields.answers[0] in [one.text for one in fields.options] for fields, _ in counted
    )
    rising = all(values == sorted(set(values)) for _, values in counted)
    last = any(values[-1] == len(fields.options) for fields, values in counted)
    beyond = any(values[-1] > len(fields.options) for fields, values in counted)
    zero = any(values[0] == 0 for _, values in counted)
    if ambiguous or not rising or beyond or last == zero:
        return None
    return 1 if last else 0


def _has_letters(items: list[Fields]) -> bool:
    return any(
        fields.options and re.fullmatch(r"[A-La-lＡ-Ｌ][A-La-lＡ-Ｌ,，、\s]*", fields.answers[0])
        for fields in items
        if fields.kind != "truth"
    )
