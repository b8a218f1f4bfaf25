"""`make torture`: an exam that goes on while its house is killed, filled up and misdated.

Fifty candidates answer; in every round something fails; then the house recovers, everybody's
journal empties, and what the database holds is compared with what was acknowledged: nothing
missing, nothing twice, the same digests.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from lms.exams.attempts import queries
from lms.exams.attempts.models import Step
from lms.exams.attempts.rules.digests import digest_of
from lms.ground import db
from tests.bench.exam_house import House, database_url
from tests.torture.candidates import Candidate
from tests.torture.faults import Faults, Processes

CANDIDATES = 50
RECOVERY = 60.0


@dataclass
class Outcome:
    """What all rounds came to; every fault is a sentence."""

    rounds: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    doubled: int = 0
    unequal: int = 0
    sentences: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.doubled or self.unequal or self.sentences)


def torture(folder: Path, postgres: str, rounds: int, seed: int) -> tuple[Outcome, list[Candidate]]:
    """As many rounds on one kind of database."""
    chance = Random(seed)
    house = House(folder, database_url(postgres, "torture"))
    house.build(CANDIDATES)
    processes = Processes(house)
    candidates = _candidates(house, processes.port, chance)
    faults = Faults(house, processes, chance)
    calm, over = threading.Event(), threading.Event()
    calm.set()
    threads = [threading.Thread(target=one.live, args=(calm, over)) for one in candidates]
    for thread in threads:
        thread.start()
    outcome = Outcome()
    try:
        _recover(processes, candidates)
        while outcome.rounds < rounds and outcome.is_clean:
            calm.clear()
            time.sleep(chance.uniform(0.1, 0.8))
            outcome.struck[faults.strike()] += 1
            time.sleep(chance.uniform(0.0, 0.3))
            calm.set()
            faults.end()
            _recover(processes, candidates)
            _compare(house, candidates, outcome)
            outcome.rounds += 1
            if outcome.rounds % 20 == 0:
                click.echo(f"{outcome.rounds} rounds", err=True)
        over.set()
        for thread in threads:
            thread.join()
        for one in candidates:
            one.hand_in()
        _compare(house, candidates, outcome)
    finally:
        over.set()
        for thread in threads:
            thread.join()
        processes.stop()
    return outcome, candidates


def _candidates(house: House, port: int, chance: Random) -> list[Candidate]:
    rows = json.loads(house.browsers.read_text())["candidates"]
    made = []
    for attempt_id, lines, cookie in rows:
        headers = dict(line.split(": ", 1) for line in lines.strip().split("\r\n"))
        headers |= {"Cookie": cookie, "Accept-Encoding": "identity"}
        made.append(Candidate(attempt_id, headers, port, Random(chance.random())))
    return made


def _recover(processes: Processes, candidates: list[Candidate]) -> None:
    """Until everything runs again and nobody waits for an acknowledgement."""
    until = time.monotonic() + RECOVERY
    while time.monotonic() < until:
        processes.tend()
        if all(one.is_settled() for one in candidates):
            return
        time.sleep(0.02)
    waiting = [one for one in candidates if not one.is_settled()]
    raise SystemExit(f"{len(waiting)} candidates wait for ever: {waiting[0].faults}")


def _compare(house: House, candidates: list[Candidate], outcome: Outcome) -> None:
    """The database against what it acknowledged."""
    steps, answers = _stored(house, [one.attempt_id for one in candidates])
    for one in candidates:
        told = {
            key: (was.number, was.value, was.standing)
            for key, was in one.operations.items()
            if was.standing
        }
        stored = steps[one.attempt_id]
        outcome.missing += sum(stored.count((*key, *was)) == 0 for key, was in told.items())
        outcome.doubled += len(stored) - len({(lease, seq) for lease, seq, *_ in stored})
        digest = digest_of(answers[one.attempt_id])
        receipt = digest if one.receipt is None else one.receipt["digest"]
        outcome.unequal += not digest == receipt == digest_of(one.answers())
        outcome.sentences += one.faults


def _stored(house: House, attempt_ids: list[int]) -> tuple[dict[int, list[Any]], dict[int, Any]]:
    """The steps as (lease, seq, number, value, standing), and the answers that they come to."""
    for _ in range(100):
        try:
            with house.app.app_context(), db.transaction() as session:
                steps: dict[int, list[Any]] = {one: [] for one in attempt_ids}
                for step in session.scalars(select(Step).where(Step.attempt_id.in_(attempt_ids))):
                    steps[step.attempt_id].append(
                        (step.lease, step.seq, step.number, step.value, step.standing.value)
                    )
                return steps, queries.responses(attempt_ids)
        except OperationalError:
            time.sleep(0.1)
    raise SystemExit("the database did not come back")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="on each kind of database")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    kinds = {"sqlite": "", "postgresql": os.environ.get("TEST_POSTGRES_URL", "")}
    clean = True
    for kind, postgres in kinds.items():
        if arguments.only in (None, kind) and (postgres or kind == "sqlite"):
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="fengxue-torture-") as name:
                outcome, candidates = torture(
                    Path(name), postgres, arguments.rounds, arguments.seed
                )
            _show(kind, outcome, candidates, time.monotonic() - began, arguments.seed)
            clean = clean and outcome.is_clean
    raise SystemExit(0 if clean else 1)


def _show(kind: str, outcome: Outcome, candidates: list[Candidate], took: float, seed: int) -> None:
    click.echo(f"{kind}: {outcome.rounds} rounds in {took:.0f} s (seed {seed})")
    for name, count in outcome.struck.most_common():
        click.echo(f"  {count:4} × {name}")
    acknowledged = sum(one.acknowledged for one in candidates)
    repeated = sum(one.repeated for one in candidates)
    click.echo(f"  {acknowledged} operations acknowledged; {repeated} batches with repeated ones")
    click.echo(
        f"  missing {outcome.missing}, doubled {outcome.doubled}, "
        f"digests unequal {outcome.unequal}, unexpected answers {len(outcome.sentences)}"
    )
    for sentence in outcome.sentences[:5]:
        click.echo(f"    {sentence}")


if __name__ == "__main__":
    main()
