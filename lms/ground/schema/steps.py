"""Steps of the schema, by Alembic: bring a database up to date, compare it, write the next one."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Enum, func, select
from sqlalchemy.engine import Connection

from lms.ground.db import Base, Exact, UtcDateTime, database
from lms.ground.errors import Refused
from lms.ground.fulltext import is_ours
from lms.ground.vault import Sealed

MIGRATIONS = Path(__file__).parents[1] / "migrations"
PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
_LOCK = 0x66656E67  # "feng"


def upgrade() -> None:
    """Bring the database of the current app to the latest revision; nothing when it is there.

    All steps are one transaction: it is upgraded or as it was. Refused when the database
    was written by a newer version of the house.
    """
    with _connected() as connection:
        config = _alembic(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, "head")


def check() -> list[str]:
    """What differs between the models and the database, as operations; empty when nothing does."""
    with _connected() as connection:
        return _differences(connection)


def revise(message: str) -> Path:
    """Write the migration from the database to the models, numbered and formatted; its path.

    Refused when there is nothing to migrate, or the database is not at the latest revision.
    """
    with _connected() as connection:
        config = _alembic(connection)
        script = ScriptDirectory.from_config(config)
        if _present(connection) != script.get_current_head():
            raise Refused("数据库还不是最新结构，请先执行 flask schema upgrade。")
        if not _differences(connection):
            raise Refused("模型与数据库一致，没有需要迁移的内容。")
        number = len(list(script.walk_revisions())) + 1
        written = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        if not isinstance(written, Script):
            raise TypeError(f"one revision was asked for, not {written}")
        path = Path(written.path)
        _tidy(path)
        return path


@contextmanager
def _connected() -> Iterator[Connection]:
    """A connection for DDL, outside of any transaction."""
    with database().engine.connect() as connection:
        prepare = _unhindered if connection.dialect.name == "sqlite" else _alone
        with prepare(connection):
            yield connection
            connection.rollback()


@contextmanager
def _unhindered(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by dropping its old copy, which would take along what refers to
    it: foreign keys are off until the end, and checked there. Its one writer needs no lock."""
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        yield
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"foreign keys are broken: {broken[:5]}")
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Two processes that start at once upgrade PostgreSQL one after the other."""
    connection.execute(select(func.pg_advisory_lock(_LOCK)))
    connection.rollback()  # the lock is the connection's and stays
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(_LOCK)))


def _alembic(connection: Connection) -> Config:
    config = Config(
        cmd_opts=Namespace(quiet=True),
        attributes={
            "connection": connection,
            "metadata": Base.metadata,
            "render_item": _render,
            "plugins": PLUGINS,
        },
    )
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def _tidy(path: Path) -> None:
    """In the house's style; whoever writes migrations has what tests need (ruff)."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("    # ###")))
    for step in (("check", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *step, "--quiet", path], check=True)


def _differences(connection: Connection) -> list[str]:
    opts = {"autogenerate_plugins": PLUGINS, "include_name": is_ours}
    context = MigrationContext.configure(connection, opts=opts)
    found = compare_metadata(context, Base.metadata)
    connection.rollback()
    return [str(difference) for difference in found]


def _present(connection: Connection) -> str | None:
    """The revision of the database; None when it is empty."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    present = _present(connection)
    if present is not None and present not in known:
        raise Refused(
            f"数据库的结构（{present}）比这个版本的程序新，请用原来的新版本打开，或恢复旧的备份。"
        )


def _render(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """A migration states what a column is in the database, and outlives the code of today."""
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if isinstance(item, UtcDateTime | Exact):
        name = type(item).__name__
        context.imports.add(f"from lms.ground.db import {name}")
        return f"{name}()"
    return False
