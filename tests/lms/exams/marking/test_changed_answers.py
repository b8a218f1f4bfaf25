"""Answers that were counted in after they were marked: marked anew, or decided, before a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import StepDecision
from lms.exams.marking.actions import marks, scoring
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries import blind, exams
from lms.exams.marking.queries.changed import changed
from lms.exams.marking.queries.marks import find_mark
from lms.exams.marking.rules.changes import Came, changed_of
from lms.exams.results import actions as results
from lms.ground import db
from lms.ground.clock import now
from lms.ground.errors import Refused
from tests import cast, make
from tests.lms.exams.marking import hall

LATER = "村民会议由村民委员会召集，十分之一以上的村民提议也应当召集。"


@dataclass
class Story:
    exam: int
    short: int
    case: int
    sheet: int

    @property
    def desk(self) -> str:
        return f"/marking/{self.exam}/items/{self.short}/1"


@pytest.fixture
def story(app: Flask) -> Story:
    """One sheet, marked and scored; afterwards a fenced-off step of the short answer came in."""
    with app.app_context(), db.transaction():
        person = make.person("甲某某")
        held = hall.hold(hall.cohort(), {person: hall.ALL_RIGHT})
        sheet = held.attempts["甲某某"]
        assert sheet is not None
        marks.collect(held.exam, by=cast.office(), at=now())
        story = Story(held.exam.id, held.items[5], held.items[6], sheet.id)
        give(story, story.short, "5", "3")
        give(story, story.case, "15")
        scoring.score(held.exam, by=cast.office(), at=now())
        return story


def give(story: Story, item: int, *points: str) -> Mark:
    exam = exams.get_exam_for_work(story.exam)
    task = exams.get_task(exam, item)
    response = blind.get_response(exam.id, task, 1, cast.marker())
    known = find_mark(response, cast.marker().id)
    return marks.mark(
        response,
        task,
        rubric_points=[Decimal(one) for one in points],
        remark="",
        seen=known and known.version,
        by=cast.marker(),
        at=now(),
    )


def count_in(story: Story, value: str | None = LATER) -> None:
    """What a fenced-off device had answered counts by a person's decision, from now on."""
    step = Step(attempt_id=story.sheet, lease=1, seq=99, number=5, value=value)
    step.received_at, step.standing = now() - timedelta(hours=2), Standing.COUNTS
    db.session.add(step)
    db.session.flush()
    decision = StepDecision(step_id=step.id, standing=Standing.STALE_LEASE, counted=True)
    decision.reason, decision.decided_by, decision.decided_at = "断网", "李教务", now()
    db.session.add(decision)
    db.session.flush()


def test_the_marker_finds_the_response_again_with_both_texts(app: Flask, story: Story) -> None:
    marker = cast.browser(app, cast.marker)
    assert "都评完了" in marker.get(f"/marking/{story.exam}/items/{story.short}/next").text
    with app.app_context(), db.transaction():
        count_in(story)
        (found,) = changed(story.exam)
        told = (found.before, found.after, found.markers)
        assert told == (hall.ALL_RIGHT[5], LATER, {cast.marker().id})
    assert marker.get(f"/marking/{story.exam}/items/{story.short}/next").location == story.desk
    page = marker.get(story.desk).text
    assert [LATER in page, hall.ALL_RIGHT[5] in page, "评阅时的作答" in page] == [True] * 3
    assert "评阅后有变化 1 份" in marker.get(f"/marking/{story.exam}").text
    office = cast.browser(app, cast.office)
    listed = office.get(f"/marking/{story.exam}/responses?changed=1").text
    assert ("第 1 号" in listed, listed.count("评阅后有变化</span>")) == (True, 1)
    given = {"points-0": "6", "points-1": "4", "version": "1"}
    assert marker.post(story.desk, data=given).status_code == 303
    with app.app_context():
        assert changed(story.exam) == []
    assert "评阅时的作答" not in marker.get(story.desk).text


def test_nothing_is_scored_or_released_before_it_is_marked_anew(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        office, exam = cast.office(), exams.get_exam_for_work(story.exam)
        count_in(story)
        with pytest.raises(Refused, match="1 份作答在评阅以后有变化"):
            scoring.score(exam, by=office, at=now(), reason="补录", after=1)
        with pytest.raises(Refused, match="1 份作答在评阅以后有变化"):
            results.release(exam, by=office, at=now())
        give(story, story.short, "5", "3")
        with pytest.raises(Refused, match="请先重新计分"):
            results.release(exam, by=office, at=now())
        run = scoring.score(exam, by=office, at=now(), reason="补录", after=1)
        assert results.release(exam, by=office, at=now()).run_id == run.id


def test_an_arbiter_decides_for_whoever_marked(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        count_in(story)
        exam = exams.get_exam_for_work(story.exam)
        task = exams.get_task(exam, story.short)
        response = db.session.scalars(
            select(BlindResponse).where(BlindResponse.item_version_id == story.short)
        ).one()
        points = [Decimal(6), Decimal(4)]
        told = {"rubric_points": points, "remark": "照新的作答", "by": cast.office(), "at": now()}
        marks.arbitrate(response, task, seen=None, **told)
        assert changed(story.exam) == []


def test_points_for_an_answer_that_changed_meanwhile_are_not_taken(
    app: Flask, story: Story
) -> None:
    marker = cast.browser(app, cast.marker)
    read = marker.get(story.desk).text.partition('name="answered"')[2].partition('value="')[2][:64]
    with app.app_context(), db.transaction():
        count_in(story)
    given = {"points-0": "6", "points-1": "4", "version": "1", "answered": read}
    refused = marker.post(story.desk, data=given)
    assert (refused.status_code, "这份作答刚刚有变化" in refused.text) == (422, True)


def test_what_changes_nothing_or_empties_the_answer_waits_for_nobody(
    app: Flask, story: Story
) -> None:
    with app.app_context(), db.transaction():
        count_in(story, hall.ALL_RIGHT[5])
        assert changed(story.exam) == []
        assert db.session.get_one(Attempt, story.sheet).id == story.sheet


def test_marks_are_old_that_were_given_for_another_answer() -> None:
    noon = now()
    first, second = Came("一", noon), Came("二", noon + timedelta(hours=2))
    early, late = noon + timedelta(hours=1), noon + timedelta(hours=3)
    assert changed_of([first], [(7, early, False)]) is None
    found = changed_of([first, second], [(7, early, False), (8, late, False)])
    assert found is not None
    assert (found.before, found.after, found.markers) == ("一", "二", {7})
    assert changed_of([first, second], [(7, early, False), (9, late, True)]) is None
    assert changed_of([first, Came(None, late)], [(7, early, False)]) is None
