"""Markers who mark some of the items: who sees what, and whether enough of them are left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from lms.exams.marking.actions import marks, schemes
from lms.exams.marking.queries import blind, exams, tallies
from lms.exams.marking.queries import schemes as reading
from lms.exams.marking.rules.modes import Mode, coverage_faults
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.errors import Missing
from tests import cast, make
from tests.lms.exams.marking import hall


@pytest.fixture(name="held")
def collected(app: Flask) -> tuple[int, int, int, int]:
    """An exam with a short answer and a case, a marker of the former, and one of everything."""
    with app.app_context(), db.transaction():
        held = hall.hold(hall.cohort(), {make.person("甲某某"): hall.ALL_RIGHT})
        marks.collect(held.exam, by=cast.office(), at=now())
        other = make.account(Role.MARKER, name="周老师")
        schemes.set_scheme(
            held.exam,
            mode=Mode.SINGLE,
            tolerance=Decimal(0),
            marker_ids=[cast.marker().id, other.id],
            arbiter_ids=[],
            items={cast.marker().id: [held.items[5], 999]},
            seen=None,
            by=cast.office(),
            at=now(),
        )
        return held.exam.id, held.items[5], held.items[6], other.id


def test_a_marker_finds_the_items_that_are_theirs_alone(
    app: Flask, held: tuple[int, int, int, int]
) -> None:
    exam_id, short, case, _ = held
    marker = cast.browser(app, cast.marker)
    page = marker.get(f"/marking/{exam_id}").text
    addresses = [f"/marking/{exam_id}/items/{one}/next" for one in (short, case)]
    assert [address in page for address in addresses] == [True, False]
    assert marker.get(f"/marking/{exam_id}/items/{short}/1").status_code == 200
    assert marker.get(f"/marking/{exam_id}/items/{case}/1").status_code == 404


def test_what_nobody_may_mark_is_told_to_whoever_leads(app: Flask) -> None:
    with app.app_context(), db.transaction():
        unit = make.unit("县委党校")
        people = {make.person(name, unit=make.unit(name)): hall.ALL_RIGHT for name in ("甲", "乙")}
        held = hall.hold(hall.cohort(), {**people, make.person("丙", unit=unit): hall.ALL_RIGHT})
        marks.collect(held.exam, by=cast.office(), at=now())
        near = make.account(Role.MARKER, name="周老师")
        make.person("周老师", unit=unit).account_id = near.id
        plan = {"mode": Mode.SINGLE, "tolerance": Decimal(0), "arbiter_ids": []}
        told = {"seen": None, "by": cast.office(), "at": now()}
        cast.marker()  # may mark what 周老师 may not
        assert tallies.stranded(held.exam.id) == {}
        schemes.set_scheme(held.exam, marker_ids=[near.id], **plan, **told)
        lost = tallies.stranded(held.exam.id)
        assert sorted(lost.values()) == sorted([held.items[5], held.items[6]])
        page = f"/marking/{held.exam.id}"
    office, marker = cast.browser(app, cast.office), cast.browser(app, cast.marker)
    assert "有 2 份作答没有人能评" in office.get(page).text
    assert "没有人能评" not in marker.get(page).text
    assert f"{page}/responses?stranded=1" in office.get(page).text
    leader = cast.browser(app, lambda: make.account(Role.OFFICE, name="王教务"))
    everything, narrowed = (
        leader.get(f"{page}/responses{query}").text for query in ("", "?stranded=1")
    )
    assert [text.count("badge bg-red-lt") for text in (everything, narrowed)] == [2, 2]
    assert [text.count("badge bg-secondary-lt") for text in (everything, narrowed)] == [6, 2]


def test_whoever_has_no_items_named_marks_all(app: Flask, held: tuple[int, int, int, int]) -> None:
    exam_id, short, case, other = held
    with app.app_context():
        assert reading.items_by_marker(exam_id) == {cast.marker().id: {short}}
        waiting = {one.name: one.waiting for one in tallies.marker_tallies(exam_id)}
        assert waiting == {cast.marker().name: 1, "周老师": 2}
        exam = exams.get_exam_for_work(exam_id)
        with pytest.raises(Missing):
            blind.get_response(exam_id, exams.get_task(exam, case), 1, cast.marker())
        account = get_account(other)
        assert blind.get_response(exam_id, exams.get_task(exam, case), 1, account).blind_number == 1


def test_the_plan_is_ticked_on_its_page_and_refused_where_an_item_has_nobody(
    app: Flask, held: tuple[int, int, int, int]
) -> None:
    exam_id, short, case, other = held
    office = cast.browser(app, cast.office)
    with app.app_context():
        marker = cast.marker().id
    page = office.get(f"/marking/{exam_id}/scheme").text
    ticked = f'name="items-{marker}" value="{short}" checked'
    assert (ticked in page, f'name="items-{other}" value="{short}" checked' in page) == (
        True,
        False,
    )
    data = {"mode": "1", "percent": "0", "version": "1", "markers": [str(marker), str(other)]}
    both = {f"items-{marker}": str(short), f"items-{other}": str(short)}
    refused = office.post(f"/marking/{exam_id}/scheme", data={**data, **both})
    assert (refused.status_code, "只有 0 名阅卷人可评，至少要 1 名" in refused.text) == (422, True)
    both[f"items-{other}"] = str(case)
    assert office.post(f"/marking/{exam_id}/scheme", data={**data, **both}).status_code == 303
    with app.app_context():
        assert reading.items_by_marker(exam_id) == {marker: {short}, other: {case}}


def test_every_item_needs_as_many_markers_as_the_mode_says() -> None:
    tasks = {5: "A卷第5题", 6: "A卷第6题"}
    assert coverage_faults(Mode.DOUBLE, [1, 2], {}, tasks) == []
    assert coverage_faults(Mode.SINGLE, [], {}, tasks) == []
    assert coverage_faults(Mode.DOUBLE, [1, 2], {1: [5], 2: []}, tasks) == [
        "A卷第6题只有 1 名阅卷人可评，至少要 2 名。"
    ]
