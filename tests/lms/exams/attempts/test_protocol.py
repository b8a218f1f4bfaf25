"""The save protocol against a reference model: whatever devices, networks and clocks do.

Three devices of one candidate lose, repeat, reorder and split what they send; leases are
taken over, the deadline passes, time is added or stands still, clocks are set back, what was set
aside is counted in, the sheet is collected and opened again. After every step the server has exactly what the
reference says: acknowledged operations are there, once, with the standing they were told.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
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

from lms.exams.attempts import queries
from lms.exams.attempts.actions import collecting, steering
from lms.exams.attempts.api import replies
from lms.exams.attempts.models import Attempt, Step
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.errors import Refused
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

    closes: datetime
    lease: int = 0
    started: datetime | None = None
    extension: timedelta = timedelta()
    paused: datetime | None = None
    submitted: bool = False
    kept: dict[tuple[int, int], tuple[int, Any, str]] = field(default_factory=dict)

    @property
    def deadline(self) -> datetime | None:
        if self.started is None:
            return None
        return min(self.started + timedelta(minutes=MINUTES), self.closes) + self.extension

    def is_past(self, at: datetime, grace: timedelta = GRACE) -> bool:
        """Is it over at that time? In a pause time stands still."""
        return self.deadline is not None and self.still(at) >= self.deadline + grace

    def still(self, at: datetime) -> datetime:
        return at if self.paused is None else min(at, self.paused)

    def open(self, at: datetime) -> bool:
        if self.submitted or self.is_past(at, timedelta()):
            return False
        self.lease += 1
        self.started = self.started or at
        return True

    def save(self, lease: int, seq: int, number: int, value: Any, at: datetime) -> str:
        standing = "counts"
        if lease < self.lease:
            standing = "stale_lease"
        elif self.submitted or self.is_past(at):
            standing = "late"
        return self.kept.setdefault((lease, seq), (number, value, standing))[2]

    def submit(self, lease: int, answers: dict[int, Any], at: datetime) -> int:
        if self.submitted:
            return 200
        if self.paused or lease != self.lease:
            return 409
        if not self.is_past(at) and answers != self.answers():
            return 409
        self.submitted = True
        return 200

    def sweep(self, at: datetime) -> None:
        self.submitted = self.submitted or (self.paused is None and self.is_past(at))

    def extend(self, minutes: int) -> bool:
        self.extension += timedelta(minutes=0 if self.submitted else minutes)
        return not self.submitted

    def pause(self, at: datetime) -> bool:
        if self.submitted or self.paused or self.is_past(at, timedelta()):
            return False
        self.paused = at
        return True

    def resume(self, at: datetime) -> bool:
        if self.submitted or self.paused is None:
            return False
        begun = ceil((at - self.paused) / timedelta(minutes=1))
        self.extension += timedelta(minutes=max(0, begun))
        self.paused = None
        return True

    def reopen(self, minutes: int, at: datetime) -> bool:
        given = timedelta(minutes=minutes)
        assert self.deadline is not None
        if not self.submitted or self.still(at) >= self.deadline + given:
            return False
        self.submitted, self.extension = False, self.extension + given
        return True

    def release(self) -> bool:
        self.lease += not self.submitted
        return not self.submitted

    def count_in(self, key: tuple[int, int]) -> None:
        number, value, _ = self.kept[key]
        self.kept[key] = number, value, "counts"

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

    @initialize(window=st.sampled_from([timedelta(minutes=40), timedelta(days=30)]))
    def sit_down(self, window: timedelta) -> None:
        self.clock["now"] = now()
        self.reference = Reference(closes=now() + window)
        first = seat(self.app, slots=SLOTS, minutes=MINUTES, opens_at=now() - timedelta(days=1),
                     closes_at=self.reference.closes)  # fmt: skip
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
        told = {"minutes": minutes, "reason": "停电"}
        assert self._staff(steering.extend, **told) == self.reference.extend(minutes)

    @rule()
    def pause(self) -> None:
        """And whoever holds the lease tries to hand in all the same."""
        expected = self.reference.pause(self.clock["now"])
        assert self._staff(steering.pause, reason="停电") == expected
        for device, holder in enumerate(self.devices):
            if holder.lease == self.reference.lease:
                self.submit(device, honest=True)

    @precondition(lambda self: self.reference.paused)
    @rule()
    def resume(self) -> None:
        assert self._staff(steering.resume) == self.reference.resume(self.clock["now"])

    @precondition(lambda self: self.reference.submitted)
    @rule(minutes=st.sampled_from([0, 5]))
    def reopen(self, minutes: int) -> None:
        """Handed in by mistake: whoever holds the lease goes on as if nothing had been."""
        expected = self.reference.reopen(minutes, self.clock["now"])
        assert self._staff(collecting.reopen, minutes=minutes, reason="误交") == expected

    @precondition(lambda self: len(self.reference.kept) > 3)
    @rule()
    def swap_the_device(self) -> None:
        assert self._staff(steering.release, reason="死机") == self.reference.release()

    @precondition(lambda self: self._set_aside())
    @rule(data=st.data())
    def count_in_what_was_set_aside(self, data: st.DataObject) -> None:
        lease, seq = data.draw(st.sampled_from(self._set_aside()))
        wanted = select(Step.id).where(Step.lease == lease, Step.seq == seq)
        with self.app.app_context(), db.transaction():
            steps = db.session.scalars(
                wanted.where(Step.attempt_id == self.devices[0].attempt_id)
            ).all()
            collecting.count_in(steps, by=System(), at=self.clock["now"])
        self.reference.count_in((lease, seq))

    def _set_aside(self) -> list[tuple[int, int]]:
        return [key for key, (*_, one) in self.reference.kept.items() if one != "counts"]

    def _staff(self, deed: Callable[..., Any], **told: Any) -> bool:
        """Do something as a person of the house; whether it was not refused."""
        try:
            with self.app.app_context(), db.transaction():
                deed([self.devices[0].attempt_id], by=System(), at=self.clock["now"], **told)
        except Refused:
            return False
        return True

    @rule(minutes=st.sampled_from([1, 5, -3]))
    def time_passes(self, minutes: int) -> None:
        """And now and then somebody sets the clock back."""
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
            collecting.sweep(at=self.clock["now"])
        self.reference.sweep(self.clock["now"])

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
            assert attempt.lease == self.reference.lease
            if attempt.submitted_at is not None:
                assert queries.verify(attempt) == queries.Verdict(signed=True, unchanged=True)


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
