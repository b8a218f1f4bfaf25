"""What the exam page is answered, whether the house was asked or the gate: one way to do it.

No statement asks who is there before it writes: the signed cookie names the account, and the
journal's statements write only for an account whose log-in still holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.exceptions import BadRequest

from lms.exams.attempts import queries
from lms.exams.attempts.journal.group import Journal
from lms.exams.attempts.journal.handing_in import STALE, Differs
from lms.exams.attempts.journal.opening import Elsewhere, Opened
from lms.exams.attempts.rules.doors import (
    SENTENCES,
    Asks,
    Caller,
    asked_always,
    asked_at_start,
    file_key,
    media_pass,
)
from lms.exams.attempts.rules.operations import (
    Batch,
    Beat,
    HandIn,
    Login,
    Opening,
    read_lease,
    read_operations,
)
from lms.exams.attempts.rules.sightings import Reports, read_reports
from lms.exams.attempts.rules.states import Standing
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from lms.ground.vault import sign
from question_bank.papers.rules.shuffling import item_orders, option_orders

LATE = "时间已到，有作答在截止后才送达，已单独留存，没有计入答案；如有异议请告诉监考人。"
NOTHING_NEW = "这些情况已经记录过，没有重复记录。"
NOT_KEPT = "有作答不属于这份试卷，或与已保存的作答序号相冲突，没有保存，请刷新页面。"


@dataclass(frozen=True, slots=True)
class Question:
    """A request of an exam page: who asks for which attempt, with what body (JSON, or empty)."""

    attempt_id: int
    login: Login
    body: bytes
    takes_gzip: bool
    caller: Caller


@dataclass(frozen=True, slots=True)
class Reply:
    """200, or 409 and 422 with what was kept; the body is JSON."""

    status: int
    body: bytes
    is_gzip: bool = False


Answer = Callable[[Journal, Question], Reply]


class Shut(Exception):
    """The door of the paper stays shut: nothing was read or written. `door` is how it is named."""

    def __init__(self, asks: Asks, *, address: str = "", door: str = "") -> None:
        self.asks, self.door = asks, door
        self.sentence = SENTENCES[asks].format(address=address)
        super().__init__(self.sentence)


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def open_sheet(journal: Journal, question: Question) -> Reply:
    """Begin or take over: the whole paper, the present answers, and the lease to write under."""
    code = _read(question.body).get("code", "") if question.body else ""
    login = _through_door(journal, question, code=str(code))
    opened = _opened(journal, question, login)
    sealed = queries.sealed(opened.variant_id, opened.content_hash, on=journal.database)
    paper = sealed.of_candidate(opened.seed)
    told = {
        "lease": opened.lease,
        "previous_lease": opened.previous_lease,
        "deadline": _milliseconds(opened.deadline),
        "time": _milliseconds(now()),
        "content_hash": opened.content_hash,
        "seed": opened.seed,
        "orders": option_orders(paper.choices, opened.seed),
        "items": item_orders(paper.content, opened.seed),
        "answers": opened.answers,
        "file_key": sign(file_key(question.attempt_id)),
        "media_pass": sign(media_pass(question.attempt_id)) if login.door else "",
    }
    members = _json(told)[1:]
    if question.takes_gzip:
        return Reply(200, paper.zipped_with_members(members), is_gzip=True)
    return Reply(200, paper.with_members(members))


def _opened(journal: Journal, question: Question, login: Login) -> Opened:
    """The sheet under a new lease; Shut where it is bound to another machine."""
    door = queries.find_door(question.caller.door, on=journal.database)
    task = Opening(
        question.attempt_id,
        login,
        now(),
        address=question.caller.address,
        is_bound=door is not None and door.binds_seat,
    )
    try:
        return journal.open(task)
    except Elsewhere as elsewhere:
        sign = door.sign if door else ""
        raise Shut(Asks.SEAT, address=elsewhere.address, door=sign) from elsewhere


def save(journal: Journal, question: Question) -> Reply:
    """Keep operations. 200: all count; 409: kept, but set aside; 422: some were not kept."""
    body, at = _read(question.body), now()
    operations = read_operations(body)
    lease = read_lease(body)
    login = _through_door(journal, question)
    kept = journal.save(Batch(question.attempt_id, login, lease, operations, at))
    counting = [seq for seq, standing in kept.standings.items() if standing is Standing.COUNTS]
    sentences = [NOT_KEPT] if len(kept.standings) < len(operations) else []
    standings = set(kept.standings.values())
    sentences += [STALE] if Standing.STALE_LEASE in standings else []
    sentences += [LATE] if Standing.LATE in standings else []
    told = {
        "acknowledged": counting,
        "set_aside": {s: one for s, one in kept.standings.items() if one is not Standing.COUNTS},
        "late": bool(counting and kept.deadline and at >= kept.deadline),
        "deadline": kept.deadline and _milliseconds(kept.deadline),
        "time": _milliseconds(now()),
        "errors": sentences,
    }
    status = 200 if not sentences else 422 if sentences[0] is NOT_KEPT else 409
    return Reply(status, _json(told))


def status(journal: Journal, question: Question) -> Reply:
    """How the attempt stands and what the hall is told; noted as a sign of life."""
    unsent = _unsent(question.body)
    login = _through_door(journal, question)
    presence = journal.beat(Beat(question.attempt_id, login, now(), unsent))
    if presence is None:
        raise Missing("这场考试")
    told = {
        "state": presence.state,
        "lease": presence.lease,
        "acknowledged": presence.acknowledged,
        "opens_at": _milliseconds(presence.opens_at),
        "deadline": presence.deadline and _milliseconds(presence.deadline),
        "paused_at": presence.paused_at and _milliseconds(presence.paused_at),
        "notice": presence.noticed_at
        and {"text": presence.notice, "at": _milliseconds(presence.noticed_at)},
        "time": _milliseconds(now()),
    }
    return Reply(200, _json(told))


def report(journal: Journal, question: Question) -> Reply:
    """Keep what the page saw of itself. 200: kept now; 422: nothing of it is new."""
    body = _read(question.body)
    reports, lease = read_reports(body), read_lease(body)
    login = _through_door(journal, question)
    task = Reports(question.attempt_id, login, now(), lease, reports)
    if not journal.report(task):
        return Reply(422, _json({"errors": [NOTHING_NEW]}))
    return Reply(200, _json({"time": _milliseconds(now())}))


def facts(journal: Journal, question: Question) -> Reply:
    """What was played and recorded, on whatever device: the page counts what is left by it."""
    if question.body:
        _read(question.body)
    login = _through_door(journal, question)
    found = queries.facts(question.attempt_id, login, on=journal.database)
    return Reply(200, _json({"facts": found, "time": _milliseconds(now())}))


def submit(journal: Journal, question: Question) -> Reply:
    """Hand in: a receipt; or 409 with the digests of the slots that the server has."""
    body = _read(question.body)
    digest = body.get("digest")
    if not isinstance(digest, str):
        raise Refused("交卷数据的格式不对：缺少答案摘要。")
    lease, login = read_lease(body), _through_door(journal, question)
    try:
        receipt = journal.hand_in(HandIn(question.attempt_id, login, now(), lease, digest))
    except Differs as differs:
        return Reply(409, _json({"errors": [str(differs)], "slots": differs.slots}))
    told = {
        "receipt": receipt.code,
        "digest": receipt.digest,
        "answered": receipt.answered,
        "submitted_at": _milliseconds(receipt.submitted_at),
        "submitted_by": receipt.submitted_by,
    }
    return Reply(200, _json(told))


def _through_door(journal: Journal, question: Question, *, code: str | None = None) -> Login:
    """The log-in with the door that it may pass; the statements let nobody through another.

    `code` is asked for at the start, as is the address. Shut where something is missing.
    """
    door = queries.find_door(question.caller.door, on=journal.database)
    if door is None:
        return question.login
    if code is None:
        asks = asked_always(door, question.caller)
    else:
        asks = asked_at_start(door, question.caller, code)
    if asks is not None:
        raise Shut(asks, address=question.caller.address, door=door.sign)
    return replace(question.login, door=door.id)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body.decode())
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise BadRequest
    return read


def _unsent(body: bytes) -> int:
    """What a page says that it has still to bring; 0 where it says nothing of the kind."""
    told = _read(body).get("unsent", 0) if body else 0
    return told if type(told) is int and 0 <= told <= 9999 else 0


def _json(told: Mapping[str, Any]) -> bytes:
    return _text(told).encode()


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
