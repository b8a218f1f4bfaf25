"""What comes along with a copied cohort besides its lessons: documents, trips and exams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortDraft
from courses.openings import actions as openings
from courses.openings.models import Opening
from courses.openings.queries import find_opening
from courses.openings.rules import OpeningDraft
from courses.series import actions, queries
from courses.series.queries import Ahead
from courses.series.rules import Extra
from courses.timetable.models import Lesson
from courses.trips.actions import planning, running
from courses.trips.models import Trip
from courses.trips.queries.outings import get_trip, trips_of
from courses.trips.queries.riding import riders
from courses.trips.rules import StopPlan, Verdict
from courses.venues.actions import block
from courses.venues.models import Booking
from lms.archives.cohort_files import actions as cohort_files
from lms.archives.cohort_files.queries.records import enclosures
from lms.exams.sittings.actions import arranging
from lms.exams.sittings.actions.planning import confirm_paper
from lms.exams.sittings.models import Exam, ExamExemption
from lms.exams.sittings.queries.exams import standing_exams
from lms.exams.sittings.queries.sittings import get_sitting
from lms.exams.sittings.rules import SittingDraft
from lms.ground import db
from lms.ground.clock import from_local, now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.actions import load_baseline
from lms.ground.spans import Span
from question_bank.papers.models import Paper
from tests import cast, make
from tests.courses.trips.outing import DEPARTS, Outing, outing, planned

LATER = 28
AGAIN = DEPARTS + timedelta(days=LATER)


@dataclass
class Past:
    """A cohort with a lesson, a trip for it, an exam and opening documents."""

    of: Outing
    lesson: Lesson
    trip: Trip
    exam: Exam

    @property
    def ahead(self) -> Ahead:
        source = get_cohort(self.of.cohort.id, cast.office())
        first = source.starts_on + timedelta(days=LATER)
        draft = CohortDraft(8, "知行学堂第8期", first, first + timedelta(days=2), 40)
        return Ahead(source, draft, LATER)

    @property
    def extras(self) -> dict[str, tuple[str, ...]]:
        """Why which of them cannot be had, by their keys without number."""
        return {one.key.partition(":")[0]: one.faults for one in self.found}

    @property
    def gaps(self) -> dict[str, tuple[str, ...]]:
        """What of them would stay open, by their keys without number."""
        return {one.key.partition(":")[0]: one.gaps for one in self.found}

    @property
    def found(self) -> list[Extra]:
        return [one for part in queries.companions() for one in part.preview(self.ahead)]

    def again(self, *, lessons: bool = True, besides: frozenset[str] = frozenset()) -> Cohort:
        ahead = self.ahead
        plan = {line.course_id for line in ahead.source.courses}
        facts = queries.CohortFacts(0, "", ahead.draft.starts_on, ahead.draft.ends_on, 0)
        taken = queries.copies(ahead.source, facts, queries.Shift.DAYS, plan=plan)
        keys = {
            one.key
            for part in queries.companions()
            for one in part.preview(ahead)
            if not one.faults and one.key.partition(":")[0] not in besides
        }
        made = actions.rerun(
            ahead=ahead,
            taken=taken if lessons else [],
            extras=keys,
            with_quotas=False,
            reason="试",
            by=cast.office(),
            at=now(),
        )
        return get_cohort(made.id, cast.office())


@pytest.fixture
def past(context: None) -> Past:
    load_baseline(at=now())
    of = outing()
    course = of.cohort.courses[0].course
    lesson = make.lesson(of.cohort, course)
    office, first = cast.office(), of.cohort.starts_on
    openings.write(
        cohort=of.cohort,
        draft=OpeningDraft(
            place="县委党校",
            number="县委党校〔2026〕5号",
            names_until=first - timedelta(days=3),
            reports_at=from_local(datetime.combine(first, time(8))),
            issued_on=date(2026, 1, 1),
        ),
        seen=None,
        by=office,
        at=now(),
    )
    trip = planned(of, lesson_id=lesson.id)
    exam = make.exam(of.cohort, [course])
    exam.title = "知行学堂第7期结业考试"
    session.flush()
    return Past(of, lesson, trip, exam)


def test_documents_trips_and_exams_come_along_on_the_new_dates(past: Past) -> None:
    assert past.extras == {"opening": (), "trip": (), "exam": ()}
    made = past.again()
    (trip,) = trips_of(made.id)
    (lesson,) = session.scalars(select(Lesson).where(Lesson.cohort_id == made.id))
    assert (trip.starts_at, trip.lesson_id, riders(trip.id)) == (AGAIN, lesson.id, [])
    assert [(one.plate, one.seats) for one in trip.buses] == [("车A", 10)]
    assert [(one.name, one.taught) for one in trip.stops] == [("放马哨", "宣誓"), ("天才路", "")]
    (exam,) = standing_exams(made.id)
    assert (exam.title, exam.paper_id) == ("知行学堂第8期结业考试", past.exam.paper_id)
    assert [one.course_id for one in exam.courses] == [past.lesson.course_id]
    opening = find_opening(made.id)
    assert opening is not None
    assert (opening.place, opening.number, opening.issued_on) == ("县委党校", "", None)
    assert opening.names_until == made.starts_on - timedelta(days=3)
    (kept,) = queries.series_of(made.id)
    assert kept.told.endswith(
        "排入1次课，照搬开班文书1项，照搬现场教学出行1项，照搬考试要求（逢学必考）1项"
    )


def test_only_what_is_ticked_comes_along(past: Past) -> None:
    made = past.again(besides=frozenset({"trip", "opening"}))
    assert (trips_of(made.id), find_opening(made.id)) == ([], None)
    assert len(standing_exams(made.id)) == 1


def _block(past: Past) -> None:
    span = Span(AGAIN, AGAIN + timedelta(hours=8))
    block(past.of.base, span, reason="检修", by=cast.office(), at=now())


def _lead_elsewhere(past: Past) -> None:
    other = outing(number=9)
    planning.plan(
        cohort=other.cohort,
        route=other.route,
        draft=other.draft(plate="车A", departs_at=AGAIN),
        by=cast.office(),
        at=now(),
    )


def _cancel(past: Past) -> None:
    running.decide(trip=past.trip, verdict=Verdict.CANCEL, note="雨", by=cast.office(), at=now())


def _retire_paper(past: Past) -> None:
    session.get_one(Paper, past.exam.paper_id).retired_at = now()


def _retire_course(past: Past) -> None:
    past.of.cohort.courses[0].course.retired_on = date(2026, 1, 1)


def _close(past: Past) -> None:
    past.of.base.closed_on = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("change", "key", "told"),
    [
        (_lead_elsewhere, "trip", ["车辆车A这段时间已安排给“知行学堂第9期”", "李教务", "时间重叠"]),
        (_cancel, "trip", ["上一期这次出行取消了"]),
        (_retire_paper, "exam", ["已经停用，请在新一期另选试卷"]),
        (_retire_course, "exam", ["它考的课程都已停用"]),
    ],
)
def test_what_cannot_come_along_is_told_and_not_taken(
    past: Past, change: Callable[[Past], None], key: str, told: list[str]
) -> None:
    change(past)
    session.flush()
    sentences = "".join(past.extras[key])
    assert [one for one in told if one not in sentences] == []
    made = past.again(lessons=False)
    assert len(trips_of(made.id)) == (key != "trip")
    assert len(standing_exams(made.id)) == (key != "exam")


def _take_bus(past: Past) -> None:
    other = outing(number=9)
    draft = other.draft(
        plate="车A", departs_at=AGAIN, leader_id=other.teacher.id, stops=(StopPlan("广场", 40),)
    )
    planning.plan(cohort=other.cohort, route=other.route, draft=draft, by=cast.office(), at=now())


def _teach_elsewhere(past: Past) -> None:
    other = outing(number=9)
    stops = (StopPlan("广场", 90, 0, "", None, past.of.teacher.id),)
    draft = other.draft(plate="车B", departs_at=AGAIN, leader_id=other.teacher.id, stops=stops)
    planning.plan(cohort=other.cohort, route=other.route, draft=draft, by=cast.office(), at=now())


@pytest.mark.parametrize(
    ("change", "told", "left"),
    [
        (_block, ["点位1“放马哨”的场地：放马哨7", "停用：检修"], (None, True)),
        (_close, ["点位1“放马哨”的场地：放马哨7自", "起停用"], (None, True)),
        (
            _teach_elsewhere,
            ["点位1“放马哨”的授课教师：", "“知行学堂第9期”的现场教学"],
            (True, None),
        ),
    ],
)
def test_a_trip_comes_along_without_what_cannot_be_had(
    past: Past,
    change: Callable[[Past], None],
    told: list[str],
    left: tuple[bool | None, bool | None],
) -> None:
    change(past)
    session.flush()
    assert past.extras["trip"] == ()
    (gap,) = past.gaps["trip"]
    assert [one for one in told if one not in gap] == []
    (trip,) = trips_of(past.again().id)
    stop = trip.stops[0]
    assert (stop.venue_id and True, stop.person_id and True) == left
    assert trip.gaps == [gap]


def test_a_trip_without_any_bus_does_not_come_along(past: Past) -> None:
    _take_bus(past)
    short, gap = past.extras["trip"]
    assert short == "学员0人，带队和讲解1人，共1人；车上只有0个座位，还差1个。"
    assert gap == "用车：车辆车A这段时间已安排给“知行学堂第9期”的现场教学，时间重叠。"


def test_an_exemption_and_a_make_up_stay_with_the_past_cohort(past: Past) -> None:
    course = past.of.cohort.courses[0].course
    session.add(
        ExamExemption(
            cohort_id=past.of.cohort.id,
            course=course,
            reason="研讨",
            approved_by="某",
            approved_at=now(),
        )
    )
    makes_up = make.exam(past.of.cohort, [course])
    makes_up.makes_up_id = past.exam.id
    session.flush()
    assert past.extras["exempt"] == ("批准只对那一期，请在“逢学必考”里重新报批。",)
    assert len(standing_exams(past.again().id)) == 1


def test_undoing_takes_everything_back_with_the_cohort(past: Past) -> None:
    made = past.again()
    (kept,) = queries.series_of(made.id)
    assert actions.undo(kept, cohort=made, by=cast.office(), at=now()) is True
    left = [
        session.scalar(select(func.count()).select_from(one))
        for one in (Cohort, Trip, Exam, Opening)
    ]
    assert left == [1, 1, 1, 1]
    assert session.scalar(select(func.count()).where(Booking.starts_at >= AGAIN)) == 0


def test_undoing_is_refused_once_something_has_come_of_a_trip(past: Past) -> None:
    made = past.again()
    (trip,) = trips_of(made.id)
    running.decide(trip=trip, verdict=Verdict.GO, note="晴", by=cast.office(), at=now())
    (kept,) = queries.series_of(made.id)
    with pytest.raises(Refused, match="已有天气决定、点名或报告，不能撤回"):
        actions.undo(kept, cohort=made, by=cast.office(), at=now())


@pytest.mark.parametrize(
    ("learners", "seated"),
    [(0, 0), (4, 4), (9, 9), (10, "车上只有10个座位，还差1个")],
)
def test_learners_get_their_seats_once_there_is_a_roster(
    past: Past, learners: int, seated: int | str
) -> None:
    made = past.again()
    for number in range(learners):
        make.enrolment(made, make.person(f"新学员{number}"))
    trip = get_trip(trips_of(made.id)[0].id, cast.office())
    if isinstance(seated, str):
        with pytest.raises(Refused, match=seated):
            planning.seat_newcomers(trip=trip, by=cast.office(), at=AGAIN)
        return
    assert planning.seat_newcomers(trip=trip, by=cast.office(), at=AGAIN) == seated
    assert [one.bus_number for one in riders(trip.id)] == [1] * seated
    assert planning.seat_newcomers(trip=trip, by=cast.office(), at=AGAIN) == 0


def test_last_times_paper_waits_to_be_confirmed(past: Past) -> None:
    office, tomorrow = cast.office(), now() + timedelta(days=1)
    made = past.again()
    make.enrolment(made)
    (exam,) = standing_exams(made.id)
    draft = SittingDraft(tomorrow, tomorrow + timedelta(hours=2), 90)
    arranged = arranging.create_sitting(exam=exam, draft=draft, by=office, at=now())
    sitting = get_sitting(arranged.id, office)
    with pytest.raises(Refused, match="须先在考试页确认试卷或换一份"):
        arranging.prepare(sitting=sitting, by=office, at=now())
    other, last = make.sealed_paper(), exam.paper_id
    confirm_paper(exam, paper_id=other.id, by=office, at=now())
    assert (exam.to_confirm, exam.paper_id) == (False, other.id)
    confirm_paper(exam, paper_id=last, by=office, at=now())
    assert exam.paper_id == other.id  # whoever comes second confirms nothing


def test_standing_texts_come_along_and_go_back_with_the_copy(past: Past) -> None:
    for entry, title in ((7, "学员守则"), (1, "办班批复")):
        cohort_files.enclose(
            cohort=past.of.cohort, entry=entry, title=title, content=BytesIO(b"x"), name="a.txt",
            by=cast.office(), at=now(),
        )  # fmt: skip
    assert past.extras["rules"] == ()
    made = past.again()
    (old,) = [one for one in enclosures(past.of.cohort.id) if one.entry == 7]
    assert [(one.entry, one.title, one.upload_id) for one in enclosures(made.id)] == [
        (7, "学员守则", old.upload_id)
    ]
    (kept,) = queries.series_of(made.id)
    assert kept.told.endswith("照搬班规（学员守则、请假制度、告知书）1项")
    assert actions.undo(kept, cohort=made, by=cast.office(), at=now()) is True
    assert enclosures(past.of.cohort.id)[1].id == old.id


def test_the_page_says_which_paper_is_used_again_and_leads_to_it(app: Flask) -> None:
    with app.app_context(), db.transaction():
        load_baseline(at=now())
        of = outing()
        course = of.cohort.courses[0].course
        make.lesson(of.cohort, course)
        exam = make.exam(of.cohort, [course])
        number, paper, source = exam.id, exam.paper_id, of.cohort.id
        other = make.sealed_paper().id
    office = cast.browser(app, cast.office)
    page = office.get(f"/series/rerun?source={source}").text
    assert "照搬后标为“须重新确认试卷”" in page
    assert "学员名册和分组、班委" in page
    assert f'href="/papers/{paper}"' in page
    with app.app_context(), db.transaction():
        session.get_one(Exam, number).to_confirm = True
    assert "须重新确认试卷" in office.get("/sittings/").text
    assert "须重新确认试卷" in office.get(f"/sittings/exams/{number}").text
    assert office.post(f"/sittings/exams/{number}/paper", data={"paper": 99}).status_code == 422
    sent = office.post(f"/sittings/exams/{number}/paper", data={"paper": other})
    assert sent.status_code == 303
    shown = office.get(f"/sittings/exams/{number}").text
    assert "须重新确认试卷" not in shown
