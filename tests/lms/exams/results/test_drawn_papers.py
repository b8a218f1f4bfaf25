"""An exam on a paper of which every candidate draws: from the sheet to the released result."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.archives.cohort_files.queries.records import sheets as filed_sheets
from lms.exams.attempts.actions import making
from lms.exams.attempts.models import Attempt, Step
from lms.exams.marking.actions import marks, scoring
from lms.exams.marking.queries import blind, exams
from lms.exams.marking.queries.matrix import table_of
from lms.exams.results import actions
from lms.exams.results.models import Release, Result
from lms.exams.results.queries import outcomes
from lms.exams.results.queries.exams import get_exam
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.queries import get_person_of
from question_bank.papers.models import Paper
from question_bank.papers.queries.papers import get_paper
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat
from tests.lms.exams.marking import hall

ROWS = (("single", 2, "2"), ("short", 1, "6"))
"""What a candidate gets: 3 items for 10 points, drawn from 9."""
RIGHT = {"single": "B", "short": "参考答案"}


def _pooled(content: Any) -> set[str]:
    return {slot["stem"] for section in content["sections"] for slot in section["slots"]}


def _sheet(paper: Paper, person_id: int, seed: int) -> Attempt:
    (made,) = making.make_sheets(
        [making.Place(person_id, get_paper(paper.id).variants[0].id, seed)],
        title="随机考试",
        opens_at=now() - timedelta(hours=2),
        closes_at=now() + timedelta(hours=1),
        minutes=90,
        grace_seconds=0,
    )
    return made


def test_a_candidate_is_sent_what_is_drawn_and_nothing_else_is_taken(app: Flask) -> None:
    with app.app_context(), db.transaction():
        person = get_person_of(cast.learner())
        attempt = _sheet(make.drawn_paper(*ROWS), person.id, seed=5)
        attempt_id = attempt.id
        assert attempt.slots == 3
        pool = get_paper(session.scalar(select(Paper.id)) or 0).variants[0].content
    seat = Seat(cast.browser(app, cast.learner), attempt_id)
    body = seat.open()
    slots = [slot for section in body["content"]["sections"] for slot in section["slots"]]
    assert [slot["number"] for slot in slots] == [1, 2, 3]
    assert "draws" not in body["content"]["sections"][0]
    assert body["items"] == [[1, 2], [3]]
    assert sorted(body["orders"]) == ["1", "2"]
    assert body["content"]["total"] == "10"
    assert len(_pooled(pool)) == 9
    told = seat.post("open").get_data(as_text=True)
    assert [stem in told for stem in sorted(_pooled(pool))].count(True) == 3
    assert seat.open()["content"] == body["content"]
    seat.save(n1="B")
    refused = seat.save(n4="B")
    assert (refused.status_code, refused.get_json()["acknowledged"]) == (422, [])
    assert seat.submit({1: "B"}).get_json()["answered"] == 1


def test_pictures_that_were_not_drawn_are_not_there(app: Flask) -> None:
    with app.app_context(), db.transaction():
        person = get_person_of(cast.learner())
        paper = make.drawn_paper(("single", 1, "2"))
        variant = get_paper(paper.id).variants[0]
        shown = {
            make.picture().id: slot["number"] for slot in variant.content["sections"][0]["slots"]
        }
        content = {**variant.content}
        (section,) = content["sections"]
        at = {number: upload for upload, number in shown.items()}
        section["slots"] = [{**slot, "media": [at[slot["number"]]]} for slot in section["slots"]]
        # A paper that was frozen with pictures, in the place of this one.
        pictured = make.variant(of=paper, code="P", content=content, answers=variant.answers)
        attempt_id = make.attempt(person, of=pictured, seed=3, slots=1).id
    seat = Seat(cast.browser(app, cast.learner), attempt_id)
    seat.open()
    answers = []
    for upload in shown:
        with seat.client.get(f"/attempts/{seat.attempt_id}/media/{upload}") as sent:
            answers.append(sent.status_code)
    assert sorted(answers) == [200, 404, 404]


@pytest.fixture
def held(context: None) -> tuple[Exam, list[Attempt]]:
    """Six candidates, each with a draw of their own, who answer all singles and shorts right,
    but the last, who gets the first single wrong."""
    paper = make.drawn_paper(*ROWS)
    cohort = hall.cohort()
    exam = make.exam(cohort, paper=paper)
    opens, closes = now() - timedelta(hours=3), now() - timedelta(hours=1)
    sitting = Sitting(exam_id=exam.id, opens_at=opens, closes_at=closes, minutes=90)
    session.add(sitting)
    session.flush()
    made = []
    for seat in range(1, 7):
        person = make.person(f"考生{seat}")
        attempt = _sheet(paper, person.id, seed=seat)
        attempt.started_at, attempt.deadline, attempt.accepts_until = opens, closes, closes
        attempt.submitted_at = closes
        enrolment = hall.enrol(cohort, person)
        session.add(
            Candidate(
                sitting_id=sitting.id, enrolment_id=enrolment.id, attempt_id=attempt.id, seat=seat
            )
        )
        for number, kind in enumerate(("single", "single", "short"), start=1):
            value = "A" if (seat, number) == (6, 1) else RIGHT[kind]
            session.add(
                Step(
                    attempt_id=attempt.id, lease=1, seq=number, number=number, value=value,
                    received_at=opens,
                )
            )  # fmt: skip
        made.append(attempt)
    session.flush()
    return exam, made


def _mark_all(exam: Exam) -> None:
    marks.collect(exam, by=cast.office(), at=now())
    for response in blind.collected(exam.id):
        task = exams.get_task(exam, response.item_version_id)
        given = [line.points for line in task.lines]
        marks.mark(
            response, task, rubric_points=given, remark="", seen=None, by=cast.marker(), at=now()
        )


def test_every_sheet_is_marked_and_scored_on_its_own_items(
    held: tuple[Exam, list[Attempt]],
) -> None:
    exam, sheets = held
    marks.collect(exam, by=cast.office(), at=now())
    collected = blind.collected(exam.id)
    assert [
        (one.attempt_id, one.number) for one in sorted(collected, key=lambda r: r.attempt_id)
    ] == [(sheet.id, 3) for sheet in sheets]
    (variant, *_others) = get_paper(exam.paper_id).variants
    own = {sheet.id: exams.items_of(variant, sheet.seed) for sheet in sheets}
    assert all(own[one.attempt_id][one.item_version_id] == 3 for one in collected)
    assert len({one.item_version_id for one in collected}) > 1
    _mark_all(exam)
    run = scoring.score(exam, by=cast.office(), at=now())
    lines = outcomes.lines(get_exam(exam.id), run)
    assert [line.outcome.score for line in lines] == [10, 10, 10, 10, 10, 8]


def test_a_result_and_the_filed_sheet_show_the_candidates_own_items(
    held: tuple[Exam, list[Attempt]],
) -> None:
    exam, sheets = held
    _mark_all(exam)
    scoring.score(exam, by=cast.office(), at=now())
    actions.release(get_exam(exam.id), by=cast.office(), at=now())
    variant = get_paper(exam.paper_id).variants[0]
    release = session.scalars(select(Release)).one()
    filed = {one.result.attempt_id: one for one in filed_sheets(release)}
    for sheet in sheets:
        stems = [slot["stem"] for part in sheet.content["sections"] for slot in part["slots"]]
        assert set(stems) < _pooled(variant.content)
        assert [slot.report.stem for slot in filed[sheet.id].slots] == stems
    last = session.scalars(select(Result).where(Result.attempt_id == sheets[-1].id)).one()
    assert last.score == Decimal(8)


def test_the_table_for_the_analysis_has_none_where_an_item_was_not_drawn(
    held: tuple[Exam, list[Attempt]],
) -> None:
    exam, sheets = held
    _mark_all(exam)
    run = scoring.score(exam, by=cast.office(), at=now())
    asked, table, _ = table_of(run, [sheet.id for sheet in sheets])
    assert all(sum(cell is not None for cell in row) == 3 for row in table.rows)
    assert [list(row) for row in table.slots] == [[2, 2, 6]] * 5 + [[0, 2, 6]]
    assert not table.is_complete
    had = [sum(row[at] is not None for row in table.rows) for at in range(len(asked))]
    assert (min(had) > 0, sum(had)) == (True, 18)


def test_who_has_no_such_slot_is_told_so(context: None) -> None:
    with pytest.raises(Missing):
        exams.get_task(make.exam(hall.cohort(), paper=make.drawn_paper(*ROWS)), 999)
