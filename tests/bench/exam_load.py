"""Candidates as a process of their own: many keep-alive connections, one thread.

Orders come in as lines of JSON, figures go out as lines of JSON; leases and counters stay here
between them.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from typing import Any

from tests.bench.exam_browsers import Candidate, Console
from tests.bench.exam_hall import Hall, Line, Tally

SILENCE = 10.0  # seconds without an acknowledgement until a page asks for the status
REFRESH = 5.0  # seconds between two looks of a console at its hall


def burst(port: int, what: str, candidates: list[Candidate]) -> tuple[Tally, float]:
    """Everybody at one instant; when the last was answered.

    The connections stand already, but for those who come back from an outage.
    """
    hall = Hall(port)
    lines = [Line([one]) for one in candidates]
    if what != "resume":
        hall.connect(lines)
    requests = [getattr(one, what)() for one in candidates]
    began = time.perf_counter() + 0.2
    for line, request in zip(lines, requests, strict=True):
        hall.plan(began, line, what, request)
    tally = hall.run(began + 60, lambda _line, _now: None)
    took = time.perf_counter() - began
    missing = len(candidates) - len(tally.latencies.get(what, ()))
    if missing:
        tally.fail(f"{missing} unanswered")
    hall.close()
    return tally, took


def flood(
    port: int, candidates: list[Candidate], connections: int, seconds: float
) -> tuple[Tally, float]:
    """No think time: every connection sends as soon as it was answered, for one candidate after
    another."""
    hall = Hall(port)
    lines = [Line(candidates[place::connections]) for place in range(connections)]
    hall.connect(lines)
    began = time.perf_counter()

    def follow(line: Line, now: float) -> tuple[float, str]:
        line.turn += 1
        return now, "save"

    for line in lines:
        hall.plan(began, line, "save")
    tally = hall.run(began + seconds, follow)
    took = time.perf_counter() - began
    hall.finish()
    return tally, took


def steady(
    port: int,
    candidates: list[Candidate],
    consoles: list[Console],
    interval: float,
    seconds: float,
    *,
    settle: float,
) -> tuple[Tally, float]:
    """Everybody saves every `interval` seconds and asks for the status after ten of silence, while
    consoles look on.

    The phases are spread evenly, each with a jitter; what was due in the first `settle` seconds
    is not measured.
    """
    hall = Hall(port)
    lines = [Line([one]) for one in candidates]
    began = time.perf_counter() + 0.2
    next_save = {}
    for place, line in enumerate(lines):
        next_save[line] = began + interval * (place + random.random()) / len(lines)
        hall.plan(next_save[line], line, "save")
    for place, console in enumerate(consoles):
        hall.plan(began + REFRESH * place / len(consoles), Line([console]), "rows")

    def follow(line: Line, now: float) -> tuple[float, str]:
        if line.what == "rows":
            return now + REFRESH, "rows"
        if line.what == "save":
            next_save[line] += interval
            if next_save[line] - now > SILENCE:
                return now + SILENCE, "status"
        return next_save[line], "save"

    tally = hall.run(began + settle + seconds, follow, measured_from=began + settle)
    hall.finish()
    return tally, seconds


def figures(tally: Tally, took: float) -> dict[str, Any]:
    """Counts, errors and percentiles in milliseconds, by kind of request."""
    told: dict[str, Any] = {
        "errors": tally.errors,
        "opened": tally.opened,
        "most_open": tally.most_open,
        "sentences": tally.sentences,
        "took_s": round(took, 3),
    }
    for what, latencies in tally.latencies.items():
        latencies.sort()
        last = len(latencies) - 1
        told[what] = {"count": len(latencies)} | {
            f"p{part}": round(1000 * latencies[min(last, int(len(latencies) * part / 100))], 1)
            for part in (50, 95, 99, 100)
        }
    return told


def obey(
    order: dict[str, Any], port: int, candidates: list[Candidate], consoles: list[Console]
) -> dict[str, Any]:
    """Carry one order out; with the generator's own share of a core."""
    used, began = _used(), time.perf_counter()
    skipped = order.get("skip", 0)
    some = candidates[skipped : skipped + order.get("candidates", len(candidates))]
    match order["do"]:
        case "open" | "status" | "submit" | "resume":
            tally, took = burst(port, order["do"], some)
        case "flood":
            tally, took = flood(port, some, order["connections"], order["seconds"])
        case _:
            open_consoles = consoles[: order.get("consoles", 0)]
            tally, took = steady(
                port, some, open_consoles, order["interval"], order["seconds"],
                settle=order["settle"],
            )  # fmt: skip
    told = figures(tally, took)
    told["generator_cores"] = round((_used() - used) / (time.perf_counter() - began), 2)
    told["acknowledged"] = sum(one.acknowledged for one in candidates)
    return told


def _used() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def main() -> None:
    """The first line says where the server is and who sits there; one line for every order."""
    hello = json.loads(sys.stdin.readline())
    with open(hello["browsers"], encoding="utf-8") as file:
        sitting = json.load(file)
    candidates = [Candidate(*one) for one in sitting["candidates"]]
    consoles = [Console(*one) for one in sitting["consoles"]]
    for line in sys.stdin:
        order = json.loads(line)
        told = obey(order, order.get("port", hello["port"]), candidates, consoles)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
