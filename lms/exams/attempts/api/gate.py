"""A short way in for exam pages that the house knows: the same answers without its ceremony.

Whatever is not plainly in order (a new log-in, a strange body, a refusal of any kind) is put
to the house as if the gate were not there; operations may be sent any number of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.exceptions import BadRequest

from lms.exams.attempts.api.passes import Passes
from lms.exams.attempts.api.replies import Answer, Question, Reply, Shut
from lms.exams.attempts.journal.group import journal_of
from lms.exams.attempts.journal.writer import Unkept
from lms.exams.attempts.rules.doors import caller_of
from lms.ground.errors import Conflict, Missing, Refused

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
House = Callable[[Environ, StartResponse], Iterable[bytes]]

# A longer number is the house's to refuse: in a statement it would fail the whole group.
_PATH = re.compile(r"/attempts/([1-9]\d{0,8})/([a-z]+)", re.ASCII)
UNKEPT = "attempts.unkept"
_STATUS = {200: "200 OK", 409: "409 CONFLICT"}


class Gate:
    """A WSGI application in front of the house's own."""

    def __init__(
        self, app: Flask, answers: dict[str, Answer], passes: Passes, *, largest_body: int
    ) -> None:
        self._app, self._house = app, app.wsgi_app
        self._answers, self._passes, self._largest = answers, passes, largest_body
        self._proxies = app.config["FENGXUE"].proxies
        self._cookie: str = app.config["SESSION_COOKIE_NAME"]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        place = _PATH.fullmatch(environ["PATH_INFO"])
        answer = self._answers.get(place[2]) if place else None
        if place is None or answer is None or environ["REQUEST_METHOD"] != "POST":
            return self._house(environ, start_response)
        login = self._passes.find(environ)
        length = environ.get("CONTENT_LENGTH") or ""
        is_plain = length.isdecimal() and int(length) <= self._largest
        if login is None or not is_plain or environ.get("CONTENT_TYPE") != "application/json":
            return self._ask_house(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        takes_gzip = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        caller = caller_of(environ, self._proxies)
        question = Question(int(place[1]), login, body, takes_gzip, caller)
        asked_again = {**environ, "wsgi.input": BytesIO(body)}
        try:
            reply = answer(journal_of(self._app), question)
        except Unkept as error:
            # Storage was asked once and refused: the house only says so.
            return self._ask_house({**asked_again, UNKEPT: error}, start_response)
        except (BadRequest, Refused, Missing, Conflict, Shut):
            return self._ask_house(asked_again, start_response)
        if reply.status not in _STATUS:
            return self._ask_house(asked_again, start_response)
        start_response(_STATUS[reply.status], headers(reply))
        return [reply.body]

    def _ask_house(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """As if the gate were not there; but a cookie that the house renews is known here, too."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                cookie, _, content = value.partition(";")[0].partition("=")
                if name.lower() == "set-cookie" and cookie == self._cookie:
                    self._passes.renew(environ, cookie, content)
            return start_response(status, headers, *rest)

        return self._house(environ, start)


def headers(reply: Reply) -> list[tuple[str, str]]:
    """What every answer to an exam page carries."""
    told = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(reply.body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Vary", "Cookie, Accept-Encoding"),
    ]
    return [*told, ("Content-Encoding", "gzip")] if reply.is_gzip else told
