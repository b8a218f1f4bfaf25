"""Who chose what: the options of an item by group of candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.analysis.rules.exact import correlation
from question_bank.analysis.rules.groups import Group

OMITTED = ""


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """One option (OMITTED: nothing was chosen): how many chose it, what share of each group of
    candidates (the lowest first), and how choosing it goes with the rest of the paper."""

    letter: str
    right: bool
    chosen: int
    groups: tuple[float, ...]
    correlation: float | None


def option_figures(
    letters: Sequence[str],
    key: frozenset[str],
    chosen: Sequence[frozenset[str]],
    *,
    rest: Sequence[int],
    groups: Sequence[Group],
) -> tuple[OptionFigures, ...]:
    """The options in their order, then who chose none of them if anybody did.

    The correlation is the point-biserial one (Pearson's r of chosen or not) with what the
    candidates earned without this item: for the key of a single choice that is Moodle's
    discrimination index, for a working distractor it is negative.
    """
    marks = [(letter, [int(letter in one) for one in chosen]) for letter in letters]
    omitted = [int(not one) for one in chosen]
    if any(omitted):
        marks.append((OMITTED, omitted))
    return tuple(
        OptionFigures(
            letter=letter,
            right=letter in key,
            chosen=sum(column),
            groups=tuple(float(group.mean(column)) for group in groups),
            correlation=correlation(column, rest),
        )
        for letter, column in marks
    )
