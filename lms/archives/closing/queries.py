"""Reading what the closing of a cohort asks for, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from courses.attendance.rules import HALF_DAY_NAMES
from courses.cohorts.models import Cohort
from courses.timetable.queries.lessons import entries, lessons
from courses.timetable.queries.releases import find_last_release, released_entries
from courses.timetable.rules.releases import changes
from lms.archives.certificates.queries import Completion, of_cohort
from lms.archives.certificates.rules import half_day_hours
from lms.archives.closing.models import Closure
from lms.archives.closing.rules import ClosingFacts, ExamFacts, LearnerFacts, Sat
from lms.exams.results.queries.boards import Board, board
from lms.exams.results.queries.released import standing_releases
from lms.exams.results.rules import UNSETTLED, CellState
from lms.exams.sittings.models import Exam
from lms.exams.sittings.queries.absences import absences
from lms.exams.sittings.queries.exams import standing_exams
from lms.exams.sittings.queries.requirements import courses_of, holes
from lms.exams.sittings.queries.sittings import with_sittings
from lms.exams.sittings.rules import Absence, ExamPurpose
from lms.ground.db import session


def facts(cohort: Cohort, *, at: datetime) -> ClosingFacts:
    """Everything that the list of a cohort (loaded with its steps) is made from at an instant."""
    planned = lessons(cohort.id)
    release = find_last_release(cohort.id)
    before, after = released_entries(release), entries(planned)
    exams = standing_exams(cohort.id)
    covers = {exam.id: _titles(exam) for exam in exams}
    released = standing_releases(list(covers))
    arranged = with_sittings(list(covers))
    missed = absences([cohort.id], at=at)
    unsettled = _unsettled(board(cohort.id, at=at))
    learners = [one for one in of_cohort(cohort.id) if one.is_active]
    return ClosingFacts(
        stage=cohort.stage,
        lessons=len(planned),
        lessons_ahead=sum(lesson.ends_at > at for lesson in planned),
        timetable_released=release is not None,
        timetable_changes=len(changes(before, after)),
        unmarked=_unmarked(learners),
        courses=tuple(course.title for course in courses_of(cohort.id)),
        uncovered=tuple((one.course, one.short) for one in holes(cohort.id)),
        exams=tuple(
            ExamFacts(
                one.title,
                covers[one.id],
                released=one.id in released,
                required=one.purpose is ExamPurpose.CONCLUDING,
                arranged=one.id in arranged,
                absent=tuple(m.learner for m in missed if m.exam_id == one.id and m.is_hole),
                unsettled=unsettled.get(one.id, ()) if one.id in released else (),
            )
            for one in exams
        ),
        learners=tuple(_learner(one, covers, missed) for one in learners),
    )


def find_closure(cohort_id: int) -> Closure | None:
    """The closing of a cohort, once it is closed."""
    return session.scalar(select(Closure).where(Closure.cohort_id == cohort_id))


def _learner(
    one: Completion, covers: Mapping[int, frozenset[str]], missed: Sequence[Absence]
) -> LearnerFacts:
    excused = (covers[m.exam_id] for m in missed if m.enrolment_id == one.enrolment.id)
    return LearnerFacts(
        name=one.person.name,
        excused=frozenset[str]().union(*excused),
        results=tuple(
            Sat(
                covers[result.exam_id],
                came=result.attempt_id is not None,
                passed=result.passed,
                exam=result.exam.makes_up_id or result.exam_id,
                required=result.exam.purpose is ExamPurpose.CONCLUDING,
            )
            for result in one.results
        ),
        reflections=tuple(reflection.grade is not None for reflection in one.reflections),
        is_reviewed=one.review is not None,
        is_decided=one.grade is not None,
    )


def _unsettled(of: Board) -> dict[int, tuple[tuple[str, CellState], ...]]:
    """Who still has a required exam before them, or no result of it yet, by exam."""
    return {
        exam.id: tuple(
            (enrolment.person.name, cells[at].state)
            for enrolment, cells in of.rows
            if cells[at].state in UNSETTLED
        )
        for at, exam in enumerate(of.exams)
    }


def _unmarked(learners: list[Completion]) -> tuple[tuple[str, int], ...]:
    """Half-days in order of time with how many learners have no mark; complete ones left out."""
    if not learners:
        return ()
    places = half_day_hours((lesson.span, lesson.hours) for lesson in learners[0].lessons)
    counts = {place: sum(place not in one.marks for one in learners) for place in places}
    return tuple(
        (f"{day.month}月{day.day}日{HALF_DAY_NAMES[half]}", number)
        for (day, half), number in counts.items()
        if number
    )


def _titles(exam: Exam) -> frozenset[str]:
    return frozenset(line.course.title for line in exam.courses)
