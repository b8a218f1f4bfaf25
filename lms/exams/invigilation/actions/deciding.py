"""Deciding on what was set aside: it counts or it does not, by whom and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from lms.exams.attempts.actions import collecting
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import StepDecision
from lms.exams.invigilation.queries import asides
from lms.exams.recordings import actions as recordings
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import lock_sitting
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


def decide_steps(
    sitting: Sitting,
    step_ids: Collection[int],
    recording_ids: Collection[int] = (),
    borrowed: Collection[str] = (),
    *,
    counted: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Count steps and recordings in that were set aside, or leave them aside; how many.

    `borrowed`: recordings that were made for another slot, by `Borrowed.key`. Decided once for all.
    """
    lock_sitting(sitting.id)
    waiting = {one.step.id: one for one in asides.aside(sitting.id) if one.decision is None}
    chosen = [waiting[one] for one in sorted(set(step_ids)) if one in waiting]
    said = [one.recording for one in asides.recordings_aside(sitting.id)]
    heard = {one.id for one in said if one.counted is None} & set(recording_ids)
    lent = {one.key: one for one in asides.recordings_borrowed(sitting.id) if not one.decision}
    asked = [lent[key] for key in sorted(set(borrowed)) if key in lent]
    reasons = [] if reason else ["请写明处理的理由。"]
    if not chosen and not heard and not asked:
        reasons.append("请先勾选还没有处理的作答。")
    if reasons:
        raise Refused(*reasons)
    standings = {one.step.id: Standing(one.step.standing) for one in chosen}
    before = collecting.count_in(list(standings), by=by, at=at) if counted else {}
    for one in chosen:
        decision = StepDecision(
            step_id=one.step.id,
            standing=standings[one.step.id],
            counted=counted,
            reason=reason,
            receipt_before=before.get(one.sheet.id, ""),
            decided_by=by.name,
            decided_at=at,
        )
        session.add(decision)
        name, verb = one.candidate.enrolment.person.name, "计入" if counted else "不计入"
        sentence = f"{verb}{name}第 {one.step.number} 题留存的作答：{reason}"
        record("sittings.decide_step", decision, sentence, by=by, at=at, step=one.step.id)
    recordings.decide(heard, counted=counted, reason=reason, by=by, at=at)
    found = [(one.recording, one.number) for one in asked]
    recordings.lend(found, counted=counted, reason=reason, by=by, at=at)
    return len(chosen) + len(heard) + len(asked)
