"""What has to be known of the database before the house is loaded, asked without loading it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from lms.ground.config import Config
from lms.ground.errors import Refused
from lms.ground.lazy import lazily

psycopg: Any = lazily("psycopg")

STEPS = Path(__file__).parents[1] / "migrations" / "versions"
_POSTGRESQL = "postgresql+psycopg:"


def has_schema(config: Config) -> bool:
    """Is the schema where the migrations end? Refused where no database can be reached."""
    newest = max(step.name for step in STEPS.glob("[0-9]*.py")).partition("_")[0]
    return _rows(config, "SELECT version_num FROM alembic_version") == [(newest,)]


def has_demo_accounts(config: Config) -> bool:
    """Does anybody have an account whose password was printed? Refused as above."""
    return _rows(config, "SELECT 1 FROM account WHERE is_demo LIMIT 1") != []


def _rows(config: Config, question: str) -> list[tuple[object, ...]]:
    """The answer; none from a database that has no such table yet."""
    url = config.database_url
    if config.is_sqlite:
        return _from_file(Path(url.removeprefix("sqlite:///")), question)
    if url.startswith(_POSTGRESQL):
        return _from_server(url.replace(_POSTGRESQL, "postgresql:", 1), question)
    raise Refused("DATABASE_URL 只能是 sqlite:///… 或 postgresql://…。")


def _from_file(path: Path, question: str) -> list[tuple[object, ...]]:
    if not path.is_file():
        return []
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute(question).fetchall()
        except sqlite3.OperationalError:  # no such table
            return []
        except sqlite3.DatabaseError:
            raise Refused(f"{path} 不是 SQLite 数据库，或者已经损坏。") from None


def _from_server(address: str, question: str) -> list[tuple[object, ...]]:
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            return list(connection.execute(question))
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"DATABASE_URL 指定的数据库用不了：{reason}") from None
