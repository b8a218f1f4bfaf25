"""Candidates who come in at the door of the hall."""

from __future__ import annotations

from datetime import datetime

from lms.exams.invigilation.models import Arrival
from lms.exams.invigilation.queries import doors
from lms.exams.invigilation.rules import DoorTimes
from lms.exams.sittings.models import Candidate, Sitting
from lms.exams.sittings.queries.sittings import lock_sitting
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing, Refused


def check_in(
    sitting: Sitting,
    candidate_id: int,
    *,
    times: DoorTimes,
    reason: str,
    by: Actor,
    at: datetime,
) -> Arrival:
    """A candidate has shown who they are and goes in; whoever is in already stays in.

    Refused before the door opens, and after it shuts without a reason.
    """
    known = _at_door(sitting, candidate_id)
    if known.is_in:
        assert known.arrival is not None
        return known.arrival
    if times.is_early(at):
        raise Refused(f"还没有到入场时间：{local(times.opens_at):%H:%M} 起可以入场。")
    if times.needs_reason(at) and not reason:
        late = times.minutes_late(at)
        raise Refused(f"已迟到 {late} 分钟，超过了准许入场的时间；确需放行的，请写明理由。")
    return _note_arrival(known.candidate, True, times.minutes_late(at), reason, by, at)


def undo_check_in(
    sitting: Sitting, candidate_id: int, *, reason: str, by: Actor, at: datetime
) -> None:
    """The tick was a mistake; both stay on record. Refused without a reason."""
    known = _at_door(sitting, candidate_id)
    if not reason:
        raise Refused("请写明撤回核验的原因。")
    if known.is_in:
        _note_arrival(known.candidate, False, 0, reason, by, at)


def _at_door(sitting: Sitting, candidate_id: int) -> doors.AtDoor:
    lock_sitting(sitting.id)
    for one in doors.door(sitting.id):
        if one.candidate.id == candidate_id:
            return one
    raise Missing("这位考生")


def _note_arrival(
    candidate: Candidate, present: bool, late: int, reason: str, by: Actor, at: datetime
) -> Arrival:
    arrival = Arrival(
        candidate_id=candidate.id,
        present=present,
        minutes_late=late,
        reason=reason,
        noted_by=by.name,
        noted_at=at,
    )
    session.add(arrival)
    what = ("核验入场" + (f"，迟到 {late} 分钟" if late else "")) if present else "撤回入场核验"
    sentence = f"{candidate.enrolment.person.name}{what}" + (f"：{reason}" if reason else "")
    record("sittings.check_in", arrival, sentence, by=by, at=at, candidate=candidate.id)
    return arrival
