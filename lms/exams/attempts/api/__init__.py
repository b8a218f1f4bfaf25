"""What the exam page says to the server and hears from it: JSON, one lease, no keys.

The house checks log-in, token and role of whoever it does not know; the gate knows those again
that the house let in. Why nothing was written is looked up afterwards, for the refusal alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request
from flask import session as browser
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from lms.exams.attempts import queries
from lms.exams.attempts.api import replies
from lms.exams.attempts.api.gate import UNKEPT, Gate, headers
from lms.exams.attempts.api.passes import Passes
from lms.exams.attempts.api.replies import Answer, Question, Shut
from lms.exams.attempts.journal.group import journal_of
from lms.exams.attempts.journal.writer import Unkept
from lms.exams.attempts.rules.doors import Asks, caller_of
from lms.exams.attempts.rules.operations import Login
from lms.ground.access import Permission
from lms.ground.accounts.rules import never_sleeps
from lms.ground.db import reads_only
from lms.ground.errors import Missing, Refused
from lms.ground.web.errors import answer as refusal

blueprint = Blueprint("attempts_api", __name__)

LARGEST_BODY = 1024 * 1024
ANSWERS: dict[str, Answer] = {
    "open": replies.open_sheet,
    "save": replies.save,
    "status": replies.status,
    "report": replies.report,
    "facts": replies.facts,
    "submit": replies.submit,
}
_EXTENSION = "attempts.passes"


@blueprint.record_once
def _open_gate(state: BlueprintSetupState) -> None:
    app: Flask = state.app  # type: ignore[assignment]
    passes = app.extensions[_EXTENSION] = Passes()
    gate = Gate(app, ANSWERS, passes, largest_body=LARGEST_BODY)
    app.wsgi_app = gate  # type: ignore[method-assign]


def _route(answer: Answer) -> Callable[[int], ResponseReturnValue]:
    """Let in whoever carries a log-in; the statements decide whether it is the candidate's."""

    @wraps(answer)
    def guarded(attempt_id: int) -> ResponseReturnValue:
        request.max_content_length = LARGEST_BODY
        login = _login()
        if (error := request.environ.get(UNKEPT)) is not None:
            raise error
        question = _question(attempt_id, login)
        try:
            if question.body and not request.is_json:
                raise BadRequest
            reply = answer(journal_of(_app()), question)
            if reply.status == 422:
                _check_door(question)
                if not queries.is_own(attempt_id, login):
                    raise Missing("这场考试")
        except Missing:
            _check_door(question)
            abort(_status_for(login) or 404)
        except (BadRequest, Refused, Shut):
            if (status := _status_for(login)) is not None:
                abort(status)
            raise
        _app().extensions[_EXTENSION].give(request.environ, login)
        return Response(reply.body, reply.status, headers(reply))

    guarded.access = f"allow {Permission.STUDY}"  # type: ignore[attr-defined]
    return never_sleeps(reads_only(guarded))


for _what, _answer in ANSWERS.items():
    blueprint.add_url_rule(
        f"/<int:attempt_id>/{_what}", _answer.__name__, _route(_answer), methods=["POST"]
    )


@blueprint.errorhandler(Unkept)
def unkept(error: Unkept) -> ResponseReturnValue:
    """Nothing was acknowledged; the browser keeps it and comes again."""
    response = make_response(refusal(507 if error.disk_full else 503))
    response.headers["Retry-After"] = "2"
    return response


@blueprint.errorhandler(Shut)
def shut(error: Shut) -> ResponseReturnValue:
    """What is asked for, and which door it is: a page that knew another one comes again."""
    return {"errors": [error.sentence], "asks": error.asks, "door": error.door}, 403


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _check_door(question: Question) -> None:
    """Shut where the paper is the sender's own and has another door than the page knew."""
    door = queries.find_own_door(question.attempt_id, question.login)
    if door is not None and door.sign != question.caller.door:
        raise Shut(Asks.DOOR, door=door.sign)


def _login() -> Login:
    number, _, epoch = str(browser.get("_user_id", "")).partition(".")
    if not number.isdigit() or not epoch.isdigit():
        abort(401)
    return Login(int(number), int(epoch))


def _question(attempt_id: int, login: Login) -> Question:
    body = request.get_data()
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    caller = caller_of(request.environ, current_app.config["FENGXUE"].proxies)
    return Question(attempt_id, login, body, takes_gzip, caller)


def _status_for(login: Login) -> int | None:
    """What this log-in is told whatever it asks: that it holds no more, or is no candidate's."""
    permissions = queries.permissions_of_login(login)
    if not permissions:
        return 401
    return None if Permission.STUDY in permissions else 403
