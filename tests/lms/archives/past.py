"""A cohort that is over: two days of lessons, attendance, an exam with released results, reviews.

仉𬱖 has all answers right, Nguyễn Thị Hồng answers in Vietnamese and with a face that no font
shows; 欧阳修 did not come to the exam.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import HalfDay, Presence
from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.rules import CohortStage
from courses.conduct.models import ConductEntry
from courses.conduct.rules import ConductKind
from courses.reflections.models import Reflection
from courses.reflections.rules import ReflectionGrade
from courses.timetable.models import TimetableRelease
from courses.timetable.queries.lessons import entries, lessons
from courses.timetable.rules.releases import to_json
from lms.appraisal.reviews import actions as reviews
from lms.appraisal.reviews import queries as reviewed
from lms.appraisal.reviews.models import Review
from lms.appraisal.schemes import actions as schemes
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.results import actions as results
from lms.exams.results.queries.exams import get_exam
from lms.exams.sittings.actions import covering
from lms.exams.sittings.models import ExamCourse
from lms.exams.sittings.queries.absences import absences, get_absent
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.people.models import Person
from lms.ground.people.rules import Gender, Politics, RankLevel
from tests import cast, make
from tests.lms.exams.marking import hall

RARE, VIETNAMESE, NO_FONT = "仉𬱖", "Nguyễn Thị Hồng", "欧阳修"
MONDAY = date(2026, 3, 2)
WRITTEN = "Hội nghị thôn dân do Ủy ban thôn dân triệu tập \U0001fae0，会议须有半数以上参加。"


@dataclass(frozen=True)
class Past:
    """The cohort, its courses, its learners by name, and the exam."""

    cohort: Cohort
    courses: tuple[Course, Course]
    enrolments: dict[str, Enrolment]
    exam_id: int


def people() -> list[Person]:
    """Three cadres of two units."""
    old, new = make.unit("老街镇"), make.unit("新桥乡")
    born = date(1985, 3, 2)
    serials = {RARE: 1, VIETNAMESE: 2, NO_FONT: 3}
    return [
        make.person(
            name,
            unit=new if name == NO_FONT else old,
            id_number=make.id_number(serial),
            phone=make.phone(serial),
            gender=Gender.FEMALE if name == VIETNAMESE else Gender.MALE,
            born=born,
            ethnicity="汉族",
            politics=Politics.MEMBER,
            party_joined=date(2010, 7, 1),
            education="大学本科",
            post="组织委员",
            rank=RankLevel.TOWNSHIP,
        )
        for name, serial in serials.items()
    ]


def cohort_over(
    *, learners: list[Person] | None = None, number: int = 7, decided: bool = True
) -> Past:
    """The whole story, with reviews as proposed unless `decided` is False."""
    again = "" if number == 7 else f"（{number}）"
    courses = make.course(f"村务公开{again}"), make.course(f"越南语入门{again}")
    adviser = make.person("陈班主任")
    made = make.cohort(
        *courses,
        number=number,
        stage=CohortStage.RUNNING,
        starts_on=MONDAY,
        days=2,
        adviser=adviser,
        purpose="学用结合",
        sponsor="县委组织部",
    )
    everybody = learners or people()
    enrolments = {one.name: make.enrolment(made, one) for one in everybody}
    _teach(made, courses)
    _attend(made, list(enrolments.values()))
    _write(list(enrolments.values()))
    exam_id = _examine(made, courses, everybody, enrolments, f"结业考试{again}")
    schemes.load_baseline(at=now())
    reviews.compute(made, by=cast.office(), at=now())
    if decided:
        reviews.accept(made, by=cast.organiser(), at=now())
        _decide_alone(made.id)
    return Past(made, courses, enrolments, exam_id)


def _decide_alone(cohort_id: int) -> None:
    """Whoever missed the exam and has all else in order is decided as proposed, with a reason."""
    for one in reviewed.reviews_to_change(cohort_id).values():
        if one.absences and not one.missing and not one.vetoes:
            reviews.decide(
                reviewed.get_review(one.id, cast.organiser()),
                grade=one.proposed_grade,
                comment="",
                reason="缺考",
                seen=one.version,
                by=cast.organiser(),
                at=now(),
            )


def _teach(of: Cohort, courses: tuple[Course, Course]) -> None:
    teacher = make.instructor("何讲师")
    room = make.venue(f"{of.title}教室")
    afternoon = {"starts": time(14, 30), "ends": time(17, 30)}
    for offset in range(2):
        day = MONDAY + timedelta(days=offset)
        make.lesson(of, courses[0], day=day, venue=room, instructor=teacher)
        make.lesson(of, courses[1], day=day, venue=room, instructor=teacher, **afternoon)
    said = [to_json(entry) for entry in entries(lessons(of.id))]
    released = {"released_by": "李教务", "released_at": now()}
    session.add(TimetableRelease(cohort_id=of.id, number=1, lessons=said, **released))
    session.flush()


def _attend(of: Cohort, everybody: list[Enrolment]) -> None:
    """All present, but 欧阳修 is late once and the second has leave for one half-day of four."""
    for enrolment in everybody:
        for offset in range(2):
            for half in (HalfDay.MORNING, HalfDay.AFTERNOON):
                session.add(
                    AttendanceMark(
                        enrolment_id=enrolment.id,
                        day=MONDAY + timedelta(days=offset),
                        half_day=half,
                        presence=_presence(enrolment.person.name, offset, half),
                        marked_by="陈班主任",
                        marked_at=now(),
                    )
                )
    session.flush()


def _presence(name: str, offset: int, half: HalfDay) -> Presence:
    if offset == 1 and half is HalfDay.AFTERNOON:
        return {NO_FONT: Presence.LATE, VIETNAMESE: Presence.SICK_LEAVE}.get(name, Presence.PRESENT)
    return Presence.PRESENT


def _write(everybody: list[Enrolment]) -> None:
    for enrolment in everybody:
        graded = {"grade": ReflectionGrade.GOOD, "graded_by": "陈班主任", "graded_at": now()}
        session.add(
            Reflection(
                enrolment_id=enrolment.id,
                title=f"{enrolment.person.name}的体会",
                text="学而时习之。\n第二段：知行合一。",
                submitted_at=now(),
                **graded,
            )
        )
    session.add(
        ConductEntry(
            enrolment_id=everybody[0].id,
            kind=ConductKind.COMMENDATION,
            day=MONDAY,
            points=Decimal(2),
            sentence="研讨发言有准备",
            recorded_by="陈班主任",
            recorded_at=now(),
        )
    )
    session.flush()


def _examine(
    of: Cohort,
    courses: tuple[Course, Course],
    everybody: list[Person],
    enrolments: dict[str, Enrolment],
    title: str,
) -> int:
    answers = {
        one: None if one.name == NO_FONT else {**hall.ALL_RIGHT, 5: _words(one)}
        for one in everybody
    }
    held = hall.Held(**{**vars(hall.hold(of, {}, title=title)), "enrolments": enrolments})
    for seat, (one, given) in enumerate(answers.items(), start=1):
        hall.seat_candidate(held, one, given, seat=seat, variant="AB"[seat % 2])
    session.add_all([ExamCourse(exam_id=held.exam.id, course_id=one.id) for one in courses])
    session.flush()
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    results.release(get_exam(held.exam.id), by=cast.office(), at=now())
    return held.exam.id


def _words(one: Person) -> str:
    return WRITTEN if one.name == VIETNAMESE else "村民会议由村民委员会召集。"


def decide_the_rest(cohort_id: int) -> None:
    """A named person decides where arithmetic found a veto or an absence, which is excused."""
    ids = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    waiting = select(Review).where(Review.enrolment_id.in_(ids), Review.decided_at.is_(None))
    for review in session.scalars(waiting):
        review.decided_grade, review.decided_by = "合格", "李教务"
        review.decided_at, review.reason = now(), "有诊断证明"
    for absence in absences([cohort_id], at=now()):
        if absence.is_hole:
            missed = get_absent(absence.exam_id, absence.enrolment_id)
            covering.exempt_learner(*missed, reason="住院", by=cast.organiser(), at=now())
    session.flush()
