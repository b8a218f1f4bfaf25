"""Arranging exams: the exam, its sittings, the sheets, and what happens during a sitting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from courses.venues import actions as venues
from courses.venues.queries import get_venue, out_of_use
from lms.exams.attempts import actions as attempts
from lms.exams.sittings.models import (
    Candidate,
    CourseTopic,
    Exam,
    ExamCourse,
    ExamExemption,
    ExamWithdrawal,
    Invigilator,
    LearnerExemption,
    MakeUpCall,
    Sitting,
)
from lms.exams.sittings.queries import (
    absences,
    candidates,
    exams,
    papers,
    requirements,
    sittings,
    topics,
)
from lms.exams.sittings.rules import (
    ExamDraft,
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
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.norms.queries import value
from lms.ground.notices.actions import tell
from lms.ground.spans import Span
from question_bank.topics.queries import labels

HOLDER = "sitting"


def create_exam(
    *, cohort: Cohort, draft: ExamDraft, by: Actor, at: datetime, makes_up: Exam | None = None
) -> Exam:
    """Enter an exam of a cohort on a sealed paper; Refused when its title is taken there."""
    paper = papers.get_sealed_paper(draft.paper_id)
    known = {course.id for course in requirements.courses_of(cohort.id)}
    if not set(draft.course_ids) <= known:
        raise Refused("所选课程有的不在这个班次的教学计划或课程表里，请重新选择。")
    exam = Exam(
        cohort=cohort,
        paper=paper,
        title=draft.title,
        purpose=draft.purpose,
        pass_score=draft.pass_score,
        makes_up_id=None if makes_up is None else makes_up.id,
        created_by=by.name,
        created_at=at,
        courses=[ExamCourse(course_id=course_id) for course_id in sorted(set(draft.course_ids))],
    )
    try:
        with session.begin_nested():
            session.add(exam)
    except IntegrityError:
        raise Refused(f"“{cohort.title}”已经有一场“{draft.title}”，请换一个名称。") from None
    record("sittings.create_exam", exam, f"为“{cohort.title}”安排考试“{draft.title}”", by=by, at=at)
    return exam


def set_courses(
    exam: Exam, course_ids: Collection[int], *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Say anew which courses an exam examines, as long as nobody has a sheet of it.

    `exam` is as `exams.get_exam` gives it. Refused for a make-up, whose courses are those of its
    exam; Conflict on a stale form.
    """
    _refuse_withdrawn(exam)
    lock_cohort(exam.cohort_id)
    known = {course.id: course.title for course in requirements.courses_of(exam.cohort_id)}
    reasons = []
    if exam.makes_up_id is not None:
        reasons.append("补考考核的课程和原来的考试一样，不单独改。")
    if candidates.has_sheets(exam.id):
        reasons.append("已经有考生的答卷，考核的课程不能再改：漏下的课程请另安排考试。")
    if not set(course_ids) <= set(known):
        reasons.append("所选课程有的不在这个班次的教学计划或课程表里，请重新选择。")
    if reasons:
        raise Refused(*reasons)
    exam.edited_from(seen)
    there = {one.course_id for one in exam.courses}
    exam.courses = [one for one in exam.courses if one.course_id in set(course_ids)]
    exam.courses += [ExamCourse(course_id=one) for one in sorted(set(course_ids) - there)]
    told = "、".join(f"《{known[one]}》" for one in sorted(set(course_ids))) or "（没有）"
    sentence = f"考试“{exam.title}”考核的课程改为{told}"
    record("sittings.set_courses", exam, sentence, by=by, at=at, courses=sorted(set(course_ids)))


def create_make_up(
    *,
    of: Exam,
    paper_id: int,
    title: str,
    enrolment_ids: Collection[int],
    by: Actor,
    at: datetime,
) -> Exam:
    """A make-up (补考) of an exam, with its courses and pass score, for these learners alone.

    `of` has cohort and courses loaded. Refused without learners, or for a make-up of a make-up.
    """
    _refuse_withdrawn(of)
    if of.makes_up_id is not None:
        raise Refused("这场考试本身就是补考，请在原来的考试上安排补考。")
    if not enrolment_ids:
        raise Refused("没有缺考或不合格的学员，不需要补考。")
    courses = tuple(line.course_id for line in of.courses)
    draft = ExamDraft(title, paper_id, courses, of.pass_score, of.purpose)
    made = create_exam(cohort=of.cohort, draft=draft, by=by, at=at, makes_up=of)
    session.add_all(
        MakeUpCall(exam_id=made.id, enrolment_id=one) for one in sorted(set(enrolment_ids))
    )
    session.flush()
    return made


