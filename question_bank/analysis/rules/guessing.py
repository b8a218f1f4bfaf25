"""What somebody earns who guesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Answer = Mapping[str, Any]


def guess_score(answer: Answer, options: int, parts: Sequence[int] = ()) -> Fraction | None:
    """Random guess score: the share of the points that random choices earn on average.

    `answer` is an entry of Variant.answers, `options` how many options stand there, `parts` how
    many in each part. As in Moodle (question types' get_random_guess_score): 1/options for a
    single choice and for each pair of a matching item, 1/2 for right or wrong, nothing for
    short texts; None where no sensible figure is known (several choices, orders, long texts).
    """
    match answer["kind"]:
        case "single" | "matching" if options:
            return Fraction(1, options)
        case "truth":
            return Fraction(1, 2)
        case "blank":
            return Fraction(0)
        case "case" | "listening" if parts:
            return _of_parts(answer["parts"], parts)
    return None


def _of_parts(answers: Sequence[Answer], options: Sequence[int]) -> Fraction | None:
    """The parts by their points; None as soon as one of them is None."""
    total = earned = Fraction(0)
    for answer, count in zip(answers, options, strict=True):
        share = guess_score(answer, count)
        if share is None:
            return None
        total += Fraction(answer["points"])
        earned += share * Fraction(answer["points"])
    return earned / total if total else None
