"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from lms.ground.db import session

Row = TypeVar("Row")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of page `number` (from 1) out of `total` rows altogether."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))


def paginate(statement: Select[Row], *, number: int | None, size: int = PAGE_SIZE) -> Page[Row]:
    """One page of `statement` and its total, in two statements; a page past the end is the last."""
    counted: Select[Any] = statement.order_by(None).with_only_columns(
        func.count(), maintain_column_froms=True
    )
    total = session.scalar(counted) or 0
    last = max(1, ceil(total / size))
    wanted = min(max(number or 1, 1), last)
    rows = session.scalars(statement.limit(size).offset((wanted - 1) * size)).unique().all()
    return Page(rows, wanted, size, total)


def count(statement: Select[Any]) -> int:
    """How many rows `statement` has."""
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0
