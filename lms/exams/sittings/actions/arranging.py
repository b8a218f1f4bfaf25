"""When and where an exam is held: its sittings, the seats, and the sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from courses.cohorts.models import Enrolment
from courses.cohorts.queries import lock_cohort
from courses.venues import actions as venues
from courses.venues.queries import get_venue, out_of_use
from lms.exams.attempts.actions import making
from lms.exams.sittings.models import (
    Candidate,
    Exam,
    Invigilator,
    Sitting,
)
from lms.exams.sittings.queries import (
    candidates,
    papers,
    sittings,
)
from lms.exams.sittings.rules import (
    SittingDraft,
    crowding,
    faults,
    free_seats,
    seed_at,
    variant_at,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.norms.queries import value
from lms.ground.notices.actions import tell
from lms.ground.spans import Span

HOLDER = "sitting"


def create_sitting(*, exam: Exam, draft: SittingDraft, by: Actor, at: datetime) -> Sitting:
    """Hold an exam: window, venue, invigilators, and all learners who have no seat in it yet.

    `exam.cohort` must be loaded. Refused with every clash of venue, cohort and invigilators.
    """
    refuse_withdrawn(exam)
    _refuse_retired(exam)
    lock_cohort(exam.cohort_id)
    newcomers = candidates.unseated(exam)
    reasons = faults(draft) or [*_crowding(draft, len(newcomers))]
    if not newcomers:
        reasons.append("这个班次没有还需要安排座位的学员：请先录入学员，或查看已有场次。")
    if reasons:
        raise Refused(*reasons)
    sitting = Sitting(
        exam_id=exam.id,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        minutes=draft.minutes,
        venue_id=draft.venue_id,
    )
    session.add(sitting)
    session.flush()
    _claim(sitting, exam, draft)
    _seat(sitting, newcomers, taken=())
    _appoint(sitting, draft.invigilator_ids)
    sentence = f"安排“{exam.title}”的场次，{local(draft.opens_at):%Y-%m-%d %H:%M} 开考"
    record("sittings.create_sitting", sitting, sentence, by=by, at=at, candidates=len(newcomers))
    return sitting


def revise_sitting(
    sitting: Sitting, draft: SittingDraft, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Move a sitting whose sheets are not made. Conflict on a stale form."""
    sitting.edited_from(seen)
    _refuse_prepared(sitting)
    count = candidates.candidate_counts([sitting.id])[sitting.id]
    reasons = faults(draft) or _crowding(draft, count)
    if reasons:
        raise Refused(*reasons)
    lock_cohort(sitting.exam.cohort_id)
    venues.release_claims(HOLDER, sitting.id)
    sitting.opens_at, sitting.closes_at = draft.opens_at, draft.closes_at
    sitting.minutes, sitting.venue_id = draft.minutes, draft.venue_id
    _claim(sitting, sitting.exam, draft)
    sitting.invigilators.clear()
    session.flush()
    _appoint(sitting, draft.invigilator_ids)
    record("sittings.revise", sitting, f"调整“{sitting.exam.title}”的场次", by=by, at=at)


def move_sitting(sitting: Sitting, *, venue_id: int, by: Actor, at: datetime) -> None:
    """Hold a sitting that is not over at another venue; sheets and seats stay as they are.

    `sitting.exam` with cohort and the invigilators must be loaded. Candidates (once they have
    sheets) and invigilators are told. Refused with every clash, and when too few fit in.
    """
    if at >= sitting.closes_at:
        raise Refused("这个场次已经结束，不能再改考场。")
    lock_cohort(sitting.exam.cohort_id)
    present, venue = candidates.candidates(sitting.id), get_venue(venue_id)
    watching = tuple(one.account_id for one in sitting.invigilators)
    draft = SittingDraft(sitting.opens_at, sitting.closes_at, sitting.minutes, venue_id, watching)
    (fault,) = out_of_use([(venue_id, Span(draft.opens_at, draft.closes_at))])
    reasons = [fault] if fault else _crowding(draft, len(present))
    if reasons:
        raise Refused(*reasons)
    venues.release_claims(HOLDER, sitting.id)
    _claim(sitting, sitting.exam, draft)
    sitting.venue_id = venue_id
    sentence = (
        f"“{sitting.exam.title}”{local(sitting.opens_at):%Y-%m-%d %H:%M} 的场次改在“{venue.name}”"
    )
    record("sittings.move", sitting, sentence, by=by, at=at)
    people = [one.enrolment.person_id for one in present if one.attempt_id is not None]
    tell([*people, *sittings.people_of(watching)], "考场变更", f"{sentence}。", at=at)
    session.flush()


def cancel_sitting(sitting: Sitting, *, reason: str, by: Actor, at: datetime) -> None:
    """Call off a sitting whose sheets are not made, and give back what it had booked."""
    _refuse_prepared(sitting)
    if not reason:
        raise Refused("请写明取消这个场次的原因。")
    venues.release_claims(HOLDER, sitting.id)
    sentence = f"取消“{sitting.exam.title}”的场次：{reason}"
    record("sittings.cancel", sitting, sentence, by=by, at=at)
    for part in (Candidate, Invigilator):
        session.execute(delete(part).where(part.sitting_id == sitting.id))
    session.execute(delete(Sitting).where(Sitting.id == sitting.id))


