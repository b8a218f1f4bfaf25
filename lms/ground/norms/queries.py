"""Reading norms: what is in force on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms.models import Norm


def get_norm(code: str, *, on: date, scope: str = "") -> Norm:
    """The norm in force for `scope`, else for everybody; Missing when there is none."""
    statement = (
        select(Norm)
        .where(
            Norm.code == code,
            Norm.scope.in_({scope, ""}),
            Norm.valid_from <= on,
            or_(Norm.valid_to.is_(None), Norm.valid_to > on),
        )
        .order_by(Norm.scope.desc(), Norm.valid_from.desc())
        .limit(1)
    )
    norm = session.scalar(statement)
    if norm is None:
        raise Missing(f"政策参数“{code}”")
    return norm


def value(code: str, *, on: date, scope: str = "") -> Decimal:
    """The number in force; Missing when there is none."""
    number = get_norm(code, on=on, scope=scope).value
    if number is None:
        raise Missing(f"政策参数“{code}”的数值")
    return number


def text(code: str, *, on: date, scope: str = "") -> str:
    """The text in force; Missing when there is none."""
    found = get_norm(code, on=on, scope=scope).text
    if found is None:
        raise Missing(f"政策参数“{code}”的内容")
    return found
