"""Passing the items of an intake through to 审定, all that one reviewer may pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from question_bank.approvals import queries as approvals
from question_bank.approvals.actions import Passed, pass_on
from question_bank.intakes.models import APPROVING, Intake
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.rules.terms import Stage

AT_ONCE = 200
"""So many items pass while the page waits, and in one step of a worker."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: the last item it looked at, and what became of those it saw."""

    last: int
    seen: int
    passed: Passed


@dataclass(frozen=True, slots=True)
class Count:
    """How far a worker is: behind which item, and what became of those before; plain for its place."""

    after: int = 0
    seen: int = 0
    approved: int = 0
    left: int = 0
    first: str = ""

    def add(self, step: Step) -> Count:
        passed = step.passed
        return Count(
            step.last,
            self.seen + step.seen,
            self.approved + passed.approved,
            self.left + len(passed.left),
            self.first or next(iter(passed.left), ""),
        )

    @property
    def told(self) -> str:
        """The counts in words, with the first of those that were left."""
        left = f"；{self.left}道没有通过。例如{self.first}" if self.left else ""
        return f"已审定{self.approved}道试题{left}"


def told_of(intake: Intake) -> str:
    """What a worker that is done, or was stopped, did to the items of an intake; "" if none did."""
    job = intake.job
    if job is None or job.kind != APPROVING or not job.is_over:
        return ""
    return Count(**(job.checkpoint or {})).told


def ask_to_approve(intake: Intake, *, by: Account, at: datetime) -> Passed | None:
    """Few items pass at once, many by a worker (None); asked for twice, they pass once."""
    if intake.state is not IntakeState.COMMITTED:
        raise Refused("这次导入的试题现在不在题库里，不能审定。")
    if intake.is_approving:
        return None
    if queries.number_of_drafts(intake) <= AT_ONCE:
        return pass_next(intake, after=0, by=by, at=at).passed
    intake.job_id = jobs.enqueue(APPROVING, owner_id=by.id, at=at, intake_id=intake.id).id
    return None


def pass_next(intake: Intake, *, after: int, by: Actor, at: datetime) -> Step:
    """Pass the next items behind number `after`; those that need somebody else are told of."""
    ids = queries.drafts_of_intake(intake, after=after, most=AT_ONCE)
    passed = pass_on(approvals.reviewable(ids), until=Stage.FINAL, by=by, at=at)
    return Step(ids[-1] if ids else after, len(ids), passed)
