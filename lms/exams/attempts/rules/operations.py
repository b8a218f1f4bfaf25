"""What a browser sends: operations of one candidate, checked for shape before anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.ground.errors import Refused

# A response: letters, a text, a list of texts, or a mapping of parts; None is "no answer".
Response = Any

MOST_OPERATIONS = 200
LONGEST_VALUE = 60_000  # characters of JSON: an essay of about 50,000 hanzi
DEEPEST = 3
HIGHEST = 2**31 - 1
_PART = re.compile(r"[1-9]\d?")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, by the signed cookie alone; the statement itself checks that it still holds.

    `door`: the number of the door that this request was let through, 0 where none was asked for.
    """

    account_id: int
    epoch: int
    door: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """The candidate set slot `number` to `value`, as canonical JSON; `seq` counts in the lease."""

    seq: int
    number: int
    value: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations of one attempt under one lease, received at one instant."""

    attempt_id: int
    login: Login
    lease: int
    operations: tuple[Operation, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """Something that whoever logs in so asks for an attempt at one instant."""

    attempt_id: int
    login: Login
    at: datetime

    def login_row(self, at: str, place: int) -> list[object]:
        """Who asks for what, as a row; `at` as the database keeps it, `place` in the group."""
        login = self.login
        return [self.attempt_id, login.account_id, login.epoch, login.door, at, place]


@dataclass(frozen=True, slots=True)
class Beat(Request):
    """The candidate's page is there, and has so many answers that it could not bring yet."""

    unsent: int = 0

    def login_row(self, at: str, place: int) -> list[object]:
        return [*Request.login_row(self, at, place), self.unsent]


@dataclass(frozen=True, slots=True)
class Opening(Request):
    """The candidate opens the sheet in this window, at the machine of this network address;
    `is_bound`: at no other one than before."""

    address: str = ""
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class HandIn(Request):
    """The page that holds this lease hands in; `digest` of the answers as it knows them."""

    lease: int
    digest: str


def canonical(value: Response) -> str:
    """The one JSON text of a value: sorted keys, no blanks, no escapes that are not needed.

    The browser writes the same text (static/exam/digest.js).
    """
    return _text(value)


_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def read_lease(body: Any) -> int:
    """The lease that a body names; Refused when it names none."""
    return read_whole(body, "lease", most=HIGHEST)


def read_operations(body: Any) -> tuple[Operation, ...]:
    """The operations in a body, in their order; Refused for any other shape."""
    listed = body.get("operations") if isinstance(body, Mapping) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_OPERATIONS:
        raise Refused(f"作答数据的格式不对：一次应有 1 至 {MOST_OPERATIONS} 步操作。")
    operations = tuple(_operation(one) for one in listed)
    if len({one.seq for one in operations}) < len(operations):
        raise Refused("作答数据的格式不对：同一序号出现了两次。")
    return operations


def read_response(value: Response) -> Response:
    """The response, None where nothing is in it; Refused when it has no allowed shape."""
    if not _is_response(value, DEEPEST):
        raise Refused("作答数据的格式不对：答案只能是文字、文字列表或各小题的答案。")
    return value if _has_content(value) else None


def read_whole(source: Any, name: str, *, most: int) -> int:
    """A whole number from 1 to `most` that a body names; Refused when it names none."""
    found = source.get(name) if isinstance(source, Mapping) else None
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= most:
        raise Refused(f"作答数据的格式不对：{name} 应是正整数。")
    return found


def _operation(source: Any) -> Operation:
    seq = read_whole(source, "seq", most=HIGHEST)
    number = read_whole(source, "number", most=HIGHEST)
    value = canonical(read_response(source.get("value")))
    if len(value) > LONGEST_VALUE:
        raise Refused(f"第 {number} 题的答案太长，最多约 5 万字，请删减后再保存。")
    return Operation(seq, number, value)


def _is_response(value: Any, depth: int) -> bool:
    match value:
        case None:
            return True
        case str():
            return _NOT_TEXT.search(value) is None
        case list():
            return len(value) <= 99 and all(
                isinstance(one, str) and _is_response(one, 0) for one in value
            )
        case dict() if depth:
            return all(
                _PART.fullmatch(part) and _is_response(one, depth - 1)
                for part, one in value.items()
            )
    return False


def _has_content(value: Response) -> bool:
    if isinstance(value, dict):
        return any(_has_content(one) for one in value.values())
    if isinstance(value, list):
        return any(value)
    return bool(value)
