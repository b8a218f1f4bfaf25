"""Judging lessons: once, by who was there, without a name, and told only from enough ballots on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, select

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import Presence
from courses.cohorts.models import Cohort
from courses.evaluations import actions, queries
from courses.evaluations.models import Ballot, BallotSlip
from courses.evaluations.rules import Group, dimensions, result, scheme
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson
from courses.timetable.rules import HalfDay
from lms.desk.queries.tasks import tasks
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from tests import cast, make
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811

SCHEME = scheme("针对性；理论性", "满意 1；合格 0.7", least=3, days=14)


def test_a_scheme_is_read_from_what_the_norms_say() -> None:
    assert SCHEME.dimensions == ("针对性", "理论性")
    assert SCHEME.grades == {"满意": Decimal(1), "合格": Decimal("0.7")}
    assert SCHEME.points({"针对性": "满意", "理论性": "合格"}) == Decimal("85.00")
    assert SCHEME.faults({"针对性": "满意"}) == ["请给“理论性”选一项。"]
    held = date(2026, 11, 1)
    days = [date(2026, 11, 15), date(2026, 11, 16)]
    assert [SCHEME.is_open(held, on=day) for day in days] == [True, False]


@pytest.mark.parametrize(("asked", "words"), [("", "满意 1"), ("针对性", ""), ("针对性", "满意")])
def test_a_scheme_that_says_nothing_is_refused(asked: str, words: str) -> None:
    with pytest.raises(Refused, match="政策参数"):
        scheme(asked, words, least=3, days=14)


def group(title: str, count: int, points: int) -> Group:
    return Group(title, count, Decimal(points))


RESULTS: list[tuple[str, list[Group], list[Group], int]] = [
    ("enough", [group("甲", 3, 270)], [group("甲", 3, 270)], 0),
    ("too few", [group("甲", 2, 180)], [], 2),
    (
        "two that are enough together",
        [group("甲", 2, 180), group("乙", 1, 70), group("丙", 4, 400)],
        [group("丙", 4, 400), group("其他课程", 3, 250)],
        0,
    ),
    (
        "the rest is held back from the average too",
        [group("甲", 4, 400), group("乙", 2, 80)],
        [group("甲", 4, 400)],
        2,
    ),
    ("none", [], [], 0),
]


@pytest.mark.parametrize(("case", "groups", "told", "held"), RESULTS, ids=[r[0] for r in RESULTS])
def test_few_ballots_are_never_told(
    case: str, groups: list[Group], told: list[Group], held: int
) -> None:
    found = result(groups, least=3)
    assert (list(found.groups), found.held_back) == (told, held)


def test_an_average_is_of_the_ballots_and_not_of_the_groups() -> None:
    assert result([group("甲", 3, 300), group("乙", 6, 300)], least=3).average == Decimal("66.67")
    assert result([group("甲", 1, 300)], least=3).average is None


def test_every_question_has_its_mean_and_its_words() -> None:
    ballots = [{"针对性": "满意"}, {"针对性": "合格"}, {"旧项目": "满意"}, {"针对性": "没有这个词"}]
    first, second = dimensions(ballots, SCHEME.grades)
    assert (first.name, first.average, dict(first.words)) == (
        "针对性", Decimal("85.00"), {"满意": 1, "合格": 1},
    )  # fmt: skip
    assert (second.name, second.average) == ("旧项目", Decimal("100.00"))


def test_nothing_in_a_ballot_leads_to_a_person() -> None:
    columns = set(inspect(Ballot).columns.keys())
    assert columns == {
        "id", "lesson_id", "cohort_id", "course_id", "instructor_id", "held_on", "points",
        "marks", "remark",
    }  # fmt: skip


GOOD = {f"mark-{place}": "非常满意" for place in range(5)}


def test_a_learner_judges_a_lesson_once_and_without_a_name(app: Flask, school: School) -> None:
    learner = cast.browser(app, cast.learner)
    page = f"/evaluations/lessons/{school.lesson}"
    assert f'href="{page}"' in learner.get("/evaluations/mine").text
    short = learner.post(page, data={"mark-0": "满意", "remark": "案例再多些"})
    assert (short.status_code, "请给“理论性”选一项。" in short.text) == (422, True)
    assert "案例再多些" in short.text
    assert learner.post(page, data={**GOOD, "remark": "案例再多些"}).status_code == 303
    again = learner.post(page, data=GOOD)
    assert (again.status_code, "已经评过这次课" in again.text) == (422, True)
    assert "已评" in learner.get("/evaluations/mine").text
    with app.app_context():
        (ballot,) = session.scalars(select(Ballot)).all()
        assert (ballot.points, ballot.remark) == (Decimal(100), "案例再多些")
        (slip,) = session.scalars(select(BallotSlip)).all()
        assert (slip.lesson_id, slip.enrolment_id) == (school.lesson, school.enrolment)
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "evaluations.judge")
        ).all()
        assert "非常满意" not in f"{entry.sentence}{entry.details}"


def test_lessons_wait_on_the_desk_until_they_are_judged_or_too_old(
    app: Flask, school: School
) -> None:
    def waiting(days: int = 0) -> int:
        with app.app_context():
            found = tasks(cast.learner(), now=now() + timedelta(days=days))
            return sum(one.count for one in found if one.endpoint == "evaluations.mine")

    learner = cast.browser(app, cast.learner)
    assert (waiting(), waiting(days=60)) == (1, 0)
    assert 'href="/evaluations/mine"' in learner.get("/").text
    learner.post(f"/evaluations/lessons/{school.lesson}", data=GOOD)
    assert waiting() == 0


def test_who_was_absent_cannot_judge_and_hears_why(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        session.execute(
            delete(AttendanceMark).where(AttendanceMark.enrolment_id == school.enrolment)
        )
        session.add(
            AttendanceMark(
                enrolment_id=school.enrolment, day=school.first, half_day=HalfDay.MORNING,
                presence=Presence.ABSENT, marked_by="班主任", marked_at=now(),
            )
        )  # fmt: skip
    learner = cast.browser(app, cast.learner)
    refused = learner.post(f"/evaluations/lessons/{school.lesson}", data=GOOD)
    assert (refused.status_code, "没有您到课的记录" in refused.text) == (422, True)


def test_a_lesson_of_another_cohort_is_nobodys_to_judge(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        session.execute(
            delete(AttendanceMark).where(AttendanceMark.enrolment_id == school.enrolment)
        )
    stranger = cast.browser(app, cast.instructor)
    assert stranger.get(f"/evaluations/lessons/{school.lesson}").status_code == 403


def test_a_lesson_can_be_judged_for_so_many_days(app: Flask, school: School) -> None:
    with app.app_context():
        turn = queries.get_turn(school.lesson, cast.learner(), at=now())
        assert turn.is_due
        later = queries.get_turn(school.lesson, cast.learner(), at=now() + timedelta(days=30))
        assert not later.is_due
        with pytest.raises(Refused, match="课后14天内可以评课"):
            actions.judge(
                turn=later, marks={}, remark="", by=cast.learner(), at=now() + timedelta(days=30)
            )


def _ballots(school: School, count: int, word: str = "满意") -> None:
    lesson = session.get_one(Lesson, school.lesson)
    session.add_all(
        Ballot(
            lesson_id=lesson.id, cohort_id=lesson.cohort_id, course_id=lesson.course_id,
            instructor_id=school.instructor, held_on=today(), points=Decimal(85),
            marks={"理论性": word}, remark=f"意见{place}",
        )
        for place in range(count)
    )  # fmt: skip


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_averages_and_remarks_are_told_from_the_fifth_ballot_on(
    app: Flask, school: School, count: int, shown: bool
) -> None:
    with app.app_context(), db.transaction():
        _ballots(school, count)
    teacher, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    own = teacher.get("/evaluations/of-me").text
    assert ("意见0" in own, "评课还不足5份" in own) == (shown, not shown)
    page = office.get(f"/evaluations/instructors/{school.instructor}").text
    assert ("意见0" in page, "均分85" in page) == (shown, shown)
    assert ("不足5份" in office.get("/evaluations/").text) is not shown
    for address in ("/faculty/", "/loads/"):
        assert (">85<" in office.get(address).text) is shown
    sheet = office.get("/evaluations/results.xlsx")
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")


def test_an_instructor_sees_nobody_elses_result(app: Flask, school: School) -> None:
    teacher = cast.browser(app, cast.instructor)
    assert teacher.get(f"/evaluations/instructors/{school.instructor}").status_code == 403
    assert teacher.get("/evaluations/").status_code == 403


def test_a_lesson_taken_off_later_leaves_its_ballots(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        lesson = make.lesson(session.get_one(Cohort, school.cohort), day=today())
        session.add(
            Ballot(
                lesson_id=lesson.id, cohort_id=lesson.cohort_id, course_id=lesson.course_id,
                instructor_id=school.instructor, held_on=today(), points=Decimal(70), marks={},
            )
        )  # fmt: skip
        session.flush()
        session.execute(delete(Lesson).where(Lesson.id == lesson.id))
    with app.app_context():
        (ballot,) = session.scalars(select(Ballot)).all()
        assert ballot.lesson_id is None
        found = queries.results([school.instructor], today().year, least=1)
        assert found[school.instructor].average == Decimal(70)
        assert session.get_one(Instructor, school.instructor)