def confirm_paper(exam: Exam, *, paper_id: int, by: Actor, at: datetime) -> None:
    """Say that an exam that came along with a past cohort is held on this paper: last time's or
    another. Nothing happens when somebody did so before.
    """
    lock_cohort(exam.cohort_id)
    session.refresh(exam, ["to_confirm", "withdrawal_id"])
    _refuse_withdrawn(exam)
    if not exam.to_confirm:
        return
    paper = papers.get_sealed_paper(paper_id)
    verb = "确认" if paper.id == exam.paper_id else "换卷并确认"
    exam.paper, exam.to_confirm = paper, False
    sentence = f"{verb}考试“{exam.title}”的试卷“{paper.title}”"
    record("sittings.confirm_paper", exam, sentence, by=by, at=at, paper=paper.id)


def withdraw_exam(exam: Exam, *, reason: str, by: Actor, at: datetime) -> ExamWithdrawal:
    """Take an exam back (撤销) as long as nobody has a sheet, with the sittings it has.

    `exam.cohort` must be loaded. Withdrawn twice, the first time stands.
    """
    lock_cohort(exam.cohort_id)
    session.refresh(exam, ["withdrawal_id"])
    if exam.withdrawal_id is not None:
        return session.get_one(ExamWithdrawal, exam.withdrawal_id)
    reasons = [] if reason else ["请写明撤销这场考试的原因。"]
    if candidates.has_sheets(exam.id):
        reasons.append("已经有考生的答卷，这场考试不能撤销。")
    if reasons:
        raise Refused(*reasons)
    for sitting in sittings.every_sitting(exam.id):
        cancel_sitting(sitting, reason=reason, by=by, at=at)
    withdrawal = ExamWithdrawal(reason=reason, withdrawn_by=by.name, withdrawn_at=at)
    exam.withdrawal = withdrawal
    sentence = f"撤销“{exam.cohort.title}”的考试“{exam.title}”：{reason}"
    record("sittings.withdraw_exam", exam, sentence, by=by, at=at)
    return withdrawal


def discard_exam(exam: Exam, *, by: Actor, at: datetime) -> None:
    """Remove an exam that nothing has come of; `exam.cohort` must be loaded.

    Refused while it has a sitting or a make-up. One that was withdrawn goes with its reason.
    """
    lock_cohort(exam.cohort_id)
    if sittings.with_sittings([exam.id]) or exams.is_made_up(exam.id):
        raise Refused(f"考试“{exam.title}”已经安排了场次或补考，请先取消，再撤回。")
    sentence = f"撤回“{exam.cohort.title}”的考试“{exam.title}”"
    record("sittings.discard_exam", exam, sentence, by=by, at=at)
    withdrawal = exam.withdrawal_id
    session.execute(delete(ExamCourse).where(ExamCourse.exam_id == exam.id))
    session.execute(delete(Exam).where(Exam.id == exam.id))
    session.execute(delete(ExamWithdrawal).where(ExamWithdrawal.id == withdrawal))


def exempt_learner(
    exam: Exam, enrolment: Enrolment, *, reason: str, by: Actor, at: datetime
) -> LearnerExemption:
    """Approve that a learner need not sit a concluding exam (免考); once approved it stays so.

    `exam.cohort` and `enrolment.person` must be loaded; Refused without a reason.
    """
    if not reason:
        raise Refused("请写明免考的理由。")
    lock_cohort(exam.cohort_id)
    known = absences.find_learner_exemption(exam.id, enrolment.id)
    if known is not None:
        return known
    made = LearnerExemption(
        exam_id=exam.id,
        enrolment_id=enrolment.id,
        reason=reason,
        approved_by=by.name,
        approved_at=at,
    )
    session.add(made)
    sentence = f"批准{enrolment.person.name}免考“{exam.cohort.title}”的“{exam.title}”：{reason}"
    record("sittings.exempt_learner", made, sentence, by=by, at=at, exam=exam.id)
    return made


