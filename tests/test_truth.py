"""Promises kept in files: who may open which address, and what the database looks like.

`make truth` writes them anew; the difference is then read and committed on purpose.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from lms.ground import db
from tests.conftest import House

TRUTH = Path(__file__).parent / "truth"


def _compare(name: str, present: str) -> None:
    file = TRUTH / name
    if os.environ.get("UPDATE_TRUTH"):
        file.write_text(present)
    assert present == file.read_text(), f"{name} changed: if on purpose, run `make truth`"


def _access(app: Flask) -> list[str]:
    lines = []
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "access", "")
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"{rule.rule} {methods} {rule.endpoint}: {declared}")
    return sorted(lines)


def test_every_address_declares_who_may_open_it(house: House) -> None:
    undeclared = [line for line in _access(house.app) if line.endswith(": ")]
    assert undeclared == ["/static/<path:filename> GET static: "]


def test_access_is_as_promised(house: House) -> None:
    _compare("access.txt", "\n".join(_access(house.app)) + "\n")


def test_schema_is_as_promised(house: House) -> None:
    assert house.app is not None  # all rooms are open: their tables are known
    statements = []
    for table in sorted(db.Base.metadata.tables.values(), key=lambda table: table.name):
        statements.append(str(CreateTable(table).compile(dialect=sqlite.dialect())).strip())
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            statements.append(str(CreateIndex(index).compile(dialect=sqlite.dialect())).strip())
    _compare("schema.sql", ";\n\n".join(statements) + ";\n")
