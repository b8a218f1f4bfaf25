"""How fast the exam engine is on this machine, over real HTTP, beside the limit of its server.

One generator process with keep-alive connections shares the cores with the servers; its own
share of a core is printed with every figure. Figures that are compared come from runs that take
turns. `make bench-exam` runs it on SQLite and on PostgreSQL, both durable.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.exam_generator import Generator
from tests.bench.exam_growth import growth
from tests.bench.exam_house import ROOT, RUSH, House, Server, database_url
from tests.bench.exam_machine import Meter, machine
from tests.bench.exam_scoring import scored_in

HALL = 20_000
CONSOLES = 3
CONNECTIONS = 32
TURNS = 5
TURN_SECONDS = 3
INTERVAL = 15.0
OUT = ROOT / "var" / "bench" / "exam.json"
KEYS = (
    "saves_per_s", "bare_saves_per_s", "save_p99_ms_half_load", "start_1000_p95_ms",
    "hall_candidates", "submit_1000_s", "score_1000x50_s", "rss_mb", "save_cost_growth",
)  # fmt: skip
Figures = dict[str, Any]


def measure(folder: Path, postgres: str, hall: int) -> Figures:
    """All figures of one kind of database."""
    house = House(folder, database_url(postgres, "bench"))
    house.build(hall + RUSH)
    figures: Figures = {}
    with house.server() as server, house.server(bare=True) as bare, _watched(server):
        generator = Generator(house, server.port)
        _start(generator, server, figures)
        _saves(generator, server, bare, hall, figures)
        _half_load(generator, server, figures)
        if hall > RUSH:
            _hall(generator, server, hall, figures)
        _storm(generator, server)
        _hand_in(generator, server, figures)
        generator.close()
        figures["rss_mb"] = round(server.most_mb)
    lost = figures.pop("acknowledged") - house.stored()
    print(f"acknowledged and not stored: {lost}")
    figures["score_1000x50_s"] = round(scored_in(house), 2)
    print(f"scoring 1,000 sheets of 50 items: {figures['score_1000x50_s']} s")
    if lost > 0:
        raise SystemExit("answers were lost")
    return figures


def _start(generator: Generator, server: Server, figures: Figures) -> None:
    """A thousand in the waiting room ask how things stand, as they do there; then it begins."""
    for _ in range(2):
        generator.order("status", candidates=RUSH)
    with Meter(server) as meter:
        told = generator.order("open", candidates=RUSH)
    meter.print(f"start of 1,000 at one instant: p95 {told['open']['p95']} ms", told)
    _check(told)
    figures["start_1000_p95_ms"] = told["open"]["p95"]


def _saves(generator: Generator, server: Server, bare: Server, hall: int, figures: Figures) -> None:
    """Engine and bare limit take turns, no think time; with what kept the engine from more."""
    rates: dict[str, list[float]] = {"engine": [], "bare": []}
    for _ in range(TURNS):
        for name, one, skipped in (("engine", server, 0), ("bare", bare, hall)):
            with Meter(one) as meter:
                told = generator.order(
                    "flood", port=one.port, skip=skipped, candidates=RUSH,
                    connections=CONNECTIONS, seconds=TURN_SECONDS,
                )  # fmt: skip
            _check(told)
            rates[name].append(told["save"]["count"] / told["took_s"])
            meter.print(f"{name:6} {rates[name][-1]:6.0f} saves/s", told)
            if name == "engine":
                figures["saturated"] = meter.saturated(told)
    ratios = [ours / limit for ours, limit in zip(rates["engine"], rates["bare"], strict=True)]
    figures["saves_per_s"] = round(statistics.median(rates["engine"]))
    figures["bare_saves_per_s"] = round(statistics.median(rates["bare"]))
    figures["ratio"] = round(statistics.median(ratios), 2)
    print(f"of the bare limit: {figures['ratio']:.0%}; first saturated: {figures['saturated']}")


def _half_load(generator: Generator, server: Server, figures: Figures) -> None:
    """At half of that rate, by the clock and not by the answers."""
    interval = 2 * RUSH / figures["saves_per_s"]
    with Meter(server) as meter:
        told = generator.order(
            "steady", candidates=RUSH, interval=interval, settle=2.0, seconds=10.0
        )
    meter.print(f"half load: p99 {told['save']['p99']} ms", told)
    _check(told)
    figures["save_p99_ms_half_load"] = told["save"]["p99"]


def _hall(generator: Generator, server: Server, hall: int, figures: Figures) -> None:
    """The largest hall that is served, from what the saves promise, in steps of a quarter."""
    for place in range(RUSH, hall, RUSH):
        _check(generator.order("open", skip=place, candidates=RUSH))
    size = min(hall, int(figures["saves_per_s"] * INTERVAL / 2 // 1000) * 1000)
    figures["hall_candidates"] = 0
    while size >= RUSH:
        served = _is_served(generator, server, size)
        if served:
            figures["hall_candidates"] = size
        larger = min(hall, size * 5 // 4)
        if served and (larger == size or figures.get("refused") == larger):
            return
        if not served:
            figures["refused"] = size
            larger = size * 4 // 5
            if figures["hall_candidates"]:
                return
        size = larger


def _is_served(generator: Generator, server: Server, size: int) -> bool:
    """Saving every 15 s, asking for the status after 10 s of silence: p99 ≤ 500 ms, 0 errors."""
    with Meter(server) as meter:
        told = generator.order(
            "steady", candidates=size, consoles=CONSOLES, interval=INTERVAL, settle=INTERVAL,
            seconds=2 * INTERVAL,
        )  # fmt: skip
    worst = max(told.get(what, {}).get("p99", 0) for what in ("save", "status"))
    looks = f"{CONSOLES} consoles of 300 seats p95 {told['rows']['p95']} ms"
    meter.print(
        f"hall of {size}: p99 {worst} ms, {told['errors']} errors, {looks},"
        f" at most {told['most_open']} connections at once",
        told,
    )
    return worst <= 500 and told["errors"] == 0


def _storm(generator: Generator, server: Server) -> None:
    """The network comes back, and everybody at one instant with what was answered meanwhile."""
    with Meter(server) as meter:
        told = generator.order("resume", candidates=RUSH)
    reach = f"p95 {told['resume']['p95']} ms, the last after {told['took_s']} s"
    meter.print(f"1,000 come back at one instant, ten answers each: {reach}", told)
    _check(told)


def _hand_in(generator: Generator, server: Server, figures: Figures) -> None:
    with Meter(server) as meter:
        told = generator.order("submit", candidates=RUSH)
    meter.print(f"1,000 hand in at one instant: all receipts after {told['took_s']} s", told)
    _check(told)
    figures["submit_1000_s"] = told["took_s"]
    figures["acknowledged"] = told["acknowledged"]


@contextmanager
def _watched(server: Server) -> Iterator[None]:
    """Look at the memory twice a second."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            server.note_memory()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _check(told: Figures) -> None:
    if told["errors"]:
        raise SystemExit(f"{told['errors']} errors: {told['sentences']}")


