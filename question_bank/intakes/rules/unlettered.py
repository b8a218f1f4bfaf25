"""Options without letters: lines below a stem that are ticked, stand out, or judge."""

from __future__ import annotations

import re

from question_bank.intakes.rules import keys, options
from question_bank.intakes.rules.fields import Fields
from question_bank.items.rules.lines import Line

_SIGN = re.compile(r"^\s*(?:true|false|[TF√×])\s*[.、．:：]\s*")
Lettered = list[tuple[str, list[Line]]]


def split(stem: list[Line], loose: list[Line], fields: Fields) -> tuple[list[Line], Lettered]:
    """The lines of the stem, and its options by the letters that their order gives them.

    `loose` are lines below a word like 选项. Without a tick the order alone makes the letters, which
    is reported.
    """
    whole = stem + loose
    if judging := _judging(whole):
        return whole[:-2], judging
    below = loose or _below(stem)
    ticked = any(options.cleaned(line.text)[1] for line in below)
    if len(below) < 2 or not (ticked or _wanted(below, fields)):
        return whole, []
    if not ticked:
        sentence = "选项没有字母，按顺序读作A、B、C……，请核对选项和答案。"
        fields.report("options_unlettered", sentence)
    lettered = [(chr(ord("A") + at), [line]) for at, line in enumerate(below)]
    return (stem if loose else stem[: len(stem) - len(below)]), lettered


def _judging(whole: list[Line]) -> Lettered:
    """正确 and 错误 (or `true. 正确`) as the last two lines are the two options; [] if they are not."""
    if len(whole) < 3:
        return []
    pair = whole[-2:]
    texts = [_SIGN.sub("", line.text) for line in pair]
    said = sorted(keys.judgement(options.cleaned(text)[0]) for text in texts)
    if said != ["false", "true"]:
        return []
    cut = [
        line.cut(len(line.text) - len(t), len(line.text))
        for line, t in zip(pair, texts, strict=True)
    ]
    return [(letter, [line]) for letter, line in zip("AB", cut, strict=True)]


def _wanted(below: list[Line], fields: Fields) -> bool:
    """Whether lines must be options: the answer names letters among them, or one stands out."""
    named = keys.letters(fields.answers[0]) if fields.answers else ()
    if named:
        return max(named) <= chr(ord("A") + len(below) - 1)
    choice = fields.kind in ("single", "multiple", "choice")
    return choice and any(line.marked() for line in below)


def _below(stem: list[Line]) -> list[Line]:
    """The lines after the first paragraph of a stem that hold text."""
    first = stem[0].number if stem else 0
    at = next((i for i, line in enumerate(stem) if line.number != first), len(stem))
    return [line for line in stem[at:] if line.text.strip()]
