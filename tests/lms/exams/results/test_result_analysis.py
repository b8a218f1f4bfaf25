"""A released exam tells the question bank how its items did, without a name; and its 成绩册."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.marking.queries.matrix import table_of
from lms.exams.results import actions
from lms.exams.results.queries import exams, outcomes
from lms.ground import db
from lms.ground.access import Role
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.db import Base, session
from lms.ground.errors import Refused
from lms.ground.jobs import worker
from question_bank.analysis.models import ItemStatistic, OptionStatistic, PaperAnalysis
from question_bank.analysis.queries.papers import find_analysis, statistics
from tests import cast, make
from tests.lms.exams.marking import hall


def story() -> hall.Held:
    """甲 has all right on A, 乙 one answer on B; 丙 did not come; scored."""
    people = {name: make.person(name) for name in ("甲子", "乙丑", "丙寅")}
    held = hall.hold(hall.cohort(), {people["甲子"]: hall.ALL_RIGHT})
    hall.seat_candidate(held, people["乙丑"], {1: "A", 2: ["B", "C"]}, seat=2, variant="B")
    hall.seat_candidate(held, people["丙寅"], None, seat=3)
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("6", "4"), 6: ("12",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    return held


def release(held: hall.Held) -> None:
    actions.release(exams.get_exam(held.exam.id), by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_the_sheets_of_all_variants_make_one_table() -> None:
    held = story()
    exam = exams.get_exam(held.exam.id)
    run = outcomes.latest_run(exam)
    assert run is not None
    sat = [one.attempt_id for one in outcomes.lines(exam, run) if one.attempt_id]
    asked, table, _ = table_of(run, sat)
    assert [(one.item_version_id, one.label) for one in asked] == [
        (held.items[1], "A卷第1题、B卷第1题"),
        (held.items[2], "A卷第2题、B卷第2题"),
        (held.items[3], "A卷第3题、B卷第3题"),
        (held.items[4], "A卷第4题、B卷第4题"),
        (held.items[5], "A卷第5题、B卷第6题"),
        (held.items[6], "A卷第6题、B卷第5题"),
    ]
    assert list(table.full) == [20, 30, 10, 10, 10, 20]
    assert [list(row) for row in table.rows] == [[20, 30, 10, 10, 10, 17], [0, 0, 0, 0, 0, 0]]
    assert table.is_complete
    told = [(one.item, one.part, one.letters, list(one.chosen)) for one in table.choices]
    assert told == [
        (0, 0, ("A", "B"), [frozenset("B"), frozenset("A")]),
        (1, 0, ("A", "B", "C"), [frozenset("AC"), frozenset("BC")]),
        (2, 0, ("true", "false"), [frozenset({"true"}), frozenset()]),
        (5, 1, ("A", "B"), [frozenset("A"), frozenset()]),
    ]
    assert [one.guess for one in asked][:2] == [Decimal("0.5"), None]


@pytest.mark.usefixtures("context")
def test_a_release_has_its_items_analysed() -> None:
    held = story()
    assert find_analysis(exams.occasion_key(held.exam.id)) is None
    release(held)
    kept = find_analysis(exams.occasion_key(held.exam.id))
    assert kept is not None
    assert (kept.title, kept.audience, kept.edition) == ("结业考试", "知行学堂第七期", 1)
    assert (kept.candidates, kept.absent, kept.passed) == (2, 1, 1)
    assert (kept.mean, kept.full_score) == (Decimal("48.5"), Decimal(100))
    assert len(statistics(kept, cast.office())) == 6


@pytest.mark.usefixtures("context")
def test_another_scoring_is_analysed_in_place_of_the_first() -> None:
    held = story()
    release(held)
    scoring.score(held.exam, by=cast.office(), at=now(), reason="复核", after=1)
    release(held)
    kept = session.scalars(select(PaperAnalysis)).all()
    assert [one.edition for one in kept] == [2]


@pytest.mark.usefixtures("context")
def test_all_released_exams_can_be_counted_anew() -> None:
    held = story()
    release(held)
    assert actions.analyse_released(by=System(), at=now()) == 1
    assert [one.edition for one in session.scalars(select(PaperAnalysis))] == [1]


@pytest.mark.usefixtures("context")
def test_what_is_kept_names_nobody() -> None:
    held = story()
    release(held)
    kinds: tuple[type[Base], ...] = (PaperAnalysis, ItemStatistic, OptionStatistic)
    for kind in kinds:
        for row in session.execute(select(*kind.__table__.columns)):
            text = repr(tuple(row))
            assert not any(name in text for name in ("甲子", "乙丑", "丙寅"))


@pytest.mark.usefixtures("context")
def test_there_is_no_grade_book_before_the_release() -> None:
    held = story()
    with pytest.raises(Refused, match="公布之后"):
        actions.print_book(held.exam, by=cast.office(), at=now())


def test_the_page_of_results_leads_to_analysis_and_grade_books(app: Flask) -> None:
    with app.app_context(), db.transaction():
        held = story()
        exam_id = held.exam.id
    office = cast.browser(app, cast.office)
    assert "试卷分析" not in office.get(f"/results/{exam_id}").text
    with app.app_context(), db.transaction():
        actions.release(exams.get_exam(exam_id), by=cast.office(), at=now())
        kept = find_analysis(exams.occasion_key(exam_id))
        assert kept is not None
        address = f"/analysis/{kept.id}"
    page = office.get(f"/results/{exam_id}").text
    assert f'href="{address}"' in page
    assert office.get(address).status_code == 200
    job = office.post(f"/results/{exam_id}/book")
    assert job.status_code == 303
    worker.run_pending(app)
    assert office.get(f"{job.location}/result", buffered=True).data.startswith(b"%PDF")


def test_learners_see_no_analysis(app: Flask) -> None:
    with app.app_context(), db.transaction():
        release(story())
    for role in (Role.LEARNER, Role.MARKER, Role.ADVISER):
        client = cast.browser(app, cast.EVERYBODY[role])
        assert client.get("/analysis/1").status_code == 403
