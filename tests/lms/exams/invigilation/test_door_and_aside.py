"""Who came and how late, and what a person decides about answers that were set aside."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.queries import responses, verify
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import Arrival, StepDecision
from lms.exams.invigilation.queries import asides
from lms.exams.invigilation.rules import door_times, drawn, in_words, snake
from lms.exams.sittings.models import Sitting
from lms.ground import db
from lms.ground.clock import now
from tests import cast
from tests.lms.exams.attempts.hall import at_another_device
from tests.lms.exams.sittings.hall import (
    School,
    begin,
    candidate_of,
    make_school,
    running_sitting,
    sheet_of,
)
from tests.markup import read

__all__ = ["make_school"]


def waiting_steps(app: Flask, sitting: int) -> list[int]:
    with app.app_context():
        return [one.step.id for one in asides.aside(sitting) if one.decision is None]


def test_an_answer_of_a_lost_device_waits_and_counts_when_a_person_says_so(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    other = at_another_device(app, seat)
    other.open()
    assert seat.save(n2="B").status_code == 409
    assert other.submit({1: "A"}).status_code == 200
    before = sheet_of(app, 1).receipt
    office = cast.browser(app, cast.office)
    page = office.get(f"/invigilation/{sitting}/aside").text
    assert "来自已被接替的窗口（第 1 次打开，现为第 2 次）" in page and read(page)[0] == []
    (step,) = waiting_steps(app, sitting)
    address = f"/invigilation/{sitting}/aside"
    for form in ({"step": step, "reason": " "}, {"reason": "断网"}):
        assert office.post(address, data={"verdict": "count", **form}).status_code == 422
    form = {"verdict": "count", "step": step, "reason": "旧电脑断网时所答"}
    assert cast.browser(app, cast.invigilator).post(address, data=form).status_code == 403
    assert office.post(address, data=form).status_code == 303
    assert office.post(address, data=form).status_code == 422
    with app.app_context():
        sheet = db.session.get_one(Attempt, seat.attempt_id)
        assert responses([sheet.id])[sheet.id] == {1: "A", 2: "B"}
        assert (verify(sheet).signed, verify(sheet).unchanged, sheet.answered) == (True, True, 2)
        decision = db.session.scalars(select(StepDecision)).one()
        assert (decision.standing, decision.counted) == (Standing.STALE_LEASE, True)
        assert decision.receipt_before == before != sheet.receipt
    assert "旧电脑断网时所答" in office.get(address).text


def test_an_answer_that_came_too_late_can_be_left_aside_and_stays_on_record(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    with app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, seat.attempt_id)
        sheet.deadline = sheet.accepts_until = now() - timedelta(seconds=30)
    assert seat.save(n2="B").status_code == 409
    office, address = cast.browser(app, cast.office), f"/invigilation/{sitting}/aside"
    assert "晚 30 秒" in office.get(address).text or "晚 31 秒" in office.get(address).text
    assert 'bg-red-lt">1<' in office.get(f"/invigilation/{sitting}/console").text
    (step,) = waiting_steps(app, sitting)
    form = {"verdict": "leave", "step": step, "reason": "考后所答"}
    assert office.post(address, data=form).status_code == 303
    assert 'bg-red-lt">1<' not in office.get(f"/invigilation/{sitting}/console").text
    with app.app_context():
        assert db.session.get_one(Step, step).standing is Standing.LATE
        assert responses([seat.attempt_id])[seat.attempt_id] == {1: "A"}


def test_the_door_lets_in_notes_who_is_late_and_lists_who_is_absent(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    one, two = candidate_of(app, 1), candidate_of(app, 2)
    watcher, page = cast.browser(app, cast.invigilator), f"/invigilation/{sitting}/door"
    shown = watcher.get(page).text
    assert "应到 2 人，实到 0 人，缺考 2 人" in shown and read(shown)[0] == []
    assert watcher.post(f"{page}/{one}").status_code == 303
    assert watcher.post(f"{page}/{one}").status_code == 303
    with app.app_context(), db.transaction():
        found = db.session.get_one(Sitting, sitting)
        found.opens_at = now() - timedelta(minutes=45)
    refused = watcher.post(f"{page}/{two}", data={"reason": ""})
    assert (refused.status_code, "已迟到 45 分钟" in refused.text) == (422, True)
    assert watcher.post(f"{page}/{two}", data={"reason": "车辆故障"}).status_code == 303
    assert "应到 2 人，实到 2 人，缺考 0 人" in watcher.get(page).text
    assert watcher.post(f"{page}/{two}", data={"undo": "1", "reason": ""}).status_code == 422
    assert watcher.post(f"{page}/{two}", data={"undo": "1", "reason": "点错"}).status_code == 303
    late = watcher.get(f"{page}?search=1").text
    assert "缺考名单" in late
    with app.app_context():
        rows = db.session.scalars(select(Arrival).order_by(Arrival.id))
        noted = [(row.candidate_id, row.present, row.minutes_late, row.reason) for row in rows]
    assert noted == [(one, True, 1, ""), (two, True, 45, "车辆故障"), (two, False, 0, "点错")]


def test_nobody_comes_in_before_the_door_opens(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    with app.app_context(), db.transaction():
        found = db.session.get_one(Sitting, sitting)
        found.opens_at = now() + timedelta(minutes=40)
    watcher = cast.browser(app, cast.invigilator)
    early = watcher.post(f"/invigilation/{sitting}/door/{candidate_of(app, 1)}")
    assert (early.status_code, "还没有到入场时间" in early.text) == (422, True)
    assert watcher.post(f"/invigilation/{sitting}/door/9999").status_code == 404


@pytest.mark.parametrize(("minutes", "late"), [(-20, 0), (0, 0), (1, 1), (31, 31)])
def test_lateness_counts_full_minutes_from_the_start(minutes: int, late: int) -> None:
    start = now()
    times = door_times(start, early=15, late=30, leave=30)
    at = start + timedelta(minutes=minutes)
    assert times.minutes_late(at) == late
    assert (times.is_early(at), times.needs_reason(at)) == (minutes < -15, minutes > 30)


@pytest.mark.parametrize("columns", [3, 4, 5])
def test_in_a_snake_no_neighbour_has_the_same_variant(columns: int) -> None:
    rows = snake(["AB"[seat % 2] for seat in range(columns * 4)], columns)
    beside = [a == b for row in rows for a, b in itertools.pairwise(row)]
    behind = [
        a == b for one, two in itertools.pairwise(rows) for a, b in zip(one, two, strict=True)
    ]
    assert (any(beside), any(behind)) == (False, False)


def test_a_draw_is_repeated_by_its_seed() -> None:
    numbers = list(range(1, 31))
    assert drawn(numbers, 7) == drawn(numbers[::-1], 7) != drawn(numbers, 8)
    assert sorted(drawn(numbers, 7)) == numbers


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, ""),
        ("B", "B"),
        ("true", "正确"),
        (["A", "C"], "A、C"),
        ([], ""),
        ("应当公开。", "应当公开。"),
        (f"sha256:{'ab' * 32}", "录音（指纹 abababab）"),
        ({"1": "A", "2": ["B", "D"], "3": None}, "(1) A；(2) B、D"),
    ],
)
def test_an_answer_that_was_set_aside_is_told_in_words(value: Any, told: str) -> None:
    assert in_words(value) == told
