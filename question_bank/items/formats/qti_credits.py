"""Points by option, pair or whole response in QTI, as the credits of a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.formats.qti_answers import Declared
from question_bank.items.kinds.credits import WRONG, with_credits
from question_bank.items.kinds.gaps import Graded, gap_of


def choice_key(
    declared: Declared, names: Mapping[str, str], *, single: bool
) -> tuple[tuple[Any, ...], str]:
    """(letters and their credits, what no key holds); `names`: letters by identifier."""
    key = sorted(names[one] for one in declared.values if one in names)
    whole = {
        "".join(sorted(names[one] for one in answer)): share
        for answer, share in declared.also.items()
        if set(answer) <= set(names)
    }
    if not declared.is_uneven:
        return with_credits(key, whole), ""
    shares = {names[one]: share for one, share in declared.shares(names).items() if share}
    right = sum((shares.get(one, Fraction(0)) for one in key), Fraction(0))
    if right < 1 or (single and len(key) != 1):
        return tuple(key), declared.told
    if single:
        shares = {one: share for one, share in shares.items() if one not in key}
    return with_credits(key, {**shares, **whole}), ""


def order_key(
    declared: Declared, names: Sequence[str], letters: Mapping[str, str]
) -> tuple[Any, ...]:
    """The order by index and what other orders earn; `names` are the identifiers as they stand."""
    key = [names.index(one) for one in declared.values if one in names]
    whole = {"".join(letters[one] for one in answer): share for answer, share in declared.also.items()
             if set(answer) <= set(names)}  # fmt: skip
    return with_credits(key, whole)


def pair_key(
    declared: Declared, pairs: Sequence[tuple[int, int]], names: Mapping[str, str]
) -> tuple[tuple[Any, ...], str]:
    """(pairs and their credits, what no key holds); `names`: 1-B by the two identifiers."""
    if not declared.is_uneven:
        return tuple(pairs), ""
    shares = declared.shares([*names, WRONG])
    wrong = shares.pop(WRONG, Fraction(0))
    right = {names[one]: shares.get(one, Fraction(0)) for one in declared.values if one in names}
    if len(right) < len(pairs) or sum(right.values()) < 1:
        return tuple(pairs), declared.told
    each = Fraction(1, len(pairs))
    credits = {names[one]: share for one, share in shares.items()
               if share != (each if names[one] in right else wrong)}  # fmt: skip
    return with_credits(pairs, {**credits, **({WRONG: wrong} if wrong else {})}), ""


def blank_key(declared: Declared) -> list[Any]:
    """The key of one blank: what is correct or worth most, and what is worth a part of it."""
    best = max(declared.mapped.values(), default=None)
    full = [value for value, points in declared.mapped.items() if points == best]
    accepted = list(dict.fromkeys([*declared.values, *full]))
    partly = [
        Graded(value, Fraction(points / best))
        for value, points in declared.mapped.items()
        if value not in accepted and best and points
    ]
    partly += [Graded(answer[0], share) for answer, share in declared.also.items()]
    graded = [*(Graded(one) for one in accepted), *partly]
    gap = gap_of([Graded(one.text, one.credit, declared.margin).shown for one in graded])
    return [gap.entry()] if gap.accepted else []