def _lift_file_limit() -> None:
    """A connection is a file on both its ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"a process may open {most} files here")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hall", type=int, default=HALL, help="the largest hall that is tried")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    _lift_file_limit()
    kinds = {"sqlite": "", "postgresql": os.environ.get("TEST_POSTGRES_URL", "")}
    told: Figures = {}
    for kind, postgres in kinds.items():
        if arguments.only in (None, kind) and (postgres or kind == "sqlite"):
            print(f"\n{kind}", flush=True)
            with tempfile.TemporaryDirectory(prefix="fengxue-bench-") as name:
                figures = measure(Path(name), postgres, arguments.hall)
                figures["save_cost_growth"] = growth(Path(name), postgres)
            print(f"microseconds per save by what is stored: {figures['save_cost_growth']}")
            told[kind] = {key: figures.get(key) for key in KEYS}
    _show(told)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({**told, "machine": machine()}, indent=2) + "\n")


def _show(told: Figures) -> None:
    print(f"\n{'':24}" + "".join(f"{kind:>16}" for kind in told))
    for key in KEYS[:-1]:
        print(f"{key:24}" + "".join(f"{one[key]!s:>16}" for one in told.values()))
    for stored in ("100", "10000", "1000000"):
        costs = "".join(f"{one['save_cost_growth'][stored]:>13} µs" for one in told.values())
        print(f"{'  save at ' + stored:24}" + costs)
    print("think time: none for saves/s; a save every 15 s in the hall")


if __name__ == "__main__":
    main()