def exempt(
    *, cohort: Cohort, course: Course, reason: str, by: Actor, at: datetime
) -> ExamExemption:
    """Let a course of the cohort go without an exam (不单独考试); one that is exempt stays so.

    Refused without a reason, or for a course that the cohort does not have.
    """
    if course.id not in {one.id for one in requirements.courses_of(cohort.id)}:
        raise Refused(f"《{course.title}》不在“{cohort.title}”的教学计划或课程表里。")
    if not reason:
        raise Refused("请写明不单独考试的理由。")
    lock_cohort(cohort.id)
    known = requirements.find_exemption(cohort.id, course.id)
    if known is not None:
        return known
    made = ExamExemption(
        cohort_id=cohort.id, course=course, reason=reason, approved_by=by.name, approved_at=at
    )
    session.add(made)
    sentence = f"批准“{cohort.title}”的《{course.title}》不单独考试：{reason}"
    record("sittings.exempt", made, sentence, by=by, at=at, cohort=cohort.id, course=course.id)
    return made


def lift_exemption(*, cohort: Cohort, course: Course, by: Actor, at: datetime) -> None:
    """Take back that a course needs no exam: it is a hole again until an exam examines it.

    `cohort.steps` must be loaded. Refused once the cohort is closed; nothing happens twice.
    """
    _refuse_closed(cohort)
    known = requirements.find_exemption(cohort.id, course.id)
    if known is None:
        return
    session.delete(known)
    sentence = f"撤销“{cohort.title}”的《{course.title}》不单独考试（原由{known.approved_by}批准：{known.reason}）"
    record("sittings.lift_exemption", known, sentence, by=by, at=at, cohort=cohort.id)


def lift_learner_exemption(
    exam: Exam, enrolment: Enrolment, *, cohort: Cohort, by: Actor, at: datetime
) -> None:
    """Take back a 免考, as `lift_exemption` does; `cohort` is the exam's, with its steps."""
    _refuse_closed(cohort)
    known = absences.find_learner_exemption(exam.id, enrolment.id)
    if known is None:
        return
    session.delete(known)
    sentence = f"撤销{enrolment.person.name}免考“{cohort.title}”的“{exam.title}”（原由{known.approved_by}批准：{known.reason}）"
    record("sittings.lift_learner_exemption", known, sentence, by=by, at=at, exam=exam.id)


def _refuse_closed(cohort: Cohort) -> None:
    lock_cohort(cohort.id)
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，批准不能再撤销。")


def set_topics(
    course: Course, topic_ids: Collection[int], *, seen: Collection[int], by: Actor, at: datetime
) -> None:
    """Say which topics a course is examined on; `seen` are those that the form showed as chosen.

    Conflict when they were others meanwhile; Missing for a topic that is not there.
    """
    session.refresh(course, with_for_update=True)
    names = labels()
    if not set(topic_ids) <= set(names):
        raise Missing("所选的知识点")
    known = topics.topics_of([course.id]).get(course.id, set())
    if known != set(seen):
        raise Conflict
    session.execute(delete(CourseTopic).where(CourseTopic.course_id == course.id))
    wanted = sorted(set(topic_ids))
    session.add_all(CourseTopic(course_id=course.id, topic_id=one) for one in wanted)
    told = "、".join(names[one] for one in wanted) or "（没有登记）"
    sentence = f"登记《{course.title}》考核的知识点：{told}"
    record("sittings.set_topics", course, sentence, by=by, at=at, topics=wanted)


def create_sitting(*, exam: Exam, draft: SittingDraft, by: Actor, at: datetime) -> Sitting:
    """Hold an exam: window, venue, invigilators, and all learners who have no seat in it yet.

    `exam.cohort` must be loaded. Refused with every clash of venue, cohort and invigilators.
    """
    _refuse_withdrawn(exam)
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
        attempts.Place(
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
    sheets = attempts.make_sheets(
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


def _refuse_withdrawn(exam: Exam) -> None:
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
