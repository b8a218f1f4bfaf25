"""Background jobs: asked for, run once, reported, cancelled, repeated, taken over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lms.ground import clock
from lms.ground.db import session, transaction
from lms.ground.errors import Missing, Refused
from lms.ground.jobs import actions, queries
from lms.ground.jobs.claims import Claim, Outcome, find_waiting, report, settle, take
from lms.ground.jobs.handlers import check_call, handles, title_of
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import MOST_TRIES, STALE, JobState, percent
from lms.ground.jobs.work import Work
from lms.ground.jobs.worker import run_one, run_pending
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import path
from lms.ground.uploads.models import Upload

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SEEN: list[object] = []


@handles("test.report", title="生成报告")
def make_report(work: Work, text: str) -> Upload:
    work.advance(1, 2, "正在排版")
    with work.writing():
        return store(text.encode(), name="报告.txt", owner_id=work.owner_id, at=NOON)


@handles("test.refuse", title="被拒绝的任务")
def refuse(work: Work) -> None:
    raise Refused("班次还没有结业。")


@handles("test.crash", title="出错的任务")
def crash(work: Work) -> None:
    with work.writing():
        store(b"half", name="半个.txt", owner_id=1, at=NOON)
        raise ZeroDivisionError("a bug")


@handles("test.steps", title="分步的任务")
def steps(work: Work, count: int) -> None:
    for step in range(work.saved.get("done", 0), count):
        with work.writing():
            store(f"step {step}".encode(), name="步.txt", owner_id=1, at=NOON)
            work.save({"done": step + 1})
        work.advance(step + 1, count, f"第{step + 1}步")


@handles("test.call", title="照做的任务")
def call(work: Work) -> None:
    todo = SEEN.pop()
    assert callable(todo)
    todo(work)


@pytest.fixture(autouse=True)
def nothing_seen() -> Iterator[None]:
    SEEN.clear()
    yield
    SEEN.clear()


def ask(app: Flask, kind: str = "test.report", **arguments: object) -> int:
    if kind == "test.report":
        arguments = {"text": "甲", **arguments}
    with app.app_context(), transaction():
        return actions.enqueue(kind, owner_id=7, at=NOON, **arguments).id


def read(app: Flask, job_id: int) -> Job:
    with app.app_context():
        return queries.get_job(job_id, viewer_id=7, sees_all=False)


def run_with(app: Flask, todo: object) -> Job:
    """Run one job that does what `todo(work)` does."""
    job_id = ask(app, "test.call")
    SEEN.append(todo)
    run_pending(app)
    return read(app, job_id)


def uploads(app: Flask) -> list[str]:
    with app.app_context():
        return [
            path(upload).read_text()
            for upload in session.scalars(select(Upload).order_by(Upload.id))
        ]


def test_a_job_is_run_and_leaves_its_result(app: Flask) -> None:
    job_id = ask(app, text="甲乙")
    assert read(app, job_id).state is JobState.QUEUED
    run_pending(app)
    job = read(app, job_id)
    assert (job.state, job.percent, job.error_id, job.tries) == (JobState.DONE, 100, None, 1)
    assert job.result is not None
    assert (job.result.name, job.result.owner_id, uploads(app)) == ("报告.txt", 7, ["甲乙"])


def test_a_request_that_fails_leaves_no_job(app: Flask) -> None:
    with pytest.raises(Refused), app.app_context(), transaction():
        actions.enqueue("test.report", owner_id=7, at=NOON, text="甲")
        raise Refused("不行。")
    with app.app_context():
        assert find_waiting(NOON) is None


def test_what_no_handler_takes_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(KeyError):
        check_call("test.unknown", {})
    with pytest.raises(TypeError):
        check_call("test.report", {"txt": "甲"})
    with pytest.raises(TypeError):
        check_call("test.report", {"text": NOON})


def test_a_kind_is_handled_once() -> None:
    with pytest.raises(ValueError, match=r"test\.report is registered twice"):
        handles("test.report", title="又一个")(make_report)


def test_a_kind_without_a_handler_is_shown_by_its_code() -> None:
    assert (title_of("test.report"), title_of("gone.kind")) == ("生成报告", "gone.kind")


def test_jobs_run_in_the_order_in_which_they_were_asked_for(app: Flask) -> None:
    for text in "甲乙丙":
        ask(app, text=text)
    run_pending(app)
    assert uploads(app) == ["甲", "乙", "丙"]


def test_a_refusal_is_the_message_of_the_job(app: Flask) -> None:
    job_id = ask(app, "test.refuse")
    run_pending(app)
    job = read(app, job_id)
    assert (job.state, job.message, job.error_id) == (JobState.FAILED, "班次还没有结业。", None)


def test_a_bug_is_logged_under_the_id_that_the_user_sees_and_writes_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask(app, "test.crash")
    with caplog.at_level(logging.ERROR):
        run_pending(app)
    job = read(app, job_id)
    assert (job.state, uploads(app)) == (JobState.FAILED, [])
    assert job.message == f"处理时系统出错了，没有完成。请把错误编号 {job.error_id} 告诉管理员。"
    assert [record.message for record in caplog.records] == [
        f"error {job.error_id} in job {job_id} (test.crash)"
    ]
    assert "ZeroDivisionError: a bug" in caplog.text


def test_a_job_whose_handler_is_gone_fails_with_a_sentence(app: Flask) -> None:
    with app.app_context(), transaction():
        job = Job(kind="gone.kind", arguments={}, owner_id=7, created_at=NOON)
        session.add(job)
        session.flush()
        job_id = job.id
    run_pending(app)
    assert read(app, job_id).message == "这个版本的系统不能处理这种任务，请联系管理员。"


def test_progress_is_visible_while_the_task_runs(app: Flask) -> None:
    shown: list[tuple[JobState, int, int, str]] = []

    def look(work: Work) -> None:
        work.advance(1, 4, "第一份")
        job = read(app, work.job_id)
        shown.append((job.state, job.percent, job.progress, job.message))

    run_with(app, look)
    assert shown == [(JobState.RUNNING, 25, 1, "第一份")]


def test_a_task_that_reads_and_computes_holds_up_no_writer(app: Flask) -> None:
    def read_on(work: Work) -> None:
        session.scalars(select(Job)).all()
        with app.app_context(), transaction():  # another writer, while the task is at it
            actions.enqueue("test.report", owner_id=8, at=NOON, text="乙")

    assert run_with(app, read_on).state is JobState.DONE
    assert uploads(app) == ["乙"]


def test_rows_stay_loaded_from_one_step_to_the_next(app: Flask) -> None:
    def loop(work: Work) -> None:
        job = session.scalars(select(Job)).one()
        work.advance(1, 2)
        with work.writing():
            store(b"x", name="x.txt", owner_id=1, at=NOON)
        kinds.append(("kind" in job.__dict__, job.kind))

    kinds: list[tuple[bool, str]] = []
    run_with(app, loop)
    assert kinds == [(True, "test.call")]


@pytest.mark.parametrize("way", ["flush", "statement"])
def test_a_write_outside_of_writing_is_a_bug(app: Flask, way: str) -> None:
    caught: list[str] = []

    def write(_work: Work) -> None:
        values = {"kind": "x", "arguments": {}, "owner_id": 1, "created_at": NOON}
        try:
            if way == "flush":
                session.add(Job(**values))
                session.flush()
            else:
                session.execute(insert(Job).values(**values))
        except RuntimeError as error:
            caught.append(str(error))
            session.rollback()

    run_with(app, write)
    assert caught == ["a task writes inside `with work.writing():`"]


def test_reporting_inside_of_writing_is_a_bug_and_not_a_deadlock(app: Flask) -> None:
    caught: list[str] = []

    def report_inside(work: Work) -> None:
        with work.writing():
            for wrong in (lambda: work.advance(1, 2), lambda: work.writing().__enter__()):
                try:
                    wrong()
                except RuntimeError as error:
                    caught.append(str(error))

    run_with(app, report_inside)
    assert caught == [
        "advance() inside writing() would wait for itself",
        "writing() does not nest",
    ]


def test_a_waiting_job_is_cancelled_at_once(app: Flask) -> None:
    job_id = ask(app)
    with app.app_context(), transaction():
        job = queries.get_job(job_id, viewer_id=7, sees_all=False)
        actions.cancel(job, at=NOON)
        assert (job.state, job.finished_at) == (JobState.CANCELLED, NOON)
    run_pending(app)
    assert uploads(app) == []


def test_a_running_job_stops_at_its_next_step(app: Flask) -> None:
    reached: list[str] = []

    def be_cancelled(work: Work) -> None:
        with app.app_context(), transaction():
            actions.cancel(queries.get_job(work.job_id, viewer_id=7, sees_all=False), at=NOON)
        reached.append("before")
        work.advance(1, 2)
        reached.append("after")

    assert (run_with(app, be_cancelled).state, reached) == (JobState.CANCELLED, ["before"])


def test_a_job_that_is_over_is_not_cancelled(app: Flask) -> None:
    job_id = ask(app)
    run_pending(app)
    with app.app_context(), pytest.raises(Refused, match="这项任务已经结束，不能再取消。"):
        actions.cancel(queries.get_job(job_id, viewer_id=7, sees_all=False), at=NOON)


def test_a_failed_job_is_repeated_from_its_beginning(app: Flask) -> None:
    def fail(work: Work) -> None:
        work.save({"done": 3})
        raise Refused("缺成绩。")

    saved: list[object] = []
    job = run_with(app, fail)
    with app.app_context(), transaction():
        again = queries.get_job(job.id, viewer_id=7, sees_all=False)
        actions.retry(again)
        assert (again.state, again.message, again.finished_at) == (JobState.QUEUED, "", None)
    SEEN.append(lambda work: saved.append(work.saved))
    run_pending(app)
    assert (read(app, job.id).state, saved) == (JobState.DONE, [{}])


def test_only_what_failed_or_was_cancelled_is_repeated(app: Flask) -> None:
    job_id = ask(app)
    with app.app_context(), pytest.raises(Refused, match="还没有结束，不需要重试"):
        actions.retry(queries.get_job(job_id, viewer_id=7, sees_all=False))
    run_pending(app)
    with app.app_context(), pytest.raises(Refused, match="已经完成，不需要重试"):
        actions.retry(queries.get_job(job_id, viewer_id=7, sees_all=False))


def claim(app: Flask, job_id: int, at: datetime = NOON) -> Claim | None:
    with app.app_context(), transaction():
        return take(job_id, at)


def test_of_many_workers_exactly_one_takes_a_job(app: Flask) -> None:
    job_id = ask(app)
    start, taken = Event(), []

    def try_it() -> None:
        start.wait()
        taken.append(claim(app, job_id))

    threads = [Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join()
    assert sorted(found is not None for found in taken) == [False] * 5 + [True]


def test_a_silent_workers_job_is_taken_over_after_a_minute_and_not_before(app: Flask) -> None:
    job_id = ask(app)
    first = claim(app, job_id)
    assert first is not None
    with app.app_context():
        assert find_waiting(NOON + STALE) is None
        assert find_waiting(NOON + STALE + timedelta(seconds=1)) == job_id
    assert claim(app, job_id, NOON + STALE) is None
    second = claim(app, job_id, NOON + STALE + timedelta(seconds=1))
    assert second is not None and (first.tries, second.tries) == (1, 2)


def test_what_an_overtaken_worker_writes_finds_no_row(app: Flask) -> None:
    job_id = ask(app)
    first = claim(app, job_id)
    second = claim(app, job_id, NOON + STALE * 2)
    assert first is not None and second is not None
    with app.app_context(), transaction():
        assert report(job_id, first.tries, progress=1, total=2) is None
        settle(first, Outcome(JobState.DONE), NOON)
        assert report(job_id, second.tries, progress=1, total=9) is False
    job = read(app, job_id)
    assert (job.state, job.progress, job.total) == (JobState.RUNNING, 1, 9)


def test_an_overtaken_task_ends_at_its_next_step(app: Flask) -> None:
    reached: list[str] = []

    def be_overtaken(work: Work) -> None:
        claim(app, work.job_id, clock.now() + STALE * 2)
        work.advance(1, 2)
        reached.append("after")

    assert (run_with(app, be_overtaken).state, reached) == (JobState.RUNNING, [])


def test_a_takeover_goes_on_from_what_was_saved(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask(app, "test.steps", count=5)
    first = claim(app, job_id)
    assert first is not None
    with app.app_context(), transaction():
        report(job_id, first.tries, checkpoint={"done": 3})
    later = NOON + STALE * 2
    monkeypatch.setattr(clock, "now", lambda: later)
    run_pending(app)
    job = read(app, job_id)
    assert (job.state, job.tries, job.progress) == (JobState.DONE, 2, 5)
    assert uploads(app) == ["step 3", "step 4"]


def test_a_job_that_ended_three_workers_is_given_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask(app)
    for number in range(MOST_TRIES):
        assert claim(app, job_id, NOON + STALE * 2 * number) is not None
    monkeypatch.setattr(clock, "now", lambda: NOON + STALE * 20)
    run_pending(app)
    job = read(app, job_id)
    assert (job.state, uploads(app)) == (JobState.FAILED, [])
    assert job.message == "处理程序连续 3 次中途停止，已不再尝试，请联系管理员。"


def test_a_worker_told_to_stop_gives_its_job_back_with_its_place(app: Flask) -> None:
    stopping = Event()
    job_id = ask(app, "test.call")

    def go_on(work: Work) -> None:
        work.save({"done": 2})
        stopping.set()
        work.advance(2, 5, "第2步")

    SEEN.append(go_on)
    run_one(app, stopping)
    job = read(app, job_id)
    assert (job.state, job.tries, job.checkpoint, job.progress) == (
        JobState.QUEUED, 0, {"done": 2}, 2,
    )  # fmt: skip


def test_saving_inside_of_writing_is_kept_with_it_or_not_at_all(app: Flask) -> None:
    def fail_late(work: Work) -> None:
        with work.writing():
            store(b"x", name="x.txt", owner_id=1, at=NOON)
            work.save({"done": 1})
            raise Refused("到此为止。")

    job = run_with(app, fail_late)
    assert (job.checkpoint, uploads(app)) == (None, [])


def test_a_heartbeat_goes_on_while_one_step_takes_long(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[datetime | None] = []
    monkeypatch.setattr("lms.ground.jobs.worker.HEARTBEAT", timedelta(milliseconds=20))

    def take_long(work: Work) -> None:
        first = read(app, work.job_id).heartbeat_at
        patience = Event()
        for _ in range(3000):
            if read(app, work.job_id).heartbeat_at != first:
                break
            patience.wait(0.02)
        beats.extend([first, read(app, work.job_id).heartbeat_at])

    run_with(app, take_long)
    assert beats[0] is not None and beats[1] is not None and beats[1] > beats[0]


def test_a_job_is_its_owners_and_for_whoever_runs_the_system(app: Flask) -> None:
    job_id = ask(app)
    run_pending(app)
    with app.app_context():
        assert queries.get_job(job_id, viewer_id=8, sees_all=True).id == job_id
        with pytest.raises(Missing):
            queries.get_job(job_id, viewer_id=8, sees_all=False)
        assert queries.jobs(viewer_id=8, sees_all=False, page=None).total == 0
        assert queries.jobs(viewer_id=7, sees_all=False, page=None).total == 1
        assert queries.get_result(job_id, owner_id=7).name == "报告.txt"
        with pytest.raises(Missing):
            queries.get_result(job_id, owner_id=8)


def test_percent_is_rounded_down() -> None:
    assert [percent(*pair) for pair in ((0, 0), (1, 3), (999, 1000), (3, 3))] == [0, 33, 99, 100]
