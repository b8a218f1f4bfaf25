"""`make torture`: an exam that goes on while its house is killed, filled up and misdated.

Fifty candidates answer; in every round something fails; then the house recovers, everybody's
journal empties, and what the database holds is compared with what was acknowledged: nothing
missing, nothing twice, nothing that nobody sent, the same digests, receipts that hold.
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
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.digests import digest_of
from lms.ground import db
from tests.bench.exam_house import House, database_url
from tests.torture.candidates import Candidate
from tests.torture.faults import Faults, Processes

# A step as it is stored: lease, seq, number, value, standing.
Row = tuple[int, int, int, Any, str]
CANDIDATES = 50
RECOVERY = 60.0


@dataclass
class Outcome:
    """What all rounds came to; every fault is a sentence."""

    rounds: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    doubled: int = 0
    unsent: int = 0
    unequal: int = 0
    sentences: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        wrong = self.missing + self.doubled + self.unsent + self.unequal
        return not (wrong or self.sentences)


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
    """The database against what it acknowledged, and its receipts against what it keeps."""
    steps, answers, false = _stored(house, [one.attempt_id for one in candidates])
    for one in candidates:
        weigh(one, steps[one.attempt_id], answers[one.attempt_id], outcome)
        outcome.sentences += one.faults
    outcome.sentences += [f"the receipt of {attempt_id} does not hold" for attempt_id in false]


def weigh(one: Candidate, stored: list[Row], answers: dict[int, Any], outcome: Outcome) -> None:
    """What is stored of a candidate, row by row, against what was sent and acknowledged."""
    told = {
        key: (was.number, was.value, was.standing)
        for key, was in one.operations.items()
        if was.standing
    }
    sent = {key: (was.number, was.value) for key, was in one.operations.items()}
    kept = {row[:2]: row for row in stored}
    outcome.missing += sum(kept.get(key) != (*key, *was) for key, was in told.items())
    outcome.doubled += len(stored) - len(kept)
    outcome.unsent += sum(sent.get(row[:2]) != row[2:4] for row in stored)
    digest = digest_of(answers)
    receipt = digest if one.receipt is None else one.receipt["digest"]
    outcome.unequal += not digest == receipt == digest_of(one.answers())


def _stored(
    house: House, attempt_ids: list[int]
) -> tuple[dict[int, list[Row]], dict[int, dict[int, Any]], list[int]]:
    """The steps, the answers that they come to, and the attempts whose receipt does not hold."""
    for _ in range(100):
        try:
            with house.app.app_context(), db.transaction() as session:
                steps: dict[int, list[Row]] = {one: [] for one in attempt_ids}
                told = (Step.lease, Step.seq, Step.number, Step.value, Step.standing)
                wanted = select(Step.attempt_id, *told).where(Step.attempt_id.in_(attempt_ids))
                for attempt_id, *row, standing in session.execute(wanted):
                    steps[attempt_id].append((*row, standing.value))
                answers = queries.responses(attempt_ids)
                done = select(Attempt).where(Attempt.submitted_at.is_not(None))
                false = [
                    one.id
                    for one in session.scalars(done)
                    if queries.verdict(one, answers[one.id]) != queries.Verdict(True, True)
                ]
                return steps, answers, false
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
        f"  missing {outcome.missing}, doubled {outcome.doubled}, never sent {outcome.unsent}, "
        f"digests unequal {outcome.unequal}, unexpected answers {len(outcome.sentences)}"
    )
    for sentence in outcome.sentences[:5]:
        click.echo(f"    {sentence}")


if __name__ == "__main__":
    main()
