"""How long the statistics of a large exam take: `python -m tests.bench.analysis`.

1,000 candidates, 50 single-choice items of four options, a fifth of them with part points; the
answers come from a fixed seed. Prints the best and the median of several runs, in seconds of
this process, which a busy machine does not stretch.
"""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import median

from question_bank.analysis.rules.table import Choices, Table, analyse

CANDIDATES, ITEMS, RUNS = 1000, 50, 7
LETTERS = ("A", "B", "C", "D")


def sample() -> Table:
    """Candidates of every ability; A is the key of every item."""
    chance = Random(2026)
    rows: list[list[Decimal]] = []
    chosen: list[list[frozenset[str]]] = [[] for _ in range(ITEMS)]
    for _candidate in range(CANDIDATES):
        skill, row = chance.random(), []
        for item in range(ITEMS):
            right = chance.random() < skill
            part = Decimal("0.6667") if item % 5 == 0 else Decimal(0)
            row.append(Decimal(2) if right else part)
            chosen[item].append(frozenset("A" if right else chance.choice("BCD")))
        rows.append(row)
    choices = [
        Choices(item, 0, LETTERS, frozenset("A"), answers) for item, answers in enumerate(chosen)
    ]
    return Table([Decimal(2)] * ITEMS, rows, choices=choices)


def main() -> None:
    table = sample()
    taken = []
    for _run in range(RUNS):
        start = time.process_time()
        analyse(table, share=Fraction(27, 100))
        taken.append(time.process_time() - start)
    print(f"{CANDIDATES} × {ITEMS}: best {min(taken):.3f} s, median {median(taken):.3f} s")


if __name__ == "__main__":
    main()