def prepare(*, sitting: Sitting, by: Actor, at: datetime) -> int:
    """Make the sheets of everybody who has none, newcomers included; how many.

    Called again it makes what is missing and nothing twice. `sitting.exam` with cohort,
    programme and paper must be loaded.
    """
    sittings.lock_sitting(sitting.id)
    if at >= sitting.closes_at:
        raise Refused("这个场次已经结束，不能再生成答卷。")
    if sitting.exam.to_confirm:
        raise Refused("这场考试照搬自上一期，须先在考试页确认试卷或换一份，再生成答卷。")
    _seat_newcomers(sitting)
    waiting = candidates.sheetless(sitting.id)
    variants = papers.variant_ids(sitting.exam.paper_id)
    if not variants:
        raise Refused("这份试卷没有封存的卷型，请先在“试卷”里封存。")
    if not waiting:
        raise Refused("所有考生的答卷都已生成，不需要再生成。")
    places = [
        making.Place(
            person_id=candidate.enrolment.person_id,
            variant_id=variant_at(candidate.seat, variants),
            seed=seed_at(candidate.seat, sitting_id=sitting.id, paper_seed=sitting.exam.paper.seed),
        )
        for candidate in waiting
    ]
    grace = value(
        "exam.transport_grace_seconds",
        on=local(sitting.opens_at).date(),
        scope=sitting.exam.cohort.programme.code,
    )
    sheets = making.make_sheets(
        places,
        title=sitting.exam.title,
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        minutes=sitting.minutes,
        grace_seconds=int(grace),
        admission_id=sitting.admission_id,
    )
    for candidate, sheet in zip(waiting, sheets, strict=True):
        candidate.attempt_id = sheet.id
    sitting.prepared_at = sitting.prepared_at or at
    sentence = f"为“{sitting.exam.title}”生成 {len(sheets)} 份答卷"
    record("sittings.prepare", sitting, sentence, by=by, at=at, sheets=len(sheets))
    return len(sheets)


def refuse_withdrawn(exam: Exam) -> None:
    if exam.withdrawal_id is not None:
        raise Refused("这场考试已经撤销。")


def _refuse_retired(exam: Exam) -> None:
    if papers.is_retired(exam.paper_id):
        raise Refused("这次考试的试卷已经停用，不能再安排场次；请撤销这次考试，另选试卷安排。")


def _refuse_prepared(sitting: Sitting) -> None:
    if sitting.prepared_at is not None:
        raise Refused("答卷已经生成，场次不能再改动；需要更多时间请用“延长时间”。")


def _crowding(draft: SittingDraft, count: int) -> list[str]:
    if draft.venue_id is None:
        return []
    venue = get_venue(draft.venue_id)
    return crowding(count, capacity=venue.capacity, venue=venue.name)


def _claim(sitting: Sitting, exam: Exam, draft: SittingDraft) -> None:
    venues.claim(
        holder_kind=HOLDER,
        holder_id=sitting.id,
        span=Span(draft.opens_at, draft.closes_at),
        label=f"“{exam.cohort.title}”的考试《{exam.title}》",
        venue_id=draft.venue_id,
        person_ids=sittings.people_of(draft.invigilator_ids),
        cohort_ids=[exam.cohort_id],
    )


def _seat(sitting: Sitting, newcomers: Sequence[Enrolment], *, taken: Sequence[int]) -> None:
    session.add_all(
        Candidate(sitting_id=sitting.id, enrolment_id=one.id, seat=seat)
        for one, seat in zip(newcomers, free_seats(taken, len(newcomers)), strict=True)
    )
    session.flush()


def _seat_newcomers(sitting: Sitting) -> None:
    """Who was enrolled since gets a seat; who has left and has no sheet gives up theirs."""
    present = candidates.candidates(sitting.id)
    for candidate in present:
        if candidate.enrolment.withdrawn_on is not None and candidate.attempt_id is None:
            session.delete(candidate)
    session.flush()
    newcomers = candidates.unseated(sitting.exam)
    _seat(sitting, newcomers, taken=[candidate.seat for candidate in present])
    if sitting.venue is not None:
        count = candidates.candidate_counts([sitting.id])[sitting.id]
        reasons = crowding(count, capacity=sitting.venue.capacity, venue=sitting.venue.name)
        if reasons:
            raise Refused(*reasons)


def _appoint(sitting: Sitting, account_ids: Sequence[int]) -> None:
    able = {account.id for account in sittings.possible_invigilators()}
    if not set(account_ids) <= able:
        raise Missing("所选的监考人")
    session.add_all(
        Invigilator(sitting_id=sitting.id, account_id=account_id)
        for account_id in sorted(set(account_ids))
    )
    session.flush()
