"""The save protocol against a reference model: whatever devices, networks and clocks do.

Three devices of one candidate lose, repeat, reorder and split what they send; leases are
taken over, the deadline passes, time is added, the sheet is collected. After every step the
server has exactly what the reference says: acknowledged operations are there, once, with
the standing they were told.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from lms.exams.attempts import actions, queries
from lms.exams.attempts.api import replies
from lms.exams.attempts.models import Attempt, Step
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat

# `make torture` tells fifty times as many stories as `make test`.
EXAMPLES = 2000 if os.environ.get("TORTURE") else 40
SLOTS = 3
MINUTES = 60
GRACE = timedelta(seconds=10)
DEVICES = st.sampled_from([0, 0, 0, 0, 1, 2])
CHOICES = st.tuples(st.integers(1, SLOTS), st.sampled_from(["A", "B", "C", None]))
NET = st.sampled_from(["well", "lost", "reply lost"])


@dataclass
class Reference:
    """What the server must have: the protocol in as few lines as it can be said."""

    lease: int = 0
    deadline: datetime | None = None
    submitted: bool = False
    kept: dict[tuple[int, int], tuple[int, Any, str]] = field(default_factory=dict)

    def open(self, at: datetime) -> bool:
        if self.submitted or (self.deadline and at >= self.deadline):
            return False
        self.lease += 1
        self.deadline = self.deadline or at + timedelta(minutes=MINUTES)
        return True

    def save(self, lease: int, seq: int, number: int, value: Any, at: datetime) -> str:
        assert self.deadline is not None
        standing = "counts"
        if lease < self.lease:
            standing = "stale_lease"
        elif self.submitted or at >= self.deadline + GRACE:
            standing = "late"
        return self.kept.setdefault((lease, seq), (number, value, standing))[2]

    def submit(self, lease: int, answers: dict[int, Any], at: datetime) -> int:
        assert self.deadline is not None
        if self.submitted:
            return 200
        over = at >= self.deadline + GRACE
        if lease != self.lease or (not over and answers != self.answers()):
            return 409
        self.submitted = True
        return 200

    def extend(self, minutes: int) -> None:
        if self.deadline and not self.submitted:
            self.deadline += timedelta(minutes=minutes)

    def answers(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for _, (number, value, standing) in sorted(self.kept.items()):
            if standing == "counts":
                found[number] = value
        return {number: value for number, value in found.items() if value is not None}


class Hall(RuleBasedStateMachine):
    """One candidate with three devices, and a clock that the test moves."""

    app: Flask
    clock: dict[str, datetime]

    @initialize()
    def sit_down(self) -> None:
        self.clock["now"] = now()
        self.reference = Reference()
        first = seat(self.app, slots=SLOTS, minutes=MINUTES, opens_at=now() - timedelta(hours=1),
                     closes_at=now() + timedelta(days=30))  # fmt: skip
        self.devices: list[Seat] = [first] + [at_another_device(self.app, first) for _ in range(2)]
        self.pending: list[list[dict[str, Any]]] = [[], [], []]
        self.open(0)

    @precondition(lambda self: len(self.reference.kept) >= 2 * self.reference.lease)
    @rule(device=DEVICES)
    def open(self, device: int) -> None:
        response = self.devices[device].post("open")
        if not self.reference.open(self.clock["now"]):
            assert response.status_code == 409
            return
        assert response.get_json()["lease"] == self.reference.lease
        shown = {int(number): value for number, value in response.get_json()["answers"].items()}
        assert shown == self.reference.answers()
        self.devices[device].lease, self.devices[device].seq = self.reference.lease, 0
        self.pending[device] = []

    @rule(device=DEVICES, choices=st.lists(CHOICES, min_size=1, max_size=4), net=NET)
    def answer(self, device: int, choices: list[tuple[int, Any]], net: str) -> None:
        """On a page that may have been fenced off since; the net may lose it, or the reply."""
        if not self.devices[device].lease:
            self.open(device)
        if self.devices[device].lease:
            self.pending[device] += [self.devices[device].operation(*one) for one in choices]
            if net != "lost":
                self._send(device, self.pending[device], told=net == "well")

    @precondition(lambda self: any(self.pending))
    @rule(data=st.data(), told=st.booleans())
    def send_again(self, data: st.DataObject, told: bool) -> None:
        """Any part of a journal in any order, kept by the server already or not."""
        device = data.draw(st.sampled_from([n for n in range(3) if self.pending[n]]))
        parts = st.lists(
            st.sampled_from(self.pending[device]), min_size=1, unique_by=lambda one: one["seq"]
        )
        self._send(device, data.draw(parts), told=told)

    def _send(self, device: int, batch: list[dict[str, Any]], *, told: bool) -> None:
        lease = self.devices[device].lease
        response = self.devices[device].send(batch)
        expected = {
            one["seq"]: self.reference.save(
                lease, one["seq"], one["number"], one["value"], self.clock["now"]
            )
            for one in batch
        }
        counting = [seq for seq, standing in expected.items() if standing == "counts"]
        assert sorted(response.get_json()["acknowledged"]) == sorted(counting)
        assert (response.status_code == 200) == (len(counting) == len(batch))
        if told:
            self.pending[device] = [one for one in self.pending[device] if one not in batch]

    @precondition(lambda self: len(self.reference.kept) > 8)
    @rule(device=DEVICES, honest=st.booleans())
    def submit(self, device: int, honest: bool) -> None:
        if not self.devices[device].lease:
            return
        answers = self.reference.answers() if honest else {1: "something else"}
        expected = self.reference.submit(self.devices[device].lease, answers, self.clock["now"])
        assert self.devices[device].submit(answers).status_code == expected

    @rule(minutes=st.sampled_from([1, 20]))
    def extend(self, minutes: int) -> None:
        if self.reference.deadline is None or self.reference.submitted:
            return
        with self.app.app_context(), db.transaction():
            actions.extend([self.devices[0].attempt_id], minutes=minutes, reason="停电",
                           by=System(), at=self.clock["now"])  # fmt: skip
        self.reference.extend(minutes)

    @rule(minutes=st.sampled_from([1, 5]))
    def time_passes(self, minutes: int) -> None:
        self.clock["now"] += timedelta(minutes=minutes)

    @precondition(lambda self: len(self.reference.kept) > 3)
    @rule(seconds=st.sampled_from([-1, 0, 9, 10, 11]), choice=CHOICES)
    def the_deadline_is_near(self, seconds: int, choice: tuple[int, Any]) -> None:
        """Whoever holds the lease writes on until the end, and beyond."""
        assert self.reference.deadline is not None
        moment = self.reference.deadline + timedelta(seconds=seconds)
        self.clock["now"] = max(self.clock["now"], moment)
        for device, holder in enumerate(self.devices):
            if holder.lease == self.reference.lease:
                self.answer(device, [choice], "well")

    @rule()
    def the_sweeper_comes(self) -> None:
        with self.app.app_context(), db.transaction():
            actions.sweep(at=self.clock["now"])
        if self.reference.deadline and self.clock["now"] >= self.reference.deadline + GRACE:
            self.reference.submitted = True

    @invariant()
    def the_server_has_what_the_reference_has(self) -> None:
        attempt_id = self.devices[0].attempt_id
        with self.app.app_context():
            attempt = db.session.get_one(Attempt, attempt_id)
            steps = db.session.scalars(select(Step).where(Step.attempt_id == attempt_id))
            kept = {(s.lease, s.seq): (s.number, s.value, s.standing.value) for s in steps}
            assert kept == self.reference.kept
            assert queries.responses([attempt_id])[attempt_id] == self.reference.answers()
            assert (attempt.submitted_at is not None) == self.reference.submitted
            assert attempt.deadline == self.reference.deadline


def test_the_server_follows_the_reference(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"now": now()}
    monkeypatch.setattr(replies, "now", lambda: clock["now"])
    hall = type("HallOfThisApp", (Hall,), {"app": app, "clock": clock})
    run_state_machine_as_test(
        hall,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            # A shorter story costs minutes to find, and this one is read from its steps anyway.
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
