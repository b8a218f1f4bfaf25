"""Judging a lesson, once, without a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from courses.evaluations import queries
from courses.evaluations.models import Ballot, BallotSlip
from courses.evaluations.queries import Turn
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused

LONGEST = 500


def judge(*, turn: Turn, marks: Mapping[str, str], remark: str, by: Actor, at: datetime) -> None:
    """Cast a ballot on a lesson; Refused for who was not there, too late, incomplete, or twice.

    The trail says that somebody judged, never how.
    """
    rules, lesson = queries.scheme_on(local(at).date()), turn.lesson
    if not turn.was_there:
        raise Refused("这个半天的考勤没有您到课的记录，不能评这次课；考勤有误请找班主任更正。")
    if turn.is_done:
        raise Refused("您已经评过这次课，评课不记名，提交以后不能再改。")
    if not turn.is_open:
        raise Refused(f"课后{rules.days}天内可以评课，这次课已经过了。")
    faults = rules.faults(marks)
    if len(remark) > LONGEST:
        faults.append(f"意见最多{LONGEST}字。")
    if faults or lesson.instructor_id is None:
        raise Refused(*faults)
    slip = BallotSlip(lesson_id=lesson.id, enrolment_id=turn.enrolment_id)
    try:
        with session.begin_nested():
            session.add(slip)
            session.flush()
    except IntegrityError:
        raise Refused("您已经评过这次课，评课不记名，提交以后不能再改。") from None
    kept = {name: marks[name] for name in rules.dimensions}
    session.add(
        Ballot(
            lesson_id=lesson.id,
            cohort_id=lesson.cohort_id,
            course_id=lesson.course_id,
            instructor_id=lesson.instructor_id,
            held_on=local(lesson.starts_at).date(),
            points=rules.points(kept),
            marks=kept,
            remark=remark,
        )
    )
    told = f"评了“{lesson.cohort.title}”的《{lesson.course.title}》"
    record("evaluations.judge", slip, told, by=by, at=at)
