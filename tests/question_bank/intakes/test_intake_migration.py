"""Previews of the former schema: their items become rows, and go back where the step is undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from app import create_app
from lms.ground.config import Config
from lms.ground.schema import steps

DAY = "2026-01-01 00:00:00"
DOUBT = {"code": "multiple_one", "sentence": "请核对。", "notice": False}
READING = {
    "items": [
        {"kind": "single", "stem": "甲", "options": ["一"], "key": ["A"], "problems": [DOUBT]},
        {"kind": "truth", "stem": "乙", "key": ["true"], "problems": [], "decision": "aside"},
        {"kind": "truth", "stem": "丙", "key": ["true"], "problems": []},
    ],
    "problems": [],
    "layout": "text:numbered",
    "files": {"图.png": 1},
}


@pytest.fixture
def former(tmp_path: Path) -> Iterator[Connection]:
    """A database before the step, with a preview that somebody has begun to look through."""
    config = Config(var=tmp_path, database_url=f"sqlite:///{tmp_path / 'a.db'}", testing=True)
    with create_app(config).app_context(), steps._connected() as connection:
        command.upgrade(steps._alembic(connection), "0008")
        for statement in (
            "INSERT INTO bank (name, created_at, access, note) VALUES ('库', :day, 'stems', '')",
            "INSERT INTO upload (sha256, name, size, media_type, owner_id, at)"
            " VALUES (:sha, '题.txt', 1, 'text/plain', 1, :day)",
            "INSERT INTO intake (bank_id, upload_id, state, reading, failure, created_at)"
            " VALUES (1, 1, 'preview', :reading, '', :day)",
        ):
            values = {"day": DAY, "sha": "0" * 64, "reading": json.dumps(READING)}
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), wanted)
        yield connection


def _reading(connection: Connection) -> object:
    return json.loads(connection.execute(text("SELECT reading FROM intake")).scalar_one())


def test_items_of_a_preview_become_rows_and_go_back(former: Connection) -> None:
    command.upgrade(steps._alembic(former), "0009")
    rows = former.execute(text("SELECT standing, said, item FROM intake_row ORDER BY position"))
    found = [(standing, json.loads(said), json.loads(item)) for standing, said, item in rows]
    plain = [{k: v for k, v in one.items() if k != "decision"} for one in READING["items"]]  # type: ignore[attr-defined]
    assert found == [
        ("doubtful", {}, plain[0]),
        ("aside", {"decision": "aside"}, plain[1]),
        ("ready", {}, plain[2]),
    ]
    assert _reading(former) == {name: READING[name] for name in READING if name != "items"}
    command.downgrade(steps._alembic(former), "0008")
    assert _reading(former) == READING
    assert not inspect(former).has_table("intake_row")
