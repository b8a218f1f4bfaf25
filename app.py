"""逢学: wires everything, decides nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint, Flask
from flask_login import LoginManager
from sqlalchemy.orm import configure_mappers

from lms.ground import config as configuration
from lms.ground import db, vault
from lms.ground.accounts import queries as accounts
from lms.ground.config import Config
from lms.ground.web import shell

# The table of contents, from the ground up. A room's pages live under its own name.
ROOMS = (
    "lms.ground.jobs",
    "lms.ground.schema",
    "lms.ground.processes",
    "lms.ground.audit",
    "lms.ground.norms",
    "lms.ground.accounts",
    "lms.ground.people",
    "lms.ground.notices",
    "question_bank.topics",
    "question_bank.items",
    "question_bank.banks",
    "question_bank.approvals",
    "question_bank.changes",
    "question_bank.provenances",
    "question_bank.twins",
    "question_bank.tags",
    "question_bank.intakes",
    "question_bank.exports",
    "question_bank.previews",
    "question_bank.blueprints",
    "question_bank.enemies",
    "question_bank.papers",
    "question_bank.prints",
    "question_bank.analysis",
    "question_bank.assemblies",
    "courses.catalogue",
    "courses.programmes",
    "courses.materials",
    "courses.faculty",
    "courses.venues",
    "courses.availability",
    "courses.cohorts",
    "courses.quotas",
    "courses.rosters",
    "courses.callups",
    "courses.openings",
    "courses.timetable",
    "courses.boards",
    "courses.editions",
    "courses.suggestions",
    "courses.series",
    "courses.calendars",
    "courses.invitations",
    "courses.courseware",
    "courses.fees",
    "courses.loads",
    "courses.routes",
    "courses.trips",
    "courses.attendance",
    "courses.conduct",
    "courses.evaluations",
    "courses.reflections",
    "lms.exams.attempts",
    "lms.exams.recordings",
    "lms.exams.sittings",
    "lms.exams.admission",
    "lms.exams.invigilation",
    "lms.exams.incidents",
    "lms.exams.marking",
    "lms.exams.results",
    "lms.exams.rechecks",
    "lms.exams.scripts",
    "lms.exams.answer_files",
    "lms.appraisal.schemes",
    "lms.appraisal.reviews",
    "lms.archives.certificates",
    "lms.archives.cohort_files",
    "lms.archives.person_files",
    "lms.archives.closing",
    "lms.desk",
)
PARTS = ("models", "views", "api", "jobs", "companions", "cli")


def create_app(config: Config | None = None) -> Flask:
    """The whole house on one configuration (from the environment when none is given)."""
    config = config or configuration.from_environment()
    app = Flask(__name__, static_folder="static", template_folder=None)
    app.config.update(
        SECRET_KEY=config.key("browser"),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(config.tls / configuration.CERTIFICATE).exists(),
        SESSION_COOKIE_NAME="fengxue",
        MAX_CONTENT_LENGTH=52 * 1024 * 1024,
        TESTING=config.testing,
        FENGXUE=config,
    )
    vault.unlock(config.key("vault"))
    db.init(app, config)
    shell.init(app)
    LoginManager(app).user_loader(accounts.load_user)
    with _nothing_thrown_away():
        for room in ROOMS:
            _open(app, room)
    return app


def serve(config: Config | None = None) -> Flask:
    """The house for a server, one for a process and for all that are forked from it."""
    return _standing(config)


@cache
def _standing(config: Config | None) -> Flask:
    """What is there when it opens stays for weeks: the search for garbage need not go through all
    of it again in the middle of a request, nor write to pages that forks share."""
    app = create_app(config)
    configure_mappers()
    gc.freeze()
    return app


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Looking for garbage takes a fifth of the time that rooms take to open, and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _open(app: Flask, room: str) -> None:
    """Import what a room has of `PARTS`; its blueprints and commands join the app."""
    path = import_module(room).__dict__.get("__path__")
    for part in PARTS if path else ("",):
        name = f"{room}.{part}".rstrip(".")
        if part and find_spec(name) is None:
            continue
        module = import_module(name)
        blueprint: Blueprint | None = getattr(module, "blueprint", None)
        if blueprint is not None:
            app.register_blueprint(blueprint, url_prefix=_prefix(room))
        commands = getattr(module, "commands", None)
        if commands is not None:
            app.cli.add_command(commands)


def _prefix(room: str) -> str:
    """`/timetable` for room timetable; the desk is the front door."""
    name = room.rpartition(".")[2]
    return "" if name == "desk" else f"/{name}"
