"""Layouts nobody wrote by hand: known items written to files in random mixtures must be read right, and
never wrongly without a word.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.question_bank.intakes.mixtures import WAYS, scored, seeded

SEEDS = range(120)
ENOUGH = 0.95
QUICKLY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


@QUICKLY
@given(rng=st.randoms(use_true_random=False), way=st.sampled_from(sorted(WAYS)))
def test_no_key_is_wrong_without_a_word_in_any_mixture(
    rng: random.Random, way: str, tmp_path: Path
) -> None:
    assert scored(way, [("", rng)], tmp_path).silent == []


@pytest.mark.parametrize("way", sorted(WAYS))
def test_items_in_mixtures_are_read_right(way: str, tmp_path: Path) -> None:
    score = scored(way, seeded(SEEDS), tmp_path)
    assert score.silent == []
    assert score.share >= ENOUGH, "\n".join([f"{score.right} of {score.items}", *score.wrong[:20]])
