"""Answer files: what is in them, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from lms.exams.answer_files.rules import BROKEN, NO_FILE, Take, attempt_of, unseal
from lms.exams.attempts.rules.doors import file_key
from lms.ground.errors import Refused
from lms.ground.vault import sign
from tests.lms.exams.answer_files.files import KEPT_AT, envelope, sealed


def key(attempt_id: int) -> bytes:
    return bytes.fromhex(sign(file_key(attempt_id)))


def test_a_file_tells_its_steps_by_lease_and_its_recordings(app: Flask) -> None:
    take = {"number": 3, "lease": 2, "seconds": 7, "content": "T2dnUw=="}
    file = sealed(12, (2, 1, 5, "乙"), (1, 8, 4, None), (2, 2, 6, ["A"]), takes=[take])
    found = unseal(file, key(12))
    told = [
        (lease, [(one.seq, one.number, one.value) for one in operations])
        for lease, operations in found.parts
    ]
    assert attempt_of(file) == 12
    assert told == [(1, [(8, 4, "null")]), (2, [(1, 5, '"乙"'), (2, 6, '["A"]')])]
    assert found.takes == (Take(3, 2, 7, b"OggS"),)
    assert found.kept_at == datetime.fromtimestamp(KEPT_AT / 1000, UTC)


def test_a_long_file_comes_in_parts_that_a_page_may_send(app: Flask) -> None:
    found = unseal(sealed(12, *((1, seq, 1, "A") for seq in range(1, 402))), key(12))
    assert [(lease, len(some)) for lease, some in found.parts] == [(1, 200), (1, 200), (1, 1)]


@pytest.mark.parametrize("file", [b"", b"\xff", b"[]", b"{}", b'{"format": "fengxue-answers-2"}'])
def test_another_file_is_none(file: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        attempt_of(file)
    assert str(refusal.value) == NO_FILE


def test_a_file_without_a_sheet_is_refused(app: Flask) -> None:
    with pytest.raises(Refused, match="attempt 应是正整数"):
        attempt_of(envelope(12, {}, attempt="12"))


@pytest.mark.parametrize("changed", [{"sealed": "AAAA"}, {"sealed": "?"}, {"sealed": None}])
def test_what_was_changed_is_refused(app: Flask, changed: dict[str, Any]) -> None:
    refuse(envelope(12, {"kept_at": 1, "steps": [], "takes": []}, **changed), 12, BROKEN)


def test_a_file_cannot_be_turned_into_one_of_another_sheet(app: Flask) -> None:
    whole = json.loads(sealed(12, (1, 1, 1, "A")))
    refuse(json.dumps({**whole, "attempt": 13}).encode(), 13, BROKEN)
    named_so = envelope(13, {"kept_at": 1, "steps": [], "takes": []}, about="fengxue-answers-1 12")
    refuse(named_so, 13, BROKEN)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([], BROKEN),
        ("文字", BROKEN),
        ({"kept_at": 2**53, "steps": [], "takes": []}, "作答数据的格式不对：kept_at 应是正整数。"),
        ({"kept_at": 1, "takes": []}, BROKEN),
        ({"kept_at": 1, "steps": [], "takes": {}}, BROKEN),
        ({"kept_at": 0, "steps": [], "takes": []}, "作答数据的格式不对：kept_at 应是正整数。"),
        ({"kept_at": 1, "steps": [7], "takes": []}, "作答数据的格式不对：lease 应是正整数。"),
        (
            {"kept_at": 1, "steps": [{"lease": 1, "seq": 1, "number": 1, "value": 7}], "takes": []},
            "作答数据的格式不对：答案只能是文字、文字列表或各小题的答案。",
        ),
        ({"kept_at": 1, "steps": [], "takes": [7]}, "作答数据的格式不对：number 应是正整数。"),
        (
            {
                "kept_at": 1,
                "steps": [],
                "takes": [{"number": 1, "lease": 1, "seconds": 1, "content": "?"}],
            },
            BROKEN,
        ),
    ],
)
def test_strange_contents_are_refused(app: Flask, content: Any, sentence: str) -> None:
    refuse(envelope(12, content), 12, sentence)


def refuse(file: bytes, attempt_id: int, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        unseal(file, key(attempt_id))
    assert str(refusal.value) == sentence
