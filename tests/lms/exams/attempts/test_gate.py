"""The short way in: what the house would say, and only for whom the house let in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, Response

from lms.exams.attempts.api import passes
from lms.exams.attempts.rules.digests import digest_of
from lms.ground.clock import monotonic
from tests import cast
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat, seat_newcomer


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The paths that the house itself was asked for."""
    paths: list[str] = []

    def note(response: Response) -> Response:
        paths.append(f"{response.status_code}")
        return response

    app.after_request_funcs.setdefault(None, []).append(note)
    try:
        yield paths
    finally:
        app.after_request_funcs[None].remove(note)


@contextmanager
def without_gate(app: Flask) -> Iterator[None]:
    """Everything goes to the house."""
    gate = app.wsgi_app
    app.wsgi_app = gate._house  # type: ignore[attr-defined, method-assign]
    try:
        yield
    finally:
        app.wsgi_app = gate  # type: ignore[method-assign]


def story(one: Seat) -> list[tuple[int, Any, dict[str, str]]]:
    """All that a page can say, in order and out of it; what was answered, but for the times."""
    ahead = [{"seq": 1, "number": 1, "value": "A"}]
    replies = [
        one.post("status"),
        one.post("save", lease=1, operations=ahead),
        one.post("open"),
        one.post("save", lease=1, operations=ahead),
        one.post("save", lease=1, operations=[{"seq": 1, "number": 2, "value": "A"}]),
        one.post("save", lease=2, operations=ahead),
        one.post("save", lease=1, operations=[{"seq": 2, "number": 99, "value": "A"}]),
        one.post("save", lease=1),
        one.post("submit", lease=1),
        one.post("submit", lease=7, digest=""),
        one.post("submit", lease=1, digest=""),
        one.post("open"),
        one.post("save", lease=1, operations=[{"seq": 3, "number": 3, "value": "C"}]),
        one.post("status"),
        one.post("submit", lease=2, digest=digest_of({1: "A"})),
        one.post("submit", lease=2, digest=digest_of({1: "A"})),
        one.post("save", lease=2, operations=[{"seq": 4, "number": 3, "value": "C"}]),
        one.post("open"),
    ]
    own = {"time", "deadline", "opens_at", "submitted_at", "receipt", "seed", "orders", "error_id"}
    own |= {"content", "content_hash", "file_key"}
    names = ("Content-Type", "Cache-Control", "X-Content-Type-Options")
    return [
        (
            reply.status_code,
            {name: told for name, told in reply.get_json().items() if name not in own},
            {name: reply.headers[name] for name in names},
        )
        for reply in replies
    ]


def test_the_gate_answers_what_the_house_answers(app: Flask) -> None:
    by_gate = story(seat_newcomer(app))
    with without_gate(app):
        by_house = story(seat_newcomer(app))
    assert by_gate == by_house
    assert {status for status, *_ in by_gate} == {200, 409, 422}


def test_whoever_is_known_is_not_asked_for_by_the_house_again(app: Flask) -> None:
    one = seat(app)
    one.post("status")  # gives the browser a new cookie, which is known as well
    with asked(app) as paths:
        one.open()
        assert one.save(n1="A").status_code == 200
        assert one.post("status").status_code == 200
        assert one.submit({1: "A"}).status_code == 200
    assert paths == []


def test_other_headers_are_shown_to_the_house(app: Flask) -> None:
    one = seat(app)
    one.open()
    address = f"/attempts/{one.attempt_id}/status"
    for headers in ({"X-CSRFToken": "another"}, {"Referer": "https://elsewhere.example/"}):
        with asked(app) as paths:
            one.client.post(address, json={}, headers=headers)
        assert paths == ["200"]


def test_a_token_that_the_house_refuses_opens_no_gate(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seat(app)
    one.open()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    forged = {"X-CSRFToken": "forged", "Accept": "application/json"}
    address = f"/attempts/{one.attempt_id}/save"
    body = {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "A"}]}
    for _ in range(2):
        assert one.client.post(address, json=body, headers=forged).status_code == 400


def test_a_pass_does_not_hold_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    one = seat(app)
    one.open()
    one.post("status")
    monkeypatch.setattr(passes, "monotonic", lambda: monotonic() + passes.HOLDS)
    with asked(app) as paths:
        one.post("status")
    assert paths == ["200"]


def test_passes_that_were_given_together_do_not_end_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = passes.Passes()
    browsers = [{"HTTP_COOKIE": str(number)} for number in range(200)]
    for browser in browsers:
        known.give(browser, passes.Login(1, 1))

    def holding(after: float) -> int:
        monkeypatch.setattr(passes, "monotonic", lambda: monotonic() + after)
        return sum(known.find(browser) is not None for browser in browsers)

    assert holding(passes.HOLDS / 2 - 5) == 200
    assert 50 < holding(passes.HOLDS * 3 / 4) < 150
    assert holding(passes.HOLDS) == 0


RENEWALS = [
    ("fengxue=old", "new", "fengxue=new", True),
    ("a=1; fengxue=old; b=2", "new", "a=1; fengxue=new; b=2", True),
    ("fengxue=old", "", "fengxue=", False),  # taken away: nobody is let in for having none
    ("fengxue=old; fengxue=older", "new", "fengxue=new; fengxue=older", False),
    ("other=old", "new", "fengxue=new", False),
]


@pytest.mark.parametrize(("cookies", "value", "then", "is_known"), RENEWALS)
def test_a_renewed_cookie_is_known_if_it_is_plainly_the_same_browser(
    cookies: str, value: str, then: str, is_known: bool
) -> None:
    known = passes.Passes()
    known.give({"HTTP_COOKIE": cookies}, passes.Login(1, 1))
    known.renew({"HTTP_COOKIE": cookies}, "fengxue", value)
    assert (known.find({"HTTP_COOKIE": then}) is not None) == is_known


def test_a_cookie_given_to_somebody_unknown_opens_no_gate() -> None:
    known = passes.Passes()
    known.renew({"HTTP_COOKIE": "fengxue=old"}, "fengxue", "new")
    assert known.find({"HTTP_COOKIE": "fengxue=new"}) is None


def test_passes_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "MOST", 2)
    known = passes.Passes()
    browsers = [{"HTTP_COOKIE": str(number)} for number in range(3)]
    for browser in browsers:
        known.give(browser, passes.Login(1, 1))
    found = [known.find(browser) for browser in browsers]
    assert found == [None, passes.Login(1, 1), passes.Login(1, 1)]


def test_a_pass_is_good_for_ones_own_sheet_alone(app: Flask) -> None:
    one, other = seat(app), seat(app, cast.other_learner)
    one.open()
    other.open()
    stranger = Seat(other.client, one.attempt_id, lease=1)
    assert [stranger.save(n1="A").status_code, stranger.post("status").status_code] == [404, 404]


def test_a_takeover_is_told_at_the_gate(app: Flask) -> None:
    old = seat(app)
    old.open()
    old.post("status")
    at_another_device(app, old).open()
    with asked(app) as paths:
        assert old.save(n1="A").get_json()["set_aside"] == {"1": "stale_lease"}
    assert paths == []


def test_the_paper_comes_compressed_to_whoever_takes_it_so(app: Flask) -> None:
    one = seat(app)
    one.post("status")
    address = f"/attempts/{one.attempt_id}/open"
    plain = one.client.post(address, json={}).get_json()
    zipped = one.client.post(address, json={}, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    told = unzipped(zipped.get_data())
    assert told["content"] == plain["content"]
    assert (told["lease"], told["orders"]) == (plain["lease"] + 1, plain["orders"])


def unzipped(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))
