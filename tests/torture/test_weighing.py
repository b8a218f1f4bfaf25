"""What torture holds against a house: it would notice an operation lost, doubled or invented."""

from __future__ import annotations

from random import Random

import pytest

from tests.torture.candidates import Candidate, Told
from tests.torture.exam import Outcome, Row, weigh

SENT: dict[tuple[int, int], Told] = {
    (1, 1): Told(1, "A", "counts"),
    (1, 2): Told(1, None, "counts"),
    (1, 3): Told(2, ["A", "C"], "counts"),
    (1, 4): Told(3, "B", "stale_lease"),
    (2, 1): Told(4, {"1": "甲"}),  # sent, and never acknowledged
}
KEPT: list[Row] = [(*key, was.number, was.value, was.standing) for key, was in SENT.items()][:4]
ARRIVED: Row = (2, 1, 4, {"1": "甲"}, "late")


def weighed(stored: list[Row], answers: dict[int, object] | None = None) -> Outcome:
    outcome, one = Outcome(), Candidate(1, {}, 0, Random(1), operations=SENT)
    weigh(one, stored, {2: ["A", "C"]} if answers is None else answers, outcome)
    return outcome


@pytest.mark.parametrize("stored", [KEPT, [*KEPT, ARRIVED], KEPT[::-1]])
def test_what_was_acknowledged_or_only_sent_may_be_there(stored: list[Row]) -> None:
    assert weighed(stored) == Outcome()
    assert weighed(stored).is_clean


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (KEPT[1:], Outcome(missing=1)),
        ([*KEPT[:3], (1, 4, 3, "B", "counts")], Outcome(missing=1)),
        ([*KEPT, KEPT[0]], Outcome(doubled=1)),
        ([*KEPT, (1, 9, 1, "B", "late")], Outcome(unsent=1)),
        ([(1, 1, 1, "B", "counts"), *KEPT[1:]], Outcome(missing=1, unsent=1)),
    ],
)
def test_a_house_that_loses_doubles_or_invents_is_found_out(
    stored: list[Row], expected: Outcome
) -> None:
    assert weighed(stored) == expected
    assert not expected.is_clean


def test_other_answers_are_found_out_by_their_digest() -> None:
    assert weighed(KEPT, {2: ["A"]}) == Outcome(unequal=1)
