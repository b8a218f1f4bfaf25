"""What the exam page says to the server and hears from it: JSON, one lease, no keys.

No request of a save asks the database who is there: the signed cookie names the account, and
the journal's statement writes only for an account whose log-in still holds. Why nothing was
written is looked up afterwards, for the refusal alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from lms.exams.attempts import actions, queries
from lms.exams.attempts.journal.writer import Unkept
from lms.exams.attempts.rules.operations import (
    Batch,
    Beat,
    Login,
    read_lease,
    read_operations,
)
from lms.exams.attempts.rules.sheets import option_orders
from lms.exams.attempts.rules.states import Standing
from lms.ground.access import Permission
from lms.ground.accounts.rules import never_sleeps
from lms.ground.clock import now
from lms.ground.db import reads_only
from lms.ground.errors import Missing, Refused
from lms.ground.web.errors import answer

blueprint = Blueprint("attempts_api", __name__)

LARGEST_BODY = 1024 * 1024
LATE = "时间已到，有作答在截止后才送达，已单独留存，没有计入答案；如有异议请告诉监考人。"
NOT_KEPT = "有作答不属于这份试卷，或与已保存的作答序号相冲突，没有保存，请刷新页面。"

View = Callable[[int, Login], ResponseReturnValue]


def seated(view: View) -> Callable[[int], ResponseReturnValue]:
    """Let in whoever carries a log-in; the statements decide whether it is the candidate's."""

    @wraps(view)
    def guarded(attempt_id: int) -> ResponseReturnValue:
        request.max_content_length = LARGEST_BODY
        login = _login()
        try:
            return view(attempt_id, login)
        except Missing:
            abort(_status_for(login) or 404)
        except (BadRequest, Refused):
            if (status := _status_for(login)) is not None:
                abort(status)
            raise

    guarded.access = f"allow {Permission.STUDY}"  # type: ignore[attr-defined]
    return never_sleeps(reads_only(guarded))


@blueprint.post("/<int:attempt_id>/open")
@seated
def open_sheet(attempt_id: int, login: Login) -> ResponseReturnValue:
    """Begin or take over: the whole paper, the present answers, and the lease to write under."""
    opened = actions.open_sheet(attempt_id, login, at=now())
    sealed = queries.sealed(opened.variant_id, opened.content_hash)
    told = {
        "lease": opened.lease,
        "previous_lease": opened.previous_lease,
        "deadline": _milliseconds(opened.deadline),
        "time": _milliseconds(now()),
        "content_hash": opened.content_hash,
        "seed": opened.seed,
        "orders": option_orders(sealed.content, opened.seed),
        "answers": opened.answers,
    }
    # The paper is the same for all who sit it: it is put in as the text that it is.
    body = f'{{"content":{sealed.text},{json.dumps(told, ensure_ascii=False)[1:]}'
    return Response(body, mimetype="application/json")


@blueprint.post("/<int:attempt_id>/save")
@seated
def save(attempt_id: int, login: Login) -> ResponseReturnValue:
    """Keep operations. 200: all count; 409: kept, but set aside; 422: some were not kept."""
    body, at = _body(), now()
    operations = read_operations(body)
    kept = actions.save(Batch(attempt_id, login, read_lease(body), operations, at))
    if not kept.standings and not queries.is_own(attempt_id, login):
        raise Missing("这场考试")
    counting = [seq for seq, standing in kept.standings.items() if standing is Standing.COUNTS]
    sentences = [NOT_KEPT] if len(kept.standings) < len(operations) else []
    standings = set(kept.standings.values())
    sentences += [actions.STALE] if Standing.STALE_LEASE in standings else []
    sentences += [LATE] if Standing.LATE in standings else []
    status = 200 if not sentences else 422 if sentences[0] is NOT_KEPT else 409
    return jsonify(
        acknowledged=counting,
        set_aside={seq: one for seq, one in kept.standings.items() if one is not Standing.COUNTS},
        late=bool(counting and kept.deadline and at >= kept.deadline),
        deadline=kept.deadline and _milliseconds(kept.deadline),
        time=_milliseconds(now()),
        errors=sentences,
    ), status


@blueprint.post("/<int:attempt_id>/status")
@seated
def status(attempt_id: int, login: Login) -> ResponseReturnValue:
    """How the attempt stands; noted as a sign of life."""
    at = now()
    presence = actions.beat(Beat(attempt_id, login, at))
    return jsonify(
        state=presence.state,
        lease=presence.lease,
        acknowledged=presence.acknowledged,
        opens_at=_milliseconds(presence.opens_at),
        deadline=presence.deadline and _milliseconds(presence.deadline),
        time=_milliseconds(now()),
    )


@blueprint.post("/<int:attempt_id>/submit")
@seated
def submit(attempt_id: int, login: Login) -> ResponseReturnValue:
    """Hand in: a receipt; or 409 with the digests of the slots that the server has."""
    body = _body()
    digest = body.get("digest")
    if not isinstance(digest, str):
        raise Refused("交卷数据的格式不对：缺少答案摘要。")
    try:
        receipt = actions.submit(attempt_id, login, lease=read_lease(body), digest=digest, at=now())
    except actions.Differs as differs:
        return jsonify(errors=[str(differs)], slots=differs.slots), 409
    return jsonify(
        receipt=receipt.code,
        digest=receipt.digest,
        answered=receipt.answered,
        submitted_at=_milliseconds(receipt.submitted_at),
        submitted_by=receipt.submitted_by,
    )


@blueprint.errorhandler(Unkept)
def unkept(error: Unkept) -> ResponseReturnValue:
    """Nothing was acknowledged; the browser keeps it and comes again."""
    response = make_response(answer(507 if error.disk_full else 503))
    response.headers["Retry-After"] = "2"
    return response


def _login() -> Login:
    number, _, epoch = str(browser.get("_user_id", "")).partition(".")
    if not number.isdigit() or not epoch.isdigit():
        abort(401)
    return Login(int(number), int(epoch))


def _status_for(login: Login) -> int | None:
    """What this log-in is told whatever it asks: that it holds no more, or is no candidate's."""
    permissions = queries.permissions_of_login(login)
    if not permissions:
        return 401
    return None if Permission.STUDY in permissions else 403


def _body() -> Mapping[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
