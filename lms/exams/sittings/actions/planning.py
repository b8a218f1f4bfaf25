"""The exams of a cohort: entered, set right, taken back; a make-up is an exam of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from lms.exams.sittings.actions.arranging import cancel_sitting, refuse_withdrawn
from lms.exams.sittings.models import (
    Exam,
    ExamCourse,
    ExamWithdrawal,
    MakeUpCall,
)
from lms.exams.sittings.queries import (
    candidates,
    exams,
    papers,
    requirements,
    sittings,
)
from lms.exams.sittings.rules import (
    ExamDraft,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


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
    refuse_withdrawn(exam)
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
    refuse_withdrawn(of)
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
    refuse_withdrawn(exam)
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
