"""What the learners of the demo school said of the lessons that they had."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from courses.cohorts.models import Cohort, Enrolment
from courses.evaluations.models import Ballot, BallotSlip
from courses.evaluations.queries import scheme_on
from courses.timetable.models import Lesson
from lms.ground.clock import local
from lms.ground.db import session

_REMARKS = (
    "例子都是本县的，听得懂、用得上。",
    "希望多留一点提问的时间。",
    "课件里的数据可以再新一些。",
    "联系岗位实际，回去就能照着做。",
)
_LIKELY = (10, 6, 3, 1)


def judge(cohort: Cohort, *, chance: Random) -> None:
    """Two thirds of the learners judged every lesson with an instructor; some left a remark."""
    scheme = scheme_on(cohort.ends_on)
    words = list(scheme.grades)
    own = select(Lesson).where(Lesson.cohort_id == cohort.id, Lesson.instructor_id.is_not(None))
    learners = list(session.scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)))
    slips: list[dict[str, Any]] = []
    ballots: list[dict[str, Any]] = []
    for lesson in session.scalars(own):
        for learner in chance.sample(learners, k=2 * len(learners) // 3):
            said = chance.choices(words, weights=_LIKELY[: len(words)], k=len(scheme.dimensions))
            marks = dict(zip(scheme.dimensions, said, strict=True))
            slips.append({"lesson_id": lesson.id, "enrolment_id": learner})
            ballots.append(
                {
                    "id": UUID(int=chance.getrandbits(128)).hex,
                    "lesson_id": lesson.id,
                    "cohort_id": cohort.id,
                    "course_id": lesson.course_id,
                    "instructor_id": lesson.instructor_id,
                    "held_on": local(lesson.starts_at).date(),
                    "points": scheme.points(marks),
                    "marks": marks,
                    "remark": chance.choice(_REMARKS) if chance.random() < 0.05 else "",
                }
            )
    if ballots:
        session.execute(insert(BallotSlip), slips)
        session.execute(insert(Ballot), ballots)
