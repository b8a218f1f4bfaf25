"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, select

from lms.ground.db import session

Row = TypeVar("Row")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of page `number` (from 1) out of `total` rows altogether.

    `more`: there are more than `total` rows, which nobody counted and no page shows.
    """

    rows: Sequence[Row]
    number: int
    size: int
    total: int
    more: bool = False

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))


def paginate(
    statement: Select[Row], *, number: int | None, size: int = PAGE_SIZE, most: int | None = None
) -> Page[Row]:
    """One page of `statement` and its total, in two statements; a page past the end is the last.

    With `most`, rows are counted and shown up to that number: counting a large table is slow.
    """
    total = _total(statement, most)
    more = most is not None and total > most
    total = min(total, most) if most is not None else total
    last = max(1, ceil(total / size))
    wanted = min(max(number or 1, 1), last)
    rows = session.scalars(statement.limit(size).offset((wanted - 1) * size)).unique().all()
    return Page(rows, wanted, size, total, more)


def _total(statement: Select[Any], most: int | None) -> int:
    plain = statement.order_by(None)
    if most is None:
        counted: Select[Any] = plain.with_only_columns(func.count(), maintain_column_froms=True)
    else:
        some = plain.with_only_columns(literal(1), maintain_column_froms=True).limit(most + 1)
        counted = select(func.count()).select_from(some.subquery())
    return session.scalar(counted) or 0


def count(statement: Select[Any]) -> int:
    """How many rows `statement` has."""
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0
