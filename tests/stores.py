"""The two kinds of database that tests run on, and how each is made new for every test.

A Store puts rows back and keeps the tables; a Bench changes tables as well.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection


class Store(Protocol):
    """A database that remembers how it was when it was frozen, under several names."""

    kind: str
    url: str

    def hurry(self, engine: Engine) -> None:
        """Spare the engine what only a power cut would show: no test cuts the power."""

    def freeze(self, name: str) -> None:
        """Remember what is in it now; nobody may be connected."""

    def renew(self, engine: Engine, name: str) -> None:
        """Put it back to what was remembered; the engine may only have idle connections."""

    def close(self) -> None:
        """Leave it for good."""


class SqliteStore:
    """A file, and a copy of it."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "house.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def hurry(self, engine: Engine) -> None:
        event.listen(engine, "connect", _wait_for_no_disk)

    def freeze(self, name: str) -> None:
        connection = sqlite3.connect(self._file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(self._file, self._frozen(name))

    def renew(self, engine: Engine, name: str) -> None:
        engine.dispose()
        for leftover in ("-wal", "-shm"):
            self._file.with_name(self._file.name + leftover).unlink(missing_ok=True)
        shutil.copy(self._frozen(name), self._file)

    def close(self) -> None:
        """A file needs no farewell."""

    def _frozen(self, name: str) -> Path:
        return self._file.with_name(f"frozen_{name}.sqlite3")


class PostgresStore:
    """A database on a server. Copying one takes 200 ms, emptying its tables takes three where the
    connection is an old one: a new one learns each of the tables first, and takes thirty. So the
    connections of the house stay open as well."""

    kind = "postgresql"

    def __init__(self, server: str, name: str) -> None:
        self._address = _address(server, name)
        self.url = _url(self._address)
        _create(server, name)
        self._keeper = psycopg.connect(self._address, autocommit=True)
        # No rules between the tables, and no endless wait for a test that kept something open.
        self._keeper.execute("SET session_replication_role = replica; SET lock_timeout = '30s'")

    def hurry(self, engine: Engine) -> None:
        """The server itself does not wait for the disk (deploy/postgres.sh)."""

    def freeze(self, name: str) -> None:
        """Copies of the rows go into a schema of their own, with what puts them back."""
        do = self._keeper.execute
        tables = [row[0] for row in do(_TABLES)]
        kept = [table for table in tables if _has_rows(self._keeper, table)]
        do(f'DROP SCHEMA IF EXISTS "{name}" CASCADE; CREATE SCHEMA "{name}"')
        for table in kept:
            do(f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"')
        steps = [
            *(f'DELETE FROM public."{table}"' for table in tables),
            *(f'INSERT INTO public."{table}" TABLE "{name}"."{table}"' for table in kept),
            *(
                f"PERFORM setval('{counter}', {last or 1}, {last is not None})"
                for counter, last in do(_COUNTERS)
            ),
        ]
        do(_RESTORE.format(name, "; ".join(steps)))

    def renew(self, engine: Engine, name: str) -> None:
        self._keeper.execute(f'SELECT "{name}".restore()')

    def close(self) -> None:
        self._keeper.close()


class Bench(Protocol):
    """A database whose tables may be changed; nobody may be connected when it is called."""

    url: str

    def empty(self) -> None:
        """Leave no table in it."""

    def keep(self) -> None:
        """Remember all of it."""

    def restore(self) -> None:
        """Put it back to what was kept."""


class SqliteBench:
    """A file, and a copy of it; the journal of a closed database is already in its file."""

    def __init__(self, folder: Path) -> None:
        self._file, self._copy = folder / "bench.sqlite3", folder / "kept.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def empty(self) -> None:
        self._file.unlink(missing_ok=True)

    def keep(self) -> None:
        shutil.copy(self._file, self._copy)

    def restore(self) -> None:
        shutil.copy(self._copy, self._file)


class PostgresBench:
    """A database on a server, and another as its template."""

    def __init__(self, server: str, name: str) -> None:
        self._server, self._name, self._copy = server, name, f"{name}_kept"
        self.url = _url(_address(server, name))

    def empty(self) -> None:
        _create(self._server, self._name)

    def keep(self) -> None:
        _create(self._server, self._copy, like=self._name)

    def restore(self) -> None:
        _create(self._server, self._name, like=self._copy)


def _address(server: str, name: str) -> str:
    return f"{server.rpartition('/')[0]}/{name}"


def _url(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def _create(server: str, name: str, like: str = "template1") -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')


_RESTORE = """CREATE FUNCTION "{}".restore() RETURNS void LANGUAGE plpgsql
              AS $$ BEGIN {}; END $$"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COUNTERS = """SELECT format('%I.%I', schemaname, sequencename), last_value
               FROM pg_sequences WHERE schemaname = 'public'"""


def _wait_for_no_disk(connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _has_rows(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    return connection.execute(f'SELECT 1 FROM public."{table}" LIMIT 1').fetchone() is not None
