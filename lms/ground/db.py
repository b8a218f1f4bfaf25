"""Storage: the declarative base, the session of a request, and the only commit in the house.

The request is the transaction. A request by POST, PUT, PATCH or DELETE is committed
once, after its response was built, when that response is no refusal (status < 400);
every other request is rolled back. Commands and jobs use `transaction()`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, Response, current_app, has_request_context, request
from flask.globals import app_ctx
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Engine,
    Enum,
    MetaData,
    Numeric,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    relationship,
    scoped_session,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from lms.ground.config import Config
from lms.ground.errors import Conflict

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_EXTENSION = "fengxue.db"
View = TypeVar("View", bound=Callable[..., Any])


class UtcDateTime(TypeDecorator[datetime]):
    """Aware instants; SQLite, which has no zones, keeps them as naive UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        # One plain call per value: lists read tens of thousands.
        return _from_sqlite if dialect.name == "sqlite" else _to_utc


def _from_sqlite(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def _to_utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """Decimals to four places; SQLite, which has none, keeps whole ten-thousandths.

    Sums, comparisons and order are right in both; a fifth decimal place is a ValueError.
    """

    impl = Numeric
    cache_ok = True
    UNIT = Decimal("0.0001")

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        whole = dialect.name == "sqlite"
        return dialect.type_descriptor(BigInteger() if whole else Numeric(18, 4))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        exact = Decimal(value)
        if exact != exact.quantize(self.UNIT):
            raise ValueError(f"{value} has more than four decimal places")
        return int(exact / self.UNIT) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return _shortest(value, dialect.name == "sqlite")


@lru_cache(maxsize=4096)
def _shortest(value: Decimal | int, whole: bool) -> Decimal:
    """Hours and points repeat: a list of thousands has a handful of them."""
    exact = Decimal(value) * Exact.UNIT if whole else Decimal(value)
    return exact.quantize(Exact.UNIT).normalize() + 0


class Base(DeclarativeBase):
    """Every table of the house; its docstring says what a row is."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        Decimal: Exact(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Versioned:
    """A row that two people may edit: the later of two saves that began together is refused.

    `edited_from` refuses a stale form; the version in every UPDATE's WHERE refuses the second of
    two that run at the same moment (StaleDataError, answered like a Conflict).
    """

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "version_id_generator": False}

    def edited_from(self, seen: int | None) -> None:
        """Raise Conflict unless the form was opened on the present version; then count one up."""
        if seen != self.version:
            raise Conflict()
        self.version += 1


def related(*args: Any, **options: Any) -> Any:
    """A relationship that never loads by surprise: ask for it in the query (no N+1)."""
    options.setdefault("lazy", "raise")
    return relationship(*args, **options)


class Database:
    """The engine of one house, and the sessions on it."""

    def __init__(self, config: Config) -> None:
        self.engine = _engine(config)
        # The two share one pool; they differ in how SQLite begins.
        self._readers = sessionmaker(self.engine.execution_options(writes=False))
        self._writers = sessionmaker(self.engine.execution_options(writes=True))

    def open(self, *, writes: bool) -> Session:
        return (self._writers if writes else self._readers)()


def database() -> Database:
    """The database of the current app."""
    found: Database = current_app.extensions[_EXTENSION]
    return found


def _open_session() -> Session:
    return database().open(writes=not has_request_context() or _request_writes())


session: scoped_session[Session] = scoped_session(
    _open_session,  # type: ignore[arg-type]
    scopefunc=lambda: id(app_ctx._get_current_object()),  # type: ignore[attr-defined]
)


def init(app: Flask, config: Config) -> None:
    """Give the app its database and its one commit (register first: it then runs last)."""
    app.extensions[_EXTENSION] = Database(config)
    app.after_request(_finish)
    app.teardown_appcontext(_forget)


def reads_only(view: View) -> View:
    """Mark a POST view whose own session only reads: what it writes goes through a journal."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


@contextmanager
def transaction() -> Iterator[Session]:
    """The unit of work of a command or a job: committed at the end, rolled back on any error."""
    try:
        yield session()
        session.commit()
    except BaseException:
        session.rollback()
        raise


def checkpoint() -> None:
    """Keep what a long job has done so far, so that a kill costs only the present step."""
    session.commit()


def _request_writes() -> bool:
    if request.method in SAFE_METHODS:
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return not getattr(view, "reads_only", False)


def _finish(response: Response) -> Response:
    if session.registry.has():
        if _request_writes() and response.status_code < 400:
            session.commit()
        else:
            session.rollback()
    return response


def _forget(_error: BaseException | None) -> None:
    session.remove()


def _engine(config: Config) -> Engine:
    if not config.is_sqlite:
        return create_engine(config.database_url, pool_size=8, max_overflow=24, pool_pre_ping=True)
    engine = create_engine(config.database_url, pool_size=8, max_overflow=24)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Durable, concurrent, and with transactions begun by us alone (savepoints need that)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "cache_size=-1000",  # KiB of each connection; the kernel caches the file for all of them
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: upgrading later fails as soon as anybody else wrote."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
