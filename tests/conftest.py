"""The house on a real database, SQLite and PostgreSQL in turn, fresh for every test."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from app import create_app
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now, today
from lms.ground.config import Config
from lms.ground.norms.actions import load_baseline
from tests.stores import PostgresStore, SqliteStore, Store

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
LONGEST = ("test_exam_day.py", "test_every_page.py")
Built = TypeVar("Built")
KINDS = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]


class Shares(LoadScopeScheduling):
    """A file's tests on one kind of database go to one process, which builds once what they share."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    """Hand out the tests share by share."""
    return Shares(config, log)


def share(nodeid: str) -> str:
    """The share that a test belongs to: its file, and its kind of database when it asks for one."""
    file, _, name = nodeid.partition("::")
    values = re.split(r"[\[\]-]", name)
    return next((f"{file}-{kind}" for kind in KINDS if kind in values), file)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nobody waits for it at the end."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    """Stories wait for clocks while other processes compute: the day of an exam for minutes."""
    if item.path.name in LONGEST:
        return LONGEST.index(item.path.name)
    return len(LONGEST) + (item.get_closest_marker("journey") is None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Question files that people really wrote, read in place."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real input (../shared/data) is not here")
    return SHARED_DATA


class House:
    """One app on one kind of database, which can be made new."""

    def __init__(self, store: Store, folder: Path, templates: Path) -> None:
        self.store, self.kind = store, store.kind
        self.app = create_app(Config(var=folder, database_url=store.url, testing=True))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))
        with self.app.app_context():
            self._engine = db.database().engine
            store.hurry(self._engine)
            db.Base.metadata.create_all(self._engine)
            with db.transaction():  # no house is ever without its norms
                load_baseline(at=now())
        self.leave()
        store.freeze("empty")
        self._standing: dict[str, tuple[date, Any]] = {}
        _keep_what_stands()

    def renew(self) -> None:
        """The database as it was when it was built."""
        self.store.renew(self._engine, "empty")

    def put(self, name: str, build: Callable[[], Built]) -> Built:
        """What `build` adds to an empty house: built once a day, for all later tests put back."""
        day, built = self._standing.get(name, (None, None))
        if day == today():
            self.store.renew(self._engine, name)
            return built
        with self.app.app_context(), db.transaction():
            built = build()
        self.leave()
        self.store.freeze(name)
        self._standing[name] = today(), built
        return built

    def leave(self) -> None:
        """Close all connections of the app."""
        self._engine.dispose()

    def close(self) -> None:
        """Close all connections, for good."""
        self.leave()
        self.store.close()


def _keep_what_stands() -> None:
    """Modules, mappers and the house stay to the end: looking for garbage among them, after every
    few hundred new objects, takes a third of a run's processor time and finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _folder_of_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all test processes."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], House]]:
    """One house per kind of database and test process, built when it is first asked for."""
    built: dict[str, House] = {}
    templates = _folder_of_run(tmp_path_factory) / "templates"  # compiled by whoever is first
    templates.mkdir(exist_ok=True)

    def get(kind: str) -> House:
        if kind not in built:
            folder = tmp_path_factory.mktemp(kind)
            sqlite = kind == "sqlite"
            store = SqliteStore(folder) if sqlite else PostgresStore(POSTGRES, f"fengxue_{WORKER}")
            built[kind] = House(store, folder, templates)
        return built[kind]

    yield get
    for house in built.values():
        house.close()


@pytest.fixture(scope="session", params=KINDS)
def house(request: pytest.FixtureRequest, houses: Callable[[str], House]) -> House:
    """The house on SQLite, then the one on PostgreSQL."""
    return houses(request.param)


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
