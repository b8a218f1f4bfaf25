"""Weights of answers in percent, as Moodle has them, and the credits of a key that mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.credits import credits, note, plain, rounded, with_credits
from question_bank.items.kinds.gaps import Gap, Graded, number_of
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft

FULL = Decimal(100)
_CLOSE = Decimal("0.01")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def share(weight: Decimal) -> Fraction:
    """A percentage as a share: 33.33333 is a third."""
    return rounded(Fraction(weight) / 100)


def percent(share: Fraction) -> str:
    """A share as a percentage of at most five decimals."""
    shown = f"{Decimal(share.numerator * 100) / Decimal(share.denominator):.5f}"
    return shown.rstrip("0").rstrip(".") or "0"


def choice_key(weights: Sequence[Decimal], *, single: bool) -> tuple[tuple[Any, ...], str]:
    """(the key that the weights of options say, what they say that no key holds).

    Several right options that share 100, where a wrong one costs nothing or everything, are right
    and wrong alone: their points are the policy's. All other weights are credits.
    """
    key = [letter(at) for at, one in enumerate(weights) if (one == FULL if single else one > 0)]
    given = {letter(at): share(one) for at, one in enumerate(weights) if one != 0}
    if single and len(key) == 1:
        return with_credits(key, {name: one for name, one in given.items() if name not in key}), ""
    if not single and _is_even(weights):
        return tuple(key), ""
    if not single and sum(one for one in weights if one > 0) >= FULL - _CLOSE * len(weights):
        return with_credits(key, given), ""
    if not single and not key and not given:
        return (), ""
    shown = "，".join(f"{letter(at)} {one.normalize():f}%" for at, one in enumerate(weights))
    best = [letter(at) for at, one in enumerate(weights) if one > 0 and one == max(weights)]
    return tuple(best if single else key), f"选项的分值比例（{shown}）里没有满分的答案，请核对。"


def _is_even(weights: Sequence[Decimal]) -> bool:
    right = [one for one in weights if one > 0]
    wrong = {one for one in weights if one <= 0}
    if not right or max(right) - min(right) > Decimal("0.001"):
        return False
    whole = abs(sum(right) - FULL) <= _CLOSE * len(right)
    return whole and (wrong <= {Decimal(0)} or wrong == {-FULL})


def weights_of(draft: Draft) -> list[Decimal]:
    """The weights of the options of a choice; a wrong one of several costs all: 错选不得分."""
    key, given = plain(draft.key), credits(draft.key)
    names = [letter(at) for at in range(len(draft.options))]
    if draft.kind == "single":
        shares = {**given, **dict.fromkeys(key, Fraction(1))}
    elif any(len(name) == 1 for name in given):
        shares = given
    else:
        shares = dict.fromkeys(names, Fraction(-1)) | dict.fromkeys(key, Fraction(1, len(key) or 1))
    return [Decimal(percent(shares.get(name, Fraction(0)))) for name in names]


def credits_tag(draft: Draft) -> list[str]:
    """The tag with the credits of a key that weights of options cannot say."""
    single = draft.kind == "single"
    if not note(draft.key) or (
        draft.kind in ("single", "multiple")
        and choice_key(weights_of(draft), single=single)[0] == draft.key
    ):
        return []
    return [f"计分：{note(draft.key)}"]


def is_numerical(gap: Gap) -> bool:
    """Whether a gap is one of numbers with margins, which other systems ask in a way of its own."""
    return any(one.margin is not None for one in gap.graded)


def mixes(gap: Gap) -> bool:
    """Whether a gap has texts beside numbers with margins: no other system holds that."""
    near = {one.text for one in gap.graded if one.margin is not None}
    return bool(near) and (
        not set(gap.accepted) <= near
        or any(one.margin is None or not _NUMBER.fullmatch(one.text) for one in gap.graded)
    )


def graded_answers(gap: Gap) -> list[tuple[str, Fraction, Decimal | None]]:
    """All answers of a gap as (text, share, margin), each once."""
    near = {one.text for one in gap.graded if one.margin is not None and one.credit == 1}
    first = [(one, Fraction(1), None) for one in gap.accepted if one not in near]
    return [*first, *((one.text, one.credit, one.margin) for one in gap.graded)]


def numerical(said: str, weight: Decimal = FULL) -> Graded | None:
    """What a numerical answer accepts: `1822:2`, `3.141..3.142`, `4`; None for no number."""
    if ".." in said:
        ends = [number_of(one) for one in said.split("..", 1)]
        if ends[0] is None or ends[1] is None:
            return None
        middle, margin = (ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2
        return Graded(f"{middle.normalize():f}", share(weight), margin.normalize())
    value, _, told = said.partition(":")
    margin_said = number_of(told) if told.strip() else Decimal(0)
    if number_of(value) is None or margin_said is None:
        return None
    return Graded(value.strip(), share(weight), abs(margin_said))
