"""What staff do on the day of an exam: every deed is a row that says who, when and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from lms.exams.attempts import actions as attempts
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import Arrival, Incident, Intervention, StepDecision
from lms.exams.invigilation.queries import asides, doors, hall
from lms.exams.invigilation.rules import (
    INCIDENT_NAMES,
    PRINT_NAMES,
    Deed,
    DoorTimes,
    IncidentKind,
    Print,
    drawn,
)
from lms.exams.recordings import actions as recordings
from lms.exams.sittings.models import Candidate, Sitting
from lms.exams.sittings.queries.sittings import lock_sitting
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job

PRINT = "invigilation.print"


def intervene(
    sitting: Sitting,
    deed: Deed,
    *,
    candidate_ids: Collection[int] | None,
    minutes: int | None = None,
    text: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Do something to these candidates, or (None) to the whole hall; how many it reached.

    `text` is the reason, or what they are told. Whoever is done is passed over; Refused when
    nobody is left, or where the reason or the minutes are wanting.
    """
    candidates = _chosen(sitting, candidate_ids)
    sheets = {one.attempt_id: one for one in candidates if one.attempt_id is not None}
    if not sheets:
        raise Refused("答卷还没有生成，请先在场次页面生成答卷。")
    if deed is Deed.HAND_IN and len(candidates) > 1:
        sheets = _begun(sheets)
    reached = _DEEDS[deed](list(sheets), minutes, text, by, at)
    session.add_all(
        Intervention(
            sitting_id=sitting.id,
            candidate_id=sheets[attempt_id].id,
            deed=deed,
            minutes=given,
            text=text,
            done_by=by.name,
            done_at=at,
        )
        for attempt_id, given in reached.items()
    )
    session.flush()
    return len(reached)


def note_incident(
    sitting: Sitting,
    kind: IncidentKind,
    *,
    candidate_ids: Collection[int] | None,
    text: str,
    by: Actor,
    at: datetime,
) -> int:
    """Put on record what was seen, of each of these candidates or (None) of the whole hall."""
    if kind is IncidentKind.OTHER and not text:
        raise Refused("请写明是什么异常。")
    if candidate_ids is None:
        about: list[Candidate | None] = [None]
    else:
        about = [*_chosen(sitting, candidate_ids)]
    for one in about:
        incident = Incident(
            sitting_id=sitting.id,
            candidate_id=one and one.id,
            kind=kind,
            text=text,
            noted_by=by.name,
            noted_at=at,
        )
        session.add(incident)
        who = one.enrolment.person.name if one else "全场"
        sentence = f"记录“{sitting.exam.title}”考场情况（{who}）：{INCIDENT_NAMES[kind]} {text}"
        record("sittings.note_incident", incident, sentence.strip(), by=by, at=at)
    return len(about)


def decide_steps(
    sitting: Sitting,
    step_ids: Collection[int],
    recording_ids: Collection[int] = (),
    *,
    counted: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Count steps and recordings in that were set aside, or leave them aside; how many.

    Decided once for all.
    """
    lock_sitting(sitting.id)
    waiting = {one.step.id: one for one in asides.aside(sitting.id) if one.decision is None}
    chosen = [waiting[one] for one in sorted(set(step_ids)) if one in waiting]
    said = [one.recording for one in asides.recordings_aside(sitting.id)]
    heard = {one.id for one in said if one.counted is None} & set(recording_ids)
    reasons = [] if reason else ["请写明处理的理由。"]
    if not chosen and not heard:
        reasons.append("请先勾选还没有处理的作答。")
    if reasons:
        raise Refused(*reasons)
    standings = {one.step.id: Standing(one.step.standing) for one in chosen}
    before = attempts.count_in(list(standings), by=by, at=at) if counted else {}
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
    return len(chosen) + len(heard)


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


def draw_seats(sitting: Sitting, *, columns: int, seed: int, by: Actor, at: datetime) -> None:
    """Draw the seats anew by a seed, for a room with so many seats side by side.

    Once the sheets are made only `columns` changes: the variant hangs on the seat.
    """
    lock_sitting(sitting.id)
    sitting.seat_columns = columns
    if sitting.prepared_at is None:
        sitting.seat_seed = seed
        candidates = hall.lock_candidates(sitting.id, None)
        by_number = {one.enrolment_id: one for one in candidates}
        for seat, candidate in enumerate(candidates, start=1):
            candidate.seat = -seat
        session.flush()
        for seat, number in enumerate(drawn(sorted(by_number), seed), start=1):
            by_number[number].seat = seat
    sentence = f"排定“{sitting.exam.title}”的座位，每排 {columns} 座"
    record("sittings.draw_seats", sitting, sentence, by=by, at=at, columns=columns, seed=seed)


def print_sheets(sitting: Sitting, part: Print, *, by: Account, at: datetime) -> Job:
    """Have a plan, list or record of the sitting made into a PDF by a worker."""
    sentence = f"打印“{sitting.exam.title}”的{PRINT_NAMES[part]}"
    record("invigilation.print", sitting, sentence, by=by, at=at)
    return jobs.enqueue(PRINT, owner_id=by.id, at=at, sitting_id=sitting.id, part=part.value)


def _chosen(sitting: Sitting, candidate_ids: Collection[int] | None) -> list[Candidate]:
    if candidate_ids is not None and not candidate_ids:
        raise Refused("请先勾选考生，或选“全场”。")
    found = hall.lock_candidates(sitting.id, candidate_ids)
    if candidate_ids is not None and len(found) < len(set(candidate_ids)):
        raise Missing("所选的考生")
    return found


def _begun(sheets: dict[int, Candidate]) -> dict[int, Candidate]:
    found = {
        attempt_id: one
        for attempt_id, one in sheets.items()
        if one.attempt and one.attempt.started_at and not one.attempt.submitted_at
    }
    if not found:
        raise Refused("所选考生没有正在作答的，不需要代交。")
    return found


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


# Which sheets a deed reached, each with the minutes that it gave.
Reached = dict[int, int | None]
Doing = Callable[[Sequence[int], int | None, str, Actor, datetime], Reached]


def _extend(
    sheets: Sequence[int], minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    done = attempts.extend(sheets, minutes=minutes or 0, reason=text, by=by, at=at)
    return dict.fromkeys(done, minutes)


def _pause(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(attempts.pause(sheets, reason=text, by=by, at=at))


def _resume(
    sheets: Sequence[int], _minutes: int | None, _text: str, by: Actor, at: datetime
) -> Reached:
    return {**attempts.resume(sheets, by=by, at=at)}


def _tell(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(attempts.tell(sheets, text=text, by=by, at=at))


def _release(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(attempts.release(sheets, reason=text, by=by, at=at))


def _hand_in(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    attempts.submit_for(sheets, reason=text, by=by, at=at)
    return dict.fromkeys(sheets)


_DEEDS: dict[Deed, Doing] = {
    Deed.EXTEND: _extend,
    Deed.PAUSE: _pause,
    Deed.RESUME: _resume,
    Deed.TELL: _tell,
    Deed.RELEASE: _release,
    Deed.HAND_IN: _hand_in,
}
