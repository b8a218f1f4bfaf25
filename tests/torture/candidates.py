"""Simulated candidates: a journal like the browser's, and a network that does what it likes."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from lms.exams.attempts.rules.digests import digest_of

SLOTS = 50
PATIENCE = 3.0
Key = tuple[int, int]


@dataclass
class Told:
    """An operation as it was sent, and the standing that the server acknowledged for it."""

    number: int
    value: Any
    standing: str = ""


@dataclass
class Candidate:
    """One person at one or two devices; everything that was ever sent, by (lease, seq)."""

    attempt_id: int
    headers: dict[str, str]
    port: int
    chance: random.Random
    lease: int = 0
    seq: int = 0
    operations: dict[Key, Told] = field(default_factory=dict)
    waiting: dict[Key, Told] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    repeated: int = 0
    _connection: http.client.HTTPConnection | None = None

    def live(self, calm: threading.Event, over: threading.Event) -> None:
        """Answer and send until told to be calm; then only send; until it is over."""
        while not over.is_set():
            if not self.lease:
                self.open()
            elif not calm.is_set():
                self.answer()
            if self.lease and self.waiting:
                self.send()
            over.wait(self.chance.uniform(0.0, 0.05 if not calm.is_set() else 0.01))

    def is_settled(self) -> bool:
        return bool(self.lease) and not self.waiting

    def answer(self) -> None:
        """A few changes; now and then from another window."""
        if self.chance.random() < 0.02:
            self.open()
            return
        for _ in range(self.chance.choice((1, 1, 1, 2, 5))):
            self.seq += 1
            number = self.chance.randint(1, SLOTS)
            value = self.chance.choice(("A", "B", "越语 đồng chí", ["A", "C"], {"1": "甲"}, None))
            self.operations[self.lease, self.seq] = Told(number, value)
            self.waiting[self.lease, self.seq] = self.operations[self.lease, self.seq]

    def open(self) -> None:
        status, told = self.post("open", {})
        if status == 200:
            self.lease, self.seq = told["lease"], 0
        elif status not in (0, 409, 503, 507):
            self.faults.append(f"open {status} {told}")

    def send(self) -> None:
        """Some of what waits under one lease, in any order, with some that was sent before."""
        lease = self.chance.choice(sorted({lease for lease, _ in self.waiting}))
        keys = [key for key in self.waiting if key[0] == lease]
        batch = set(self.chance.sample(keys, self.chance.randint(1, min(20, len(keys)))))
        done = [key for key in self.operations if key[0] == lease and key not in self.waiting]
        if done and self.chance.random() < 0.2:
            batch |= set(self.chance.sample(done, min(3, len(done))))
            self.repeated += 1
        shuffled = sorted(batch)
        self.chance.shuffle(shuffled)
        operations = [
            {"seq": seq, "number": self.operations[lease, seq].number,
             "value": self.operations[lease, seq].value}
            for lease, seq in shuffled
        ]  # fmt: skip
        lost = self.chance.random() < 0.1
        status, told = self.post("save", {"lease": lease, "operations": operations}, lost=lost)
        if status in (200, 409):
            self.settle(lease, told)
        elif status not in (0, 503, 507):
            self.faults.append(f"save {status} {told}")

    def settle(self, lease: int, told: dict[str, Any]) -> None:
        standings = dict.fromkeys(told["acknowledged"], "counts")
        standings |= {int(seq): one for seq, one in told["set_aside"].items()}
        for seq, standing in standings.items():
            operation = self.operations[lease, seq]
            if operation.standing not in ("", standing):
                self.faults.append(f"{lease}.{seq} was {operation.standing}, is {standing}")
            self.acknowledged += operation.standing == ""
            operation.standing = standing
            self.waiting.pop((lease, seq), None)

    def answers(self) -> dict[int, Any]:
        """What counts, as far as it was acknowledged."""
        found: dict[int, Any] = {}
        for _, one in sorted(self.operations.items()):
            if one.standing == "counts":
                found[one.number] = one.value
        return {number: value for number, value in found.items() if value is not None}

    def hand_in(self) -> None:
        digest = digest_of(self.answers())
        for _ in range(20):
            status, told = self.post("submit", {"lease": self.lease, "digest": digest})
            if status == 200:
                self.receipt = told
                return
            # Another window of this person held the lease, though its page never heard of it.
            self.open()
        self.faults.append(f"no receipt: {status} {told}")

    def post(
        self, what: str, body: dict[str, Any], *, lost: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """Status 0 where no answer came; `lost`: it was sent, and nobody listened any more."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=PATIENCE
                )
            path = f"/attempts/{self.attempt_id}/{what}"
            self._connection.request("POST", path, json.dumps(body), self.headers)
            if lost:
                raise ConnectionError("the reply was lost")
            response = self._connection.getresponse()
            told = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            if not lost:
                time.sleep(self.chance.uniform(0.05, 0.3))
            return 0, {}
        if cookie := response.headers["Set-Cookie"]:
            self.headers["Cookie"] = cookie.partition(";")[0]
        return response.status, told
