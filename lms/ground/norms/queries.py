"""Reading norms: what is in force on a day, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, or_, select

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms.models import Norm
from lms.ground.norms.rules import parse_fraction


def get_norm(code: str, *, on: date, scope: str = "") -> Norm:
    """The norm in force for `scope`, else for everybody; Missing when there is none."""
    norm = in_force(code, on=on, scope=scope).get(code)
    if norm is None:
        raise Missing(f"政策参数“{code}”")
    return norm


def in_force(*codes: str, on: date, scope: str = "") -> dict[str, Norm]:
    """The norms of these codes in one statement, those of `scope` before those for everybody."""
    statement = (
        select(Norm)
        .where(Norm.code.in_(codes), Norm.scope.in_({scope, ""}), _in_force(on))
        .order_by(Norm.scope, Norm.valid_from)
    )
    return {norm.code: norm for norm in session.scalars(statement)}


@dataclass(frozen=True)
class Chronicle:
    """All values that a code ever had or will have, to be asked for many days and scopes."""

    norms: Sequence[Norm]

    def on(self, day: date, scope: str = "") -> Norm | None:
        """The norm in force that day for `scope`, else for everybody, if there is one."""
        found = {
            norm.scope: norm
            for norm in self.norms
            if norm.valid_from <= day and (norm.valid_to is None or norm.valid_to > day)
        }
        return found.get(scope) or found.get("")


def chronicle(code: str) -> Chronicle:
    """The chronicle of one code, in one statement."""
    wanted = select(Norm).where(Norm.code == code).order_by(Norm.valid_from)
    return Chronicle(list(session.scalars(wanted)))


def value(code: str, *, on: date, scope: str = "") -> Decimal:
    """The number in force; Missing when there is none."""
    return values(code, on=on, scope=scope)[code]


def values(*codes: str, on: date, scope: str = "") -> dict[str, Decimal]:
    """The numbers in force for all `codes`, in one statement; Missing when one has none."""
    found = in_force(*codes, on=on, scope=scope)
    numbers = {code: norm.value for code, norm in found.items() if norm.value is not None}
    for code in codes:
        if code not in numbers:
            raise Missing(f"政策参数“{code}”的数值")
    return numbers


def text(code: str, *, on: date, scope: str = "") -> str:
    """The text in force; Missing when there is none."""
    found = get_norm(code, on=on, scope=scope).text
    if found is None:
        raise Missing(f"政策参数“{code}”的内容")
    return found


def fraction(code: str, *, on: date, scope: str = "") -> Fraction:
    """The exact number in force, whether it was entered as a number or as a text like 1/7."""
    norm = get_norm(code, on=on, scope=scope)
    return parse_fraction(norm.text or "") if norm.value is None else Fraction(norm.value)


def current(*, on: date, search: str = "", unverified: bool = False) -> list[Norm]:
    """Everything in force on a day, by code and scope; `search` looks in code, name and basis."""
    statement = select(Norm).where(_in_force(on)).order_by(Norm.code, Norm.scope)
    if search:
        wanted = f"%{search}%"
        statement = statement.where(
            or_(Norm.code.ilike(wanted), Norm.name.ilike(wanted), Norm.basis.ilike(wanted))
        )
    if unverified:
        statement = statement.where(Norm.verified.is_(False))
    return list(session.scalars(statement))


def history(code: str) -> list[Norm]:
    """All values that a code ever had or will have, the latest first; Missing for no such code."""
    statement = select(Norm).where(Norm.code == code).order_by(Norm.scope, Norm.valid_from.desc())
    found = list(session.scalars(statement))
    if not found:
        raise Missing(f"政策参数“{code}”")
    return found


def line(code: str, scope: str) -> list[Norm]:
    """The values of one code for one scope, the earliest first; none is an empty list."""
    wanted = select(Norm).where(Norm.code == code, Norm.scope == scope)
    return list(session.scalars(wanted.order_by(Norm.valid_from)))


def known_lines() -> set[tuple[str, str]]:
    """Every (code, scope) that has a value."""
    rows = session.execute(select(Norm.code, Norm.scope).distinct())
    return {(code, scope) for code, scope in rows}


def get_row(norm_id: int) -> Norm:
    """One dated value; Missing when it is gone."""
    norm = session.get(Norm, norm_id)
    if norm is None:
        raise Missing("这个政策参数的值")
    return norm


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(Norm.valid_from <= on, or_(Norm.valid_to.is_(None), Norm.valid_to > on))
