"""What is examined on what: the topics of a course, and who or what needs no exam."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from lms.exams.sittings.models import (
    CourseTopic,
    Exam,
    ExamExemption,
    LearnerExemption,
)
from lms.exams.sittings.queries import (
    absences,
    requirements,
    topics,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from question_bank.topics.queries import labels


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
