"""The demo school, true to the reports it is modelled on, loaded into an empty house."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from courses.cohorts.models import Cohort
from lms.appraisal.schemes import actions as schemes
from lms.desk.actions.banks import write_banks
from lms.desk.actions.concluding import announce, conclude, exempt_the_unexamined, file
from lms.desk.actions.engaging import invite, pay
from lms.desk.actions.examining import Examiners, examine, name_topics, offer_trial
from lms.desk.actions.judging import judge
from lms.desk.actions.log_ins import LogIn, open_log_in, remember, remembered
from lms.desk.actions.outings import go_out
from lms.desk.actions.population import Population, populate
from lms.desk.actions.teaching import Campus, equip, hold
from lms.desk.intake import DemoSchool, read
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import System
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.norms import actions as norms
from lms.ground.notices.models import Notice
from lms.ground.people import actions as people
from lms.ground.people.models import Person

SEED = 20231015
STAFF: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("admin", "系统管理员（演示）", (Role.ADMINISTRATOR,)),
    ("security", "安全管理员（演示）", (Role.SECURITY,)),
    ("audit", "审计管理员（演示）", (Role.AUDITOR,)),
    ("organiser", "组织部（演示）", (Role.ORGANISER,)),
    ("office", "教务科（演示）", (Role.OFFICE,)),
    ("marker", "阅卷人（演示）", (Role.MARKER,)),
    ("invigilator", "监考人（演示）", (Role.INVIGILATOR,)),
    ("township", "单位管理员（演示）", (Role.UNIT_ADMIN,)),
)
TEACHING = (
    ("adviser", "范文辉", (Role.ADVISER, Role.INSTRUCTOR)),
    ("teacher", "苏晓梅", (Role.INSTRUCTOR,)),
)
LEARNERS = 3
CHARGE = "township_chashan"


def load(*, at: datetime) -> list[LogIn]:
    """Load the demo school unless the house has accounts; the log-ins of the demo school.

    Deterministic but for the passwords and the day on which it is loaded.
    """
    if session.scalar(select(Account.id).limit(1)) is not None:
        return log_ins()
    school, chance = read(), Random(SEED)
    norms.load_baseline(at=at)
    schemes.load_baseline(at=at)
    population = populate(school, at=at, chance=chance)
    accounts, opened = _open_log_ins(population, at=at)
    banks = write_banks(school, author=accounts["teacher"], reviewer=accounts["office"], at=at)
    campus = equip(school, population.staff, today=local(at).date())
    examiners = Examiners(accounts["office"], accounts["marker"], accounts["invigilator"])
    name_topics(campus, banks, school, by=accounts["office"], at=at)
    for row in school.cohorts:
        cohort = _hold(row, campus, population, school, at=at, chance=chance)
        if row["status"] == "planned":
            continue
        announce(cohort, office=accounts["office"])
        go_out(row, cohort, campus, office=accounts["office"], at=at)
        exempt_the_unexamined(row, cohort, campus, school, by=accounts["organiser"])
        exam = examine(row, cohort, campus, banks, school, examiners, at=at, chance=chance)
        if row["status"] == "running":
            offer_trial(exam, cohort, examiners, at=at)
            invite(office=accounts["office"], at=at)
        else:
            judge(cohort, chance=Random(cohort.id))
            conclude(cohort, organiser=accounts["organiser"], office=accounts["office"])
        pay(row, cohort, office=accounts["office"], organiser=accounts["organiser"], at=at)
        if row["status"] == "filed":
            file(cohort, office=accounts["office"], at=at)
    _read_old_notices(at=at)
    remember(opened, current_app.config["FENGXUE"])
    return opened


def log_ins() -> list[LogIn]:
    """The log-ins of the demo school; none where it was not loaded."""
    return remembered(current_app.config["FENGXUE"])


def _open_log_ins(
    population: Population, *, at: datetime
) -> tuple[dict[str, Account], list[LogIn]]:
    """A dozen log-ins: one for every role, two for teachers, three for learners."""
    accounts, opened = {}, []
    teaching = [(login, name, roles, population.staff[name]) for login, name, roles in TEACHING]
    learning = [
        (f"learner{number}", person.name, (Role.LEARNER,), person)
        for number, person in enumerate(population.cadres[:LEARNERS], 1)
    ]
    nobody: Iterable[tuple[str, str, tuple[Role, ...], Person | None]] = (
        (login, name, roles, None) for login, name, roles in STAFF
    )
    for login, name, roles, person in (*nobody, *teaching, *learning):
        account, printed = open_log_in(login, name, roles, at=at)
        if person is not None:
            people.link_account(person, login, by=System(), at=at)
        accounts[login] = account
        opened.append(printed)
    people.put_in_charge(population.units[CHARGE], "township", by=System(), at=at)
    return accounts, opened


def _hold(
    row: dict[str, Any],
    campus: Campus,
    population: Population,
    school: DemoSchool,
    *,
    at: datetime,
    chance: Random,
) -> Cohort:
    """A cohort and its learners; whoever has a log-in comes to every cohort open to their unit."""
    kinds = {unit["code"]: unit["kind"] for unit in school.units}
    wanted = {
        population.units[code].id for code, kind in kinds.items() if kind in row["unit_kinds"]
    }
    eligible = [person for person in population.cadres if person.unit_id in wanted]
    known = [person for person in eligible if person.account_id is not None]
    others = [person for person in eligible if person.account_id is None]
    size = 0 if row["status"] == "planned" else row["size"]
    learners = (known + chance.sample(others, k=max(0, size - len(known))))[:size]
    adviser = population.staff[row["adviser"]]
    return hold(row, campus, learners, adviser, at=at, chance=chance)


def _read_old_notices(*, at: datetime) -> None:
    """What was told more than two months ago has been read."""
    old = Notice.sent_at < at - timedelta(days=60)
    session.execute(update(Notice).where(old).values(read_at=Notice.sent_at))
