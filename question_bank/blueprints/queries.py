"""Reading blueprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from question_bank.blueprints.models import Blueprint, BlueprintRow
from question_bank.blueprints.rules.cells import Cell
from question_bank.topics import queries as topics
from question_bank.topics.rules import below


@dataclass(frozen=True, slots=True)
class Sums:
    """Items and points of a blueprint."""

    count: int = 0
    points: Decimal = Decimal(0)


def blueprints(search: str = "", *, page: int | None) -> Page[Blueprint]:
    """A page of blueprints, the latest first, without their rows."""
    statement = select(Blueprint).order_by(Blueprint.id.desc())
    if search:
        statement = statement.where(Blueprint.title.icontains(search, autoescape=True))
    return paginate(statement, number=page, size=20)


def sums(blueprints: Sequence[Blueprint]) -> dict[int, Sums]:
    """Items and points of each blueprint, in one statement."""
    rows = session.execute(
        select(
            BlueprintRow.blueprint_id,
            func.sum(BlueprintRow.count),
            func.sum(BlueprintRow.points * BlueprintRow.count, type_=BlueprintRow.points.type),
        )
        .where(BlueprintRow.blueprint_id.in_([one.id for one in blueprints]))
        .group_by(BlueprintRow.blueprint_id)
    )
    return {row[0]: Sums(row[1], Decimal(row[2])) for row in rows}


def get_blueprint(blueprint_id: int) -> Blueprint:
    """The blueprint with its rows."""
    blueprint = session.scalar(
        select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(selectinload(Blueprint.rows))
        .execution_options(populate_existing=True)
    )
    if blueprint is None:
        raise Missing("这份双向细目表")
    return blueprint


def cells(blueprint: Blueprint) -> list[Cell]:
    """What a variant shall hold (rows loaded): each cell with the topics that its topic stands
    for, and as many items as candidates draw from."""
    tree = topics.nodes()
    return [
        Cell(
            position=row.position,
            kind=row.kind,
            count=row.count * blueprint.pool,
            points=row.points,
            bank_id=row.bank_id,
            topic_id=row.topic_id,
            topics=None if row.topic_id is None else below(tree, row.topic_id),
            difficulty=row.difficulty,
            cognition=row.cognition,
        )
        for row in blueprint.rows
    ]


def multiple_policy(*, today: date) -> str:
    """The school's policy of multiple choice (norm `score.multiple_policy`)."""
    return norms.text("score.multiple_policy", on=today)
