"""The journal: many candidates in one transaction, and no false OK when storage fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from lms.exams.attempts import queries
from lms.exams.attempts.journal.group import journal_of
from lms.exams.attempts.journal.writer import Unkept, Work, Writer
from lms.exams.attempts.models import Attempt, Step
from lms.ground import db
from tests.lms.exams.attempts.hall import seat, seat_newcomer


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that reaches the database, but for BEGIN; of all threads."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(" ".join(statement.split())[:60])

    with app.app_context():
        engine = db.database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def commits(app: Flask) -> Iterator[Counter[str]]:
    """How many transactions were committed."""
    seen: Counter[str] = Counter()

    def note(_connection: object) -> None:
        seen["commit"] += 1

    with app.app_context():
        engine = db.database().engine
    event.listen(engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", note)


def test_a_start_takes_two_statements_a_save_one_and_a_submit_three(app: Flask) -> None:
    seat(app).open()
    with app.app_context():
        paper = db.session.scalars(select(Attempt.variant_id)).one()
    one = seat_newcomer(app, variant_id=paper)
    with statements(app) as start:
        one.open()
    with statements(app) as save:
        one.save(n1="A", n2="B")
    with statements(app) as again:
        one.send([{"seq": 1, "number": 1, "value": "A"}])
    assert len(again) == 2
    with statements(app) as status:
        one.post("status")
    with statements(app) as submit:
        assert one.submit({1: "A", 2: "B"}).status_code == 200
    assert (len(start), len(save), len(status), len(submit)) == (2, 1, 2, 3)


def test_many_candidates_share_their_commits(app: Flask) -> None:
    seats = [seat_newcomer(app) for _ in range(16)]
    for one in seats:
        one.open()
    told: list[int] = []
    with commits(app) as seen, ThreadPoolExecutor(16) as pool:
        for _ in range(10):
            told += pool.map(lambda one: one.save(n1="A", n2="B").status_code, seats)
    assert Counter(told) == {200: 160}
    assert seen["commit"] < 160
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Step)) == 320


def test_a_full_queue_refuses_at_once_and_keeps_its_word_to_those_inside(app: Flask) -> None:
    written: list[object] = []
    busy, gate = threading.Event(), threading.Event()

    def slowly(_connection: Connection, works: Sequence[Work]) -> None:
        busy.set()
        gate.wait(5)
        written.extend(work.task for work in works)

    with app.app_context():
        writer = Writer(db.database().engine, slowly, capacity=2)
    inside = [writer.put("first")]
    busy.wait(5)
    inside += [writer.put("second"), writer.put("third")]
    with pytest.raises(Unkept):
        writer.put("one too many")
    gate.set()
    writer.stop()
    assert [work.is_settled for work in inside] == [True] * 3
    assert written == ["first", "second", "third"]


def test_while_few_wait_others_are_waited_for_and_written_with_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.exams.attempts.journal.writer.MOMENT", 0.5)
    groups: list[int] = []
    with app.app_context():
        writer = Writer(db.database().engine, lambda _, works: groups.append(len(works)))
    works = [writer.put(number) for number in range(5)]
    writer.stop()
    assert [work.is_settled for work in works] == [True] * 5
    assert groups == [5]


def test_one_bad_piece_of_work_fails_alone(app: Flask) -> None:
    gate = threading.Event()

    def write(connection: Connection, works: Sequence[Work]) -> None:
        for work in works:
            if work.task == "wait":
                gate.wait(5)
            elif work.task == "bad":
                raise ZeroDivisionError
            else:
                work.outcome = connection.scalar(select(1))

    with app.app_context():
        writer = Writer(db.database().engine, write)
    works = [writer.put(task) for task in ("wait", "good", "bad", "good")]
    gate.set()
    writer.stop()
    assert [(work.outcome, type(work.error)) for work in works[1:]] == [
        (1, type(None)),
        (None, ZeroDivisionError),
        (1, type(None)),
    ]


def test_storage_that_fails_acknowledges_nothing_and_the_journal_recovers(app: Flask) -> None:
    one = seat(app)
    one.open()
    status = break_storage(app)
    essay = [one.operation(1, "长" * 20_000)]
    threading.Event().wait(0.2)
    refused = one.send(essay)
    assert (refused.status_code, refused.headers["Retry-After"]) == (status, "2")
    with app.app_context():
        assert queries.responses([one.attempt_id]) == {one.attempt_id: {}}
    assert one.send(essay).get_json()["acknowledged"] == [1]


def test_nobody_is_told_anything_before_the_commit_nor_where_it_fails(app: Flask) -> None:
    told: list[list[bool]] = []
    works: list[Work] = []

    def write(_connection: Connection, group: Sequence[Work]) -> None:
        works.extend(group)

    def commit(_connection: object) -> None:
        if len(works) == len(told):
            return  # a new connection has been prepared
        told.append([work.is_settled for work in works])
        if len(told) == 2:
            raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    with app.app_context():
        engine = db.database().engine
    writer = Writer(engine, write)
    event.listen(engine, "commit", commit)
    try:
        for task in ("kept", "not kept", "kept again"):
            writer.put(task)
            writer.stop()
    finally:
        event.remove(engine, "commit", commit)
    assert told == [[False], [True, False], [True, True, False]]
    assert [type(work.error) for work in works] == [type(None), Unkept, type(None)]


def test_disposing_of_the_engine_lets_the_journal_go_and_it_comes_back(app: Flask) -> None:
    one = seat(app)
    one.open()
    with app.app_context():
        db.database().engine.dispose()
    assert one.save(n1="A").status_code == 200


def break_storage(app: Flask) -> int:
    """Let the journal's next group find a full disk, or its connection gone; the status told."""
    connection = journal_of(app).writer._connection
    assert connection is not None
    if connection.dialect.name == "sqlite":
        with connection.begin():
            connection.exec_driver_sql("PRAGMA max_page_count = 1").scalar()
        return 507
    with connection.begin():
        # Its own connection ends when this transaction is done, and the next finds nobody there.
        connection.exec_driver_sql("SET idle_session_timeout = 1")
    return 503
