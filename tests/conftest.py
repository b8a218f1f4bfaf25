"""The house on a real database, SQLite and PostgreSQL in turn, fresh for every test."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.config import Config
from lms.ground.norms.actions import load_baseline

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Question files that people really wrote, read in place."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real input (../shared/data) is not here")
    return SHARED_DATA


class House:
    """One app on one kind of database, and how that database is made new."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.name = f"fengxue_{WORKER}"
        url = f"sqlite:///{folder / 'house.sqlite3'}" if kind == "sqlite" else self._url(self.name)
        self.app = create_app(Config(var=folder, database_url=url, testing=True))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self._build_template()

    def _url(self, name: str) -> str:
        return (
            POSTGRES.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://")
            + f"/{name}"
        )

    def _build_template(self) -> None:
        if self.kind == "postgresql":
            self._renew_postgresql(source="template0")
        with self.app.app_context():
            db.Base.metadata.create_all(db.database().engine)
            with db.transaction():  # no house is ever without its norms
                load_baseline(at=now())
            db.session.remove()
            db.database().engine.dispose()
        if self.kind == "sqlite":
            with sqlite3.connect(self.folder / "house.sqlite3") as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            shutil.copy(self.folder / "house.sqlite3", self.folder / "template.sqlite3")
        else:
            self._renew_postgresql(name=f"{self.name}_template", source=self.name)

    def renew(self) -> None:
        """The database as it was when it was built."""
        with self.app.app_context():
            db.database().engine.dispose()
        if self.kind == "postgresql":
            self._renew_postgresql(source=f"{self.name}_template")
            return
        for leftover in ("-wal", "-shm"):
            (self.folder / f"house.sqlite3{leftover}").unlink(missing_ok=True)
        shutil.copy(self.folder / "template.sqlite3", self.folder / "house.sqlite3")

    def _renew_postgresql(self, *, source: str, name: str = "") -> None:
        name = name or self.name
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


KINDS = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]


@pytest.fixture(scope="session", params=KINDS)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One house per kind of database and test process."""
    built = House(request.param, tmp_path_factory.mktemp(request.param))
    yield built
    with built.app.app_context():
        db.database().engine.dispose()


@pytest.fixture
def app(house: House) -> Flask:
    """The house with nothing but its norms; no context is pushed, so that requests get their own."""
    house.renew()
    return house.app


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An app context, for tests of actions and queries (pages go through `client`)."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is logged in nowhere."""
    return app.test_client()


def log_in(client: FlaskClient, account: Account) -> None:
    """Make `client` the browser of `account` without typing a password."""
    with client.session_transaction() as browser:
        browser["_user_id"] = account.get_id()
        browser["_fresh"] = True
