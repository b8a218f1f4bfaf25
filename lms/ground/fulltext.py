"""Full-text search that works for Chinese: trigrams in SQLite (FTS5) and in PostgreSQL (pg_trgm).

A room keeps a plain table of texts, one row for each thing that can be found, and declares it
`searchable`; what the databases need besides is made with the table and kept by the database
itself. Everything so made is named `fulltext_…`. Texts of one or two characters, for which there
are no trigrams, and a PostgreSQL that does not allow the extension, are looked up by reading
through the table of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    column,
    event,
    func,
    or_,
    select,
    text,
)

from lms.ground.db import session

PREFIX = "fulltext_"
_GRAM = 3
ADVICE = (
    "PostgreSQL 没有 pg_trgm 扩展，全文检索会变慢；请数据库管理员执行 CREATE EXTENSION pg_trgm。"
)

# Whoever may not create the extension still gets a house: searching is then slower.
_EXTENSION = """DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'pg_trgm cannot be created'; END $$"""
_GIN = """DO $$ BEGIN
IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
CREATE INDEX IF NOT EXISTS {prefix}{table}_{column} ON {table} USING gin ({column} gin_trgm_ops);
END IF; END $$"""


def searchable(table: Table, *columns: str) -> None:
    """Make `columns` of a table with one integer primary key searchable from its creation on."""

    def create(_table: Table, connection: Connection, **_options: Any) -> None:
        dialect = connection.dialect.name
        for statement in statements(dialect, table.name, _key(table).name, columns):
            connection.exec_driver_sql(statement)

    def drop(_table: Table, connection: Connection, **_options: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {PREFIX}{table.name}")

    event.listen(table, "after_create", create)
    event.listen(table, "before_drop", drop)


def statements(dialect: str, table: str, key: str, columns: Sequence[str]) -> list[str]:
    """The DDL by which a database searches `columns` of `table`, whose primary key is `key`."""
    if dialect != "sqlite":
        gins = (_GIN.format(prefix=PREFIX, table=table, column=name) for name in columns)
        return [_EXTENSION, *gins]
    index, listed = f"{PREFIX}{table}", ", ".join(columns)
    new, old = (", ".join(f"{row}.{name}" for name in (key, *columns)) for row in ("new", "old"))
    add = f"INSERT INTO {index} (rowid, {listed}) VALUES ({new});"
    forget = f"INSERT INTO {index} ({index}, rowid, {listed}) VALUES ('delete', {old});"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5"
        f" ({listed}, content='{table}', content_rowid='{key}', tokenize='trigram')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE ON {table} BEGIN {forget} {add} END",
    ]


def found(table: Table, columns: Sequence[str], words: Sequence[str]) -> Select[Any]:
    """The keys of the rows in which every word stands in one of `columns`.

    Words and texts are compared as they are: whoever writes the texts folds case and width.
    """
    conditions = [holds(table, columns, word) for word in words]
    return select(_key(table)).where(and_(*conditions))


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """For Alembic's `include_name`: what is made here is no part of any model."""
    return not (kind in ("table", "index") and (name or "").startswith(PREFIX))


def advice() -> list[str]:
    """What the administrator should know about this database, as Chinese sentences."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    there = session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"))
    return [] if there else [ADVICE]


def is_indexed(word: str) -> bool:
    """Whether an index finds the word; else texts are read through."""
    return len(word) >= _GRAM


def holds(table: Table, columns: Sequence[str], word: str) -> ColumnElement[bool]:
    """The WHERE clause on a row of the table: the word stands in one of `columns`."""
    if session.get_bind().dialect.name == "sqlite":
        if is_indexed(word):
            matches: ColumnElement[bool] = _key(table).in_(_matched(table, columns, word))
            return matches
        return or_(*(func.instr(table.c[name], word) > 0 for name in columns))
    return or_(*(table.c[name].contains(word, autoescape=True) for name in columns))


def _matched(table: Table, columns: Sequence[str], word: str) -> Select[Any]:
    """FTS5 reads a quoted string as a phrase: of trigrams, so the very text."""
    quoted = word.replace('"', '""')
    wanted = f'{{{" ".join(columns)}}} : "{quoted}"'
    index = f"{PREFIX}{table.name}"
    match = text(f"{index} MATCH :wanted").bindparams(wanted=wanted)
    return select(column("rowid")).select_from(text(index)).where(match)


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key
