"""Whether a save costs more where much is stored already: three houses of different age."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from pathlib import Path

from tests.bench.exam_generator import Generator
from tests.bench.exam_house import House, database_url

STORED = (100, 10_000, 1_000_000)
TURNS = 7
SECONDS = 1.0
CANDIDATES = 320
CONNECTIONS = 32


def growth(folder: Path, postgres: str) -> dict[str, float]:
    """Microseconds per save by stored operations, medians of runs that take turns.

    What is stored belongs to earlier exams, as it does in a school; what a run adds is dropped
    before the next one.
    """
    houses = {}
    for stored in STORED:
        own = folder / str(stored)
        own.mkdir()
        houses[stored] = House(own, database_url(postgres, f"growth_{stored}"))
        houses[stored].build(CANDIDATES)
        houses[stored].fill(stored)
    costs: dict[int, list[float]] = {stored: [] for stored in STORED}
    with ExitStack() as stack:
        generators = {}
        for stored, house in houses.items():
            server = stack.enter_context(house.server())
            generators[stored] = Generator(house, server.port)
            stack.callback(generators[stored].close)
            generators[stored].order("open")
            _turn(generators[stored], 1.0)
        for number in range(TURNS):
            # In another order every time: whoever comes first after a tidying has it easier.
            for stored in STORED[number % 3 :] + STORED[: number % 3]:
                houses[stored].forget(houses[stored].attempts)
                costs[stored].append(_turn(generators[stored], SECONDS))
    return {str(stored): round(statistics.median(costs[stored]), 1) for stored in STORED}


def _turn(generator: Generator, seconds: float) -> float:
    told = generator.order("flood", connections=CONNECTIONS, seconds=seconds)
    if told["errors"]:
        raise SystemExit(f"growth: {told['sentences']}")
    return float(1e6 * told["took_s"] / told["save"]["count"])
