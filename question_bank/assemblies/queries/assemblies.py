"""Reading what was asked to be assembled, and what was made of it."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.assemblies.models import Assembly
from question_bank.blueprints.models import Blueprint
from question_bank.papers.models import Paper


def assemblies(search: str, blueprint: Blueprint | None, *, page: int | None) -> Page[Assembly]:
    """A page of what was asked for, the latest first: all, by one blueprint, or with a word in the
    names of blueprint and papers or in who asked."""
    statement = (
        select(Assembly)
        .join(Blueprint, Blueprint.id == Assembly.blueprint_id)
        .options(
            joinedload(Assembly.job),
            joinedload(Assembly.blueprint),
            selectinload(Assembly.made).load_only(Paper.title, Paper.number),
        )
        .order_by(Assembly.id.desc())
    )
    if blueprint is not None:
        statement = statement.where(Assembly.blueprint_id == blueprint.id)
    if search:
        named = (Blueprint.title, Assembly.title, Assembly.asked_by)
        statement = statement.where(or_(*(one.icontains(search, autoescape=True) for one in named)))
    return paginate(statement, number=page)


def papers_of(blueprint: Blueprint) -> int:
    """How many papers were made by a blueprint."""
    statement = select(func.count()).where(Paper.blueprint_id == blueprint.id)
    return session.scalar(statement) or 0


def find_paper(blueprint: Blueprint, seed: int) -> Paper | None:
    """The first paper that was made by a blueprint with a seed."""
    wanted = select(Paper).where(Paper.blueprint_id == blueprint.id, Paper.seed == seed)
    return session.scalars(wanted.order_by(Paper.number).limit(1)).first()


def find_assembly(blueprint: Blueprint, seed: int) -> Assembly | None:
    """What was asked for by a blueprint with a seed."""
    wanted = select(Assembly).where(Assembly.blueprint_id == blueprint.id, Assembly.seed == seed)
    return session.scalar(wanted.options(joinedload(Assembly.job)))


def get_assembly(assembly_id: int) -> Assembly:
    """The assembly with its blueprint, its job, and the papers it made."""
    assembly = session.scalar(
        select(Assembly)
        .where(Assembly.id == assembly_id)
        .options(
            joinedload(Assembly.job), joinedload(Assembly.blueprint), selectinload(Assembly.made)
        )
        .execution_options(populate_existing=True)
    )
    if assembly is None:
        raise Missing("这次组卷")
    return assembly
