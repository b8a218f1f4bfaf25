"""Saving answers: what is acknowledged is kept, counted once, under the lease and in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.attempts import queries
from lms.exams.attempts.api import replies
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.digests import slot_digests
from lms.exams.attempts.rules.states import Standing, SubmittedBy
from lms.ground import db
from lms.ground.clock import now
from tests import cast
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat


def answers(app: Flask, seat: Seat) -> dict[int, Any]:
    with app.app_context():
        return queries.responses([seat.attempt_id])[seat.attempt_id]


def standings(app: Flask, seat: Seat) -> list[tuple[int, int, str]]:
    """(lease, seq, standing) of every step, in order."""
    with app.app_context():
        steps = select(Step).where(Step.attempt_id == seat.attempt_id)
        rows = db.session.scalars(steps.order_by(Step.lease, Step.seq))
        return [(step.lease, step.seq, step.standing.value) for step in rows]


def move_deadline(app: Flask, seat: Seat, *, seconds_from_now: float) -> None:
    """Put the deadline where the test wants it, the grace of ten seconds after it."""
    with app.app_context(), db.transaction():
        attempt = db.session.get_one(Attempt, seat.attempt_id)
        attempt.deadline = now() + timedelta(seconds=seconds_from_now)
        attempt.accepts_until = attempt.deadline + timedelta(seconds=10)


def test_an_acknowledged_answer_is_kept(app: Flask) -> None:
    one = seat(app)
    one.open()
    response = one.save(n1="A", n2="B")
    assert (response.status_code, response.get_json()["acknowledged"]) == (200, [1, 2])
    assert answers(app, one) == {1: "A", 2: "B"}


def test_the_last_operation_wins_in_whatever_order_they_arrive(app: Flask) -> None:
    one = seat(app)
    one.open()
    first, second, third = (one.operation(1, value) for value in "ABC")
    for batch in ([third], [first, second], [third, first]):
        assert one.send(batch).status_code == 200
    assert answers(app, one) == {1: "C"}
    assert len(standings(app, one)) == 3


def test_clearing_is_a_change_like_any_other(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A", n2="B", n3=["A", "C"])
    one.save(n1=None, n2="", n3=[])
    assert answers(app, one) == {}


def test_the_same_batch_again_is_acknowledged_again_and_counts_once(app: Flask) -> None:
    one = seat(app)
    one.open()
    batch = [one.operation(1, "A"), one.operation(2, "B")]
    told = [one.send(batch).get_json()["acknowledged"] for _ in range(3)]
    assert told == [[1, 2]] * 3
    assert standings(app, one) == [(1, 1, "counts"), (1, 2, "counts")]


def test_a_seq_used_for_something_else_is_never_acknowledged(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.send([{"seq": 1, "number": 1, "value": "A"}])
    again = one.send([{"seq": 1, "number": 1, "value": "B"}, {"seq": 2, "number": 2, "value": "C"}])
    assert again.status_code == 422
    assert again.get_json()["acknowledged"] == [2]
    assert again.get_json()["errors"] == [replies.NOT_KEPT]
    assert answers(app, one) == {1: "A", 2: "C"}


def test_every_shape_of_answer_comes_back_as_it_was_sent(app: Flask) -> None:
    given = {1: '“越语”Xin chào, đồng chí \U00020bb7\n\t\\"', 2: ["甲", "", "丙"]}
    one = seat(app)
    one.open()
    one.save(n1=given[1], n2=given[2], n3={"1": "A", "2": ["B", "C"], "3": {"1": "D"}})
    assert answers(app, one) == {**given, 3: {"1": "A", "2": ["B", "C"], "3": {"1": "D"}}}


def test_a_takeover_fences_the_old_page_off_and_keeps_what_it_sends(app: Flask) -> None:
    old = seat(app)
    old.open()
    old.save(n1="A")
    new = at_another_device(app, old)
    assert new.open()["answers"] == {"1": "A"}
    refused = old.save(n1="B")
    assert refused.status_code == 409
    assert refused.get_json()["set_aside"] == {"2": "stale_lease"}
    assert "另一个窗口" in refused.get_json()["errors"][0]
    new.save(n2="C")
    assert answers(app, old) == {1: "A", 2: "C"}
    assert standings(app, old) == [(1, 1, "counts"), (1, 2, "stale_lease"), (2, 1, "counts")]


def test_an_answer_of_the_new_lease_outranks_a_higher_seq_of_the_old(app: Flask) -> None:
    old = seat(app)
    old.open()
    for value in "ABCD":
        old.save(n1=value)
    new = at_another_device(app, old)
    new.open()
    new.save(n1="B")
    assert answers(app, old) == {1: "B"}


def test_within_the_grace_an_answer_counts_and_is_marked_late(app: Flask) -> None:
    one = seat(app)
    one.open()
    move_deadline(app, one, seconds_from_now=-3)
    response = one.save(n1="A")
    assert (response.status_code, response.get_json()["late"]) == (200, True)
    assert answers(app, one) == {1: "A"}
    with app.app_context():
        assert queries.progress([one.attempt_id])[one.attempt_id].late == 1


def test_after_the_grace_an_answer_goes_to_the_ledger_and_is_told_so(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    move_deadline(app, one, seconds_from_now=-11)
    response = one.save(n1="B")
    assert response.status_code == 409
    assert response.get_json()["set_aside"] == {"2": "late"}
    assert response.get_json()["errors"] == [replies.LATE]
    assert answers(app, one) == {1: "A"}
    assert standings(app, one)[-1] == (1, 2, Standing.LATE)


def test_after_handing_in_an_answer_goes_to_the_ledger(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    one.submit({1: "A"})
    assert one.save(n1="B").get_json()["set_aside"] == {"2": "late"}
    assert answers(app, one) == {1: "A"}


def test_handing_in_gives_a_receipt_once_and_the_same_again(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A", n2="C")
    first, second = (one.submit({1: "A", 2: "C"}) for _ in range(2))
    assert first.status_code == 200
    assert first.get_json() == second.get_json()
    assert first.get_json()["answered"] == 2
    assert first.get_json()["submitted_by"] == SubmittedBy.CANDIDATE


def test_a_different_digest_is_answered_with_what_the_server_has(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    refused = one.submit({1: "A", 2: "B"})
    assert refused.status_code == 409
    assert refused.get_json()["slots"] == {str(k): v for k, v in slot_digests({1: "A"}).items()}
    one.save(n2="B")
    assert one.submit({1: "A", 2: "B"}).status_code == 200


def test_the_old_page_cannot_hand_in(app: Flask) -> None:
    old = seat(app)
    old.open()
    at_another_device(app, old).open()
    refused = old.submit({})
    assert (refused.status_code, "另一个窗口" in refused.get_json()["errors"][0]) == (409, True)


def test_past_the_grace_the_kept_answers_are_collected_whatever_the_browser_has(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    move_deadline(app, one, seconds_from_now=-11)
    receipt = one.submit({1: "A", 2: "never arrived"})
    assert receipt.status_code == 200
    assert receipt.get_json()["submitted_by"] == SubmittedBy.TIME
    assert receipt.get_json()["answered"] == 1


def test_the_status_is_a_sign_of_life_and_tells_the_lease_and_the_deadline(app: Flask) -> None:
    one = seat(app)
    waiting = one.post("status").get_json()
    assert (waiting["state"], waiting["lease"], waiting["deadline"]) == ("open", 0, None)
    deadline = one.open()["deadline"]
    one.save(n1="A", n2="B")
    running = one.post("status").get_json()
    assert running["state"] == "running"
    assert (running["lease"], running["acknowledged"], running["deadline"]) == (1, 2, deadline)
    with app.app_context():
        attempt = db.session.get_one(Attempt, one.attempt_id)
        assert attempt.last_seen_at is not None
        assert now() - attempt.last_seen_at < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("opens_in", "columns", "sentence"),
    [
        (timedelta(minutes=1), {}, "考试还没有开始，请在候考页面等候。"),
        (timedelta(hours=-3), {}, "考试时间已到，不能再作答。"),
        (timedelta(0), {"submitted_at": now()}, "这份答卷已经交了，不能再作答。"),
    ],
)
def test_a_sheet_opens_only_in_its_time(
    app: Flask, opens_in: timedelta, columns: dict[str, Any], sentence: str
) -> None:
    opens_at = now() + opens_in
    one = seat(app, opens_at=opens_at, closes_at=opens_at + timedelta(hours=2), **columns)
    refused = one.post("open")
    assert (refused.status_code, refused.get_json()["errors"]) == (409, [sentence])


def test_opening_begins_the_time_once(app: Flask) -> None:
    one = seat(app)
    first = one.open()
    again = one.open()
    assert (again["lease"], again["previous_lease"]) == (2, 1)
    assert again["deadline"] == first["deadline"]


def test_nothing_is_saved_before_the_start(app: Flask) -> None:
    one = seat(app)
    refused = one.send([one.operation(1, "A")], lease=1)
    assert (refused.status_code, refused.get_json()["acknowledged"]) == (422, [])
    assert standings(app, one) == []


def test_two_candidates_keep_their_answers_apart(app: Flask) -> None:
    one, other = seat(app), seat(app, cast.other_learner)
    one.open()
    other.open()
    one.save(n1="A")
    other.save(n1="B")
    assert (answers(app, one), answers(app, other)) == ({1: "A"}, {1: "B"})
