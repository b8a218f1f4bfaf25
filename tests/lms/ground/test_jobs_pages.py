"""The pages of background jobs: progress that refreshes itself, cancel, repeat, download."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

from lms.ground.db import session, transaction
from lms.ground.jobs.actions import enqueue
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from tests import cast
from tests.cast import browser
from tests.lms.ground import test_jobs  # noqa: F401  (registers the tasks that are used here)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def ask(app: Flask, kind: str = "test.report", **arguments: str) -> int:
    """A job of the office."""
    with app.app_context(), transaction():
        owner = cast.office().id
        arguments = {"text": "甲"} if kind == "test.report" else {}
        return enqueue(kind, owner_id=owner, at=NOON, **arguments).id


def test_a_job_is_followed_from_waiting_to_its_result(app: Flask) -> None:
    job_id = ask(app)
    office = browser(app, cast.office)
    waiting = office.get(f"/jobs/{job_id}/progress")
    assert "排队中" in waiting.text
    assert f'hx-get="/jobs/{job_id}/progress" hx-trigger="every 1s"' in waiting.text
    run_pending(app)
    over = office.get(f"/jobs/{job_id}/progress")
    assert ("hx-get" in over.text, "已完成" in over.text, "下载 报告.txt" in over.text) == (
        False, True, True,
    )  # fmt: skip
    with office.get(f"/jobs/{job_id}/result") as result:
        assert (result.status_code, result.text) == (200, "甲")


def test_what_has_not_changed_is_not_sent_again(app: Flask) -> None:
    job_id = ask(app)
    office = browser(app, cast.office)
    tag = office.get(f"/jobs/{job_id}/progress").headers["ETag"]
    again = office.get(f"/jobs/{job_id}/progress", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    run_pending(app)
    changed = office.get(f"/jobs/{job_id}/progress", headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_a_waiting_job_says_how_many_it_waits_for(app: Flask) -> None:
    office = browser(app, cast.office)
    asked = [ask(app) for _ in range(3)]
    pages = [office.get(f"/jobs/{job_id}/progress").text for job_id in asked]
    assert [re.findall(r"前面还有(\d)项任务", page) for page in pages] == [[], ["1"], ["2"]]
    office.post(f"/jobs/{asked[0]}/cancel")
    assert "前面还有1项任务" in office.get(f"/jobs/{asked[2]}").text


def test_a_job_is_cancelled_and_repeated_by_buttons(app: Flask) -> None:
    job_id = ask(app)
    office = browser(app, cast.office)
    for deed, state in (("cancel", "cancelled"), ("retry", "queued")):
        answer = office.post(f"/jobs/{job_id}/{deed}")
        assert (answer.status_code, answer.location) == (303, f"/jobs/{job_id}")
        with app.app_context():
            assert session.get_one(Job, job_id).state == state


def test_a_job_is_shown_in_the_list_and_on_a_page(app: Flask) -> None:
    job_id = ask(app)
    office = browser(app, cast.office)
    assert f'<a href="/jobs/{job_id}">生成报告</a>' in office.get("/jobs/").text
    assert "<h1" in office.get(f"/jobs/{job_id}").text


def test_the_list_is_narrowed_by_title_by_result_and_by_state(app: Flask) -> None:
    made = ask(app)
    run_pending(app)
    asked, refused = ask(app), ask(app, "test.refuse")
    office = browser(app, cast.office)

    def found(query: str) -> list[int]:
        return [int(one) for one in re.findall(r'<a href="/jobs/(\d+)"', office.get(query).text)]

    assert found("/jobs/") == [refused, asked, made]
    assert found("/jobs/?search=生成") == [asked, made]
    assert found("/jobs/?search=报告.TXT") == [made]
    assert found("/jobs/?state=queued") == [refused, asked]
    assert found("/jobs/?state=done&search=报告") == [made]
    assert found("/jobs/?state=nonsense") == [refused, asked, made]
    nothing = office.get("/jobs/?search=%25").text
    assert ("没有这样的后台任务" in nothing, 'value="%"' in nothing) == (True, True)
    assert 'role="search"' not in browser(app, cast.organiser).get("/jobs/").text


def test_the_name_of_a_result_is_its_owners_to_see_and_to_find(app: Flask) -> None:
    ask(app)
    run_pending(app)
    office, administrator = browser(app, cast.office), browser(app, cast.administrator)
    pages = [one.get("/jobs/").text for one in (office, administrator)]
    assert ["报告.txt" in page for page in pages] == [True, False]
    found = [one.get("/jobs/?search=报告.txt").text for one in (office, administrator)]
    assert ["没有这样的后台任务" in page for page in found] == [False, True]


def test_a_refused_job_says_why(app: Flask) -> None:
    job_id = ask(app, "test.refuse")
    run_pending(app)
    shown = browser(app, cast.office).get(f"/jobs/{job_id}/progress").text
    assert ("班次还没有结业。" in shown, "重新执行" in shown) == (True, True)


def test_another_persons_job_is_not_there(app: Flask) -> None:
    job_id = ask(app)
    run_pending(app)
    other = browser(app, cast.organiser)
    gets = [f"/jobs/{job_id}", f"/jobs/{job_id}/progress", f"/jobs/{job_id}/result"]
    posts = [f"/jobs/{job_id}/cancel", f"/jobs/{job_id}/retry"]
    assert [other.get(path).status_code for path in gets] == [404, 404, 404]
    assert [other.post(path).status_code for path in posts] == [404, 404]


def test_whoever_runs_the_system_sees_every_job_and_no_result(app: Flask) -> None:
    job_id = ask(app)
    run_pending(app)
    administrator = browser(app, cast.administrator)
    shown = administrator.get(f"/jobs/{job_id}/progress")
    assert (shown.status_code, "下载" in shown.text) == (200, False)
    assert administrator.get(f"/jobs/{job_id}/result").status_code == 404


def test_a_job_that_is_over_cannot_be_cancelled(app: Flask) -> None:
    job_id = ask(app)
    run_pending(app)
    assert browser(app, cast.office).post(f"/jobs/{job_id}/cancel").status_code == 422
