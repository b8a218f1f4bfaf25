"""The pages and the command of schemes, for each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from lms.appraisal.schemes import actions
from lms.appraisal.schemes.models import Scheme, SchemePart
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from tests import cast
from tests.lms.exams.marking import hall
from tests.markup import read

TYPED = {
    "name": "共富学堂考核方案",
    "programme_id": "0",
    "valid_from": "2026-01-01",
    "bands": "80 优秀、60 合格、0 不合格",
    "basis": "校务会决定",
    "attendance_weight": "30",
    "attendance_late": "3",
    "exam_weight": "70",
}


@pytest.fixture
def baseline(app: Flask) -> int:
    """The example scheme; its id."""
    with app.app_context(), db.transaction():
        actions.load_baseline(at=now())
        return session.scalars(select(Scheme.id)).one()


def parts(app: Flask, scheme_id: int) -> list[tuple[str, str, str | None]]:
    with app.app_context():
        wanted = select(SchemePart).where(SchemePart.scheme_id == scheme_id)
        found = session.scalars(wanted.order_by(SchemePart.position))
        return [(one.part.value, str(one.weight), one.rates.get("late")) for one in found]


def test_the_office_draws_up_a_scheme_and_reads_it(app: Flask, baseline: int) -> None:
    office = cast.browser(app, cast.office)
    made = office.post("/schemes/new", data=TYPED)
    assert made.status_code == 303
    page = office.get(made.location).text
    assert "每迟到一次扣分 3 分" in page
    assert parts(app, int(made.location.rpartition("/")[2])) == [
        ("attendance", "30", "3"),
        ("exam", "70", None),
    ]
    again = office.post("/schemes/new", data=TYPED)
    assert (again.status_code, "新方案的生效日期须晚于它" in again.text) == (422, True)


def test_everything_that_is_wrong_comes_back_with_what_was_typed(app: Flask, baseline: int) -> None:
    office = cast.browser(app, cast.office)
    faulty = office.post("/schemes/new", data={**TYPED, "exam_weight": "60"})
    assert (faulty.status_code, "各项权重合计须为 100，现在是 90。" in faulty.text) == (422, True)
    assert 'value="共富学堂考核方案"' in faulty.text
    bands = office.post("/schemes/new", data={**TYPED, "bands": "优秀"})
    assert (bands.status_code, "“优秀”不是等次" in bands.text) == (422, True)
    assert office.post("/schemes/new", data={**TYPED, "exam_weight": "x"}).status_code == 422
    assert office.post("/schemes/new", data={**TYPED, "programme_id": "99"}).status_code == 422


def test_an_unused_scheme_is_changed_and_a_stale_form_refused(app: Flask, baseline: int) -> None:
    office = cast.browser(app, cast.office)
    data = {**TYPED, "valid_from": "2020-01-01", "version": "1"}
    assert office.post(f"/schemes/{baseline}/edit", data=data).status_code == 303
    assert office.post(f"/schemes/{baseline}/edit", data=data).status_code == 409
    assert [part[:2] for part in parts(app, baseline)] == [("attendance", "30"), ("exam", "70")]


def test_a_used_scheme_gets_a_follower(app: Flask, baseline: int) -> None:
    with app.app_context(), db.transaction():
        session.get_one(Scheme, baseline).used_at = now()
    office = cast.browser(app, cast.office)
    assert "已有鉴定依据这个方案" in office.get(f"/schemes/{baseline}/edit").text
    made = office.post(f"/schemes/{baseline}/edit", data={**TYPED, "version": "1"})
    assert (made.status_code, made.location != f"/schemes/{baseline}") == (303, True)
    assert office.post(f"/schemes/{baseline}/withdraw").status_code == 422
    follower = made.location.rpartition("/")[2]
    assert office.post(f"/schemes/{follower}/withdraw").status_code == 303
    assert office.get(made.location).status_code == 404


def test_the_pages_are_clean_html(app: Flask, baseline: int) -> None:
    with app.app_context(), db.transaction():
        hall.programme()
    office = cast.browser(app, cast.office)
    paths = ("/schemes/", f"/schemes/{baseline}", f"/schemes/{baseline}/edit", "/schemes/new")
    assert {path: read(office.get(path).text)[0] for path in paths} == {path: [] for path in paths}


def test_without_any_scheme_the_list_says_what_to_do(app: Flask) -> None:
    assert "先制定一个通用方案" in cast.browser(app, cast.office).get("/schemes/").text


@pytest.mark.parametrize(
    ("member", "reads", "writes"),
    [
        (cast.office, 200, 200),
        (cast.organiser, 200, 200),
        (cast.adviser, 200, 403),
        (cast.administrator, 403, 200),
        (cast.learner, 403, 403),
        (cast.marker, 403, 403),
        (cast.unit_admin, 403, 403),
    ],
)
def test_schemes_are_read_and_written_by_who_may(
    app: Flask, baseline: int, member: Callable[[], Account], reads: int, writes: int
) -> None:
    client = cast.browser(app, member)
    assert [client.get(path).status_code for path in ("/schemes/", f"/schemes/{baseline}")] == [
        reads
    ] * 2
    paths = ("/schemes/new", f"/schemes/{baseline}/edit")
    assert [client.get(path).status_code for path in paths] == [writes] * 2
    if writes == 403:
        posts = ("/schemes/new", f"/schemes/{baseline}/edit", f"/schemes/{baseline}/withdraw")
        assert [client.post(path).status_code for path in posts] == [403] * 3


def test_the_command_loads_the_example_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    told = [runner.invoke(args=["schemes", "load"]).output for _ in range(2)]
    assert told == ["录入了示例考核方案。\n", ""]
