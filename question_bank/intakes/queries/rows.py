"""Reading the rows of a preview: pages and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.rules.grid import Standing
from question_bank.intakes.rules.sieve import Sieve
from question_bank.items.rules.typed import topic_path
from question_bank.topics.queries import labels

WAITING = (Standing.FAULTY, Standing.DOUBTFUL)
ROWS_PER_PAGE = 50
_URGENCY = case({standing: at for at, standing in enumerate(Standing)}, value=IntakeRow.standing)
_STRETCH = 500


def page(intake: Intake, sieve: Sieve, *, number: int | None) -> Page[IntakeRow]:
    """A page of the rows that the sieve lets through, the most urgent first."""
    statement = sifted(intake.id, sieve).order_by(_URGENCY, IntakeRow.position)
    return paginate(statement, number=number, size=ROWS_PER_PAGE)


def sifted(intake_id: int, sieve: Sieve) -> Select[IntakeRow]:
    """The rows that the sieve lets through, in no order."""
    return select(IntakeRow).where(IntakeRow.intake_id == intake_id, *_conditions(sieve))


def number_sifted(intake_id: int, sieve: Sieve) -> int:
    """How many rows the sieve lets through."""
    statement = select(func.count()).select_from(IntakeRow)
    found = session.scalar(statement.where(IntakeRow.intake_id == intake_id, *_conditions(sieve)))
    return found or 0


def _conditions(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    if sieve.standing in set(Standing):
        yield IntakeRow.standing == Standing(sieve.standing)
    if sieve.kind:
        yield IntakeRow.kind == ("" if sieve.kind == "none" else sieve.kind)
    if sieve.code:
        yield IntakeRow.codes.contains(f" {sieve.code} ", autoescape=True)
    if sieve.text:
        yield IntakeRow.text.contains(sieve.text.casefold(), autoescape=True)


def get_row(intake: Intake, position: int) -> IntakeRow:
    """The row at a position from 0; Missing where the file has none."""
    found = session.get(IntakeRow, (intake.id, position))
    if found is None:
        raise Missing("文件里的这道题")
    return found


def all_rows(intake: Intake) -> list[IntakeRow]:
    """Every row in the order of the file."""
    statement = select(IntakeRow).where(IntakeRow.intake_id == intake.id)
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def uncompared(intake: Intake) -> int:
    """How many rows, of those that may enter, changed since what is near them was looked for."""
    statement = select(func.count()).where(
        IntakeRow.intake_id == intake.id,
        IntakeRow.standing != Standing.ASIDE,
        IntakeRow.compared.is_(False),
    )
    return session.scalar(statement) or 0


def waiting(intake: Intake) -> list[IntakeRow]:
    """The rows with faults or undecided doubts."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing.in_(WAITING)
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def ready(intake: Intake) -> list[IntakeRow]:
    """The rows that would enter, in the order of the file."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.READY
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def rows_at(intake: Intake, positions: Collection[int]) -> list[IntakeRow]:
    """The rows at these positions."""
    return [
        row
        for some in stretches(sorted(positions))
        for row in session.scalars(
            select(IntakeRow).where(IntakeRow.intake_id == intake.id, IntakeRow.position.in_(some))
        )
    ]


def saying(intake: Intake, hashes: Collection[str]) -> list[IntakeRow]:
    """The rows whose content has one of these hashes."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.hash.in_(hashes)
    )
    return list(session.scalars(statement))


def tally(intake: Intake) -> dict[Standing, int]:
    """How many rows stand where."""
    counted = session.execute(
        select(IntakeRow.standing, func.count())
        .where(IntakeRow.intake_id == intake.id)
        .group_by(IntakeRow.standing)
    )
    return dict.fromkeys(Standing, 0) | dict(counted.all())


def kinds(intake: Intake, *standings: Standing) -> dict[str, int]:
    """How many rows there are of each kind, the most frequent first."""
    statement = select(IntakeRow.kind, func.count()).where(IntakeRow.intake_id == intake.id)
    if standings:
        statement = statement.where(IntakeRow.standing.in_(standings))
    counted = session.execute(statement.group_by(IntakeRow.kind).order_by(func.count().desc()))
    return dict(counted.all())


def codes(intake: Intake, *standings: Standing) -> dict[str, int]:
    """How many of the rows that stand there have which problem, the most frequent first."""
    told = session.scalars(
        select(IntakeRow.codes).where(
            IntakeRow.intake_id == intake.id, IntakeRow.standing.in_(standings)
        )
    )
    counted = Counter(code for line in told for code in line.split())
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def new_topics(intake: Intake) -> list[str]:
    """The topics that taking in would make, as people read them."""
    said = session.scalars(
        select(IntakeRow.topic)
        .where(IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.READY)
        .distinct()
    )
    known = set(labels().values())
    paths = {tuple(topic_path(one)) for one in said}
    wanted = {" › ".join(path[: at + 1]) for path in paths for at in range(len(path))}
    return sorted(wanted - known)


def set_aside(intake: Intake) -> list[IntakeRow]:
    """The rows that do not enter, in the order of the file."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.ASIDE
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def stretches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values in pieces that fit a statement."""
    for start in range(0, len(values), _STRETCH):
        yield values[start : start + _STRETCH]
