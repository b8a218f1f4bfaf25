"""How long a worker takes for 20 parallel papers of 50 items from a bank of 10,000.

    make bench-assembly

Every cell is a kind, a difficulty and sometimes a topic; a target difficulty is aimed at, no two
papers share an item, and 300 groups of three items must not meet. The budget is 10 s.
"""

from __future__ import annotations

import random
import sys
import time
from decimal import Decimal

from question_bank.assemblies.rules.orders import Candidate, Order
from question_bank.assemblies.solver.search import solve
from question_bank.blueprints.rules.cells import EXPECTED_P, Cell, Group
from question_bank.items.rules.terms import Cognition, Difficulty, Kind

BUDGET = 10.0
ITEMS, PAPERS = 10_000, 20
SHARES = {Kind.SINGLE: 40, Kind.MULTIPLE: 25, Kind.TRUTH: 20, Kind.BLANK: 10, Kind.SHORT: 5}
WANTED = (
    (Kind.SINGLE, 20, "2"), (Kind.MULTIPLE, 10, "2"), (Kind.TRUTH, 10, "1"), (Kind.BLANK, 8, "2"),
    (Kind.SHORT, 2, "9"),
)  # fmt: skip


def bank(chance: random.Random) -> list[Candidate]:
    """Items of all kinds in five banks and twenty topics."""
    made = []
    for number in range(ITEMS):
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        difficulty, cognition = chance.choice(list(Difficulty)), chance.choice(list(Cognition))
        group = Group(kind, chance.randint(1, 5), chance.randint(1, 20), difficulty, cognition)
        p, uses = EXPECTED_P[difficulty], chance.randint(0, 2)
        made.append(Candidate(number, number, group, p, str(number), uses))
    return made


def cells() -> list[Cell]:
    """50 items: a third of each kind easy and hard, one of every ten from a narrow topic."""
    made: list[Cell] = []
    for kind, count, points in WANTED:
        third = count // 3
        for difficulty, share in zip(Difficulty, (third, count - 2 * third, third), strict=True):
            narrow = 1 if count >= 10 else 0
            for number, topics in ((share - narrow, None), (narrow, frozenset({3, 4}))):
                if number:
                    made.append(
                        Cell(len(made) + 1, kind, number, Decimal(points), topics=topics,
                             difficulty=difficulty)
                    )  # fmt: skip
    return made


def main() -> int:
    """Print wall and processor time for one and for two variants a paper; 1 over the budget."""
    chance = random.Random(3)
    candidates, wanted = bank(chance), cells()
    groups = range(300)
    enemies = {f"{n}": frozenset(chance.sample(range(ITEMS), 3)) for n in groups}
    slowest = 0.0
    for variants in (1, 2):
        order = Order(
            wanted, candidates, enemies, papers=PAPERS, variants=variants, target=630,
            tolerance=20, shared_limit=0, repeat_limit=0, seed=7,
        )  # fmt: skip
        wall, processor = time.perf_counter(), time.process_time()
        made = solve(order).papers
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        slowest = max(slowest, wall)
        print(
            f"{len(made)} papers × {variants} variants × {order.size} items from {ITEMS}: "
            f"{wall:.1f} s ({processor:.1f} s of processor)"
        )
    return int(slowest > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
