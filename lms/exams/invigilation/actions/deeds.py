"""What staff do to candidates, and what they note of them: every deed is a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from lms.exams.attempts.actions import collecting, steering
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.queries import hall
from lms.exams.invigilation.rules import INCIDENT_NAMES, Deed, IncidentKind
from lms.exams.sittings.models import Candidate, Sitting
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Missing, Refused


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


# Which sheets a deed reached, each with the minutes that it gave.
Reached = dict[int, int | None]
Doing = Callable[[Sequence[int], int | None, str, Actor, datetime], Reached]


def _extend(
    sheets: Sequence[int], minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    done = steering.extend(sheets, minutes=minutes or 0, reason=text, by=by, at=at)
    return dict.fromkeys(done, minutes)


def _pause(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(steering.pause(sheets, reason=text, by=by, at=at))


def _resume(
    sheets: Sequence[int], _minutes: int | None, _text: str, by: Actor, at: datetime
) -> Reached:
    return {**steering.resume(sheets, by=by, at=at)}


def _tell(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(steering.tell(sheets, text=text, by=by, at=at))


def _release(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    return dict.fromkeys(steering.release(sheets, reason=text, by=by, at=at))


def _hand_in(
    sheets: Sequence[int], _minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    collecting.submit_for(sheets, reason=text, by=by, at=at)
    return dict.fromkeys(sheets)


def _reopen(
    sheets: Sequence[int], minutes: int | None, text: str, by: Actor, at: datetime
) -> Reached:
    done = collecting.reopen(sheets, minutes=minutes or 0, reason=text, by=by, at=at)
    return dict.fromkeys(done, minutes)


_DEEDS: dict[Deed, Doing] = {
    Deed.EXTEND: _extend,
    Deed.PAUSE: _pause,
    Deed.RESUME: _resume,
    Deed.TELL: _tell,
    Deed.RELEASE: _release,
    Deed.HAND_IN: _hand_in,
    Deed.REOPEN: _reopen,
}
