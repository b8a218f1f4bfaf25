"""What is nearly the same as a row of a preview, side by side with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from lms.ground.accounts.models import Account
from lms.ground.db import session
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries import rows
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import Row
from question_bank.items.kinds.protocol import Content, content_of
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import item_scope, key_scope
from question_bank.items.rules.differences import Change, changes
from question_bank.items.rules.draft import LIMITS


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another item: a row of the file or an item of the bank, and all in which it differs.

    `share` from 0 to 1; `differences` is None where the account may not see the other item, and
    leaves keys out where it may not see its key.
    """

    share: float
    position: int | None
    item_id: int | None
    differences: Sequence[Change] | None


def likenesses(
    intake: Intake, records: Sequence[IntakeRow], shown: Sequence[Row], account: Account,
    *, at: datetime,
) -> dict[int, list[Likeness]]:  # fmt: skip
    """Position → what is near it, the most similar first."""
    near = [one for record in records for one in record.near]
    others = {
        row.position: row
        for row in rows.rows_at(intake, {one["row"] for one in near if "row" in one})
    }
    versions = _visible({one["version"] for one in near if "version" in one}, account, at=at)
    return {
        record.position: list(_likenesses(record, row.content, others, versions))
        for record, row in zip(records, shown, strict=True)
        if record.near
    }


def _likenesses(
    record: IntakeRow,
    content: Content,
    others: Mapping[int, IntakeRow],
    versions: Mapping[int, tuple[Content, bool]],
) -> Iterator[Likeness]:
    for one in record.near:
        if "row" in one:
            other = others.get(one["row"])
            if other is not None:
                told = changes(grid.content_from(other.draft), replace(content, media=()))
                yield Likeness(one["share"], other.position, None, told)
            continue
        seen = versions.get(one["version"])
        yield Likeness(one["share"], None, one["item"], _against(seen, content) if seen else None)


def _against(seen: tuple[Content, bool], content: Content) -> list[Change]:
    """How the content differs from an item of the bank whose key may be known or not."""
    other, knows_key = seen
    mine = replace(content, media=(), points=other.points)
    return changes(other, mine) if knows_key else changes(_keyless(other), _keyless(mine))


def _keyless(content: Content) -> Content:
    parts = tuple(_keyless(part) for part in content.parts)
    return replace(content, key=(), rubric=(), rationale="", transcript="", parts=parts)


def _visible(
    version_ids: Collection[int], account: Account, *, at: datetime
) -> dict[int, tuple[Content, bool]]:
    """Version → its content, and whether the account may see its key; only what it may see."""
    if not version_ids:
        return {}
    found = session.execute(
        select(ItemVersion, Item.kind, key_scope(account, at=at))
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(version_ids), item_scope(account))
    )
    return {version.id: (_content(version, kind), bool(known)) for version, kind, known in found}


def _content(version: ItemVersion, kind: str) -> Content:
    source = {
        name: getattr(version, name)
        for name in (
            "stem",
            "options",
            "key",
            "rubric",
            "parts",
            "rationale",
            "points",
            *LIMITS.values(),
            "transcript",
        )
    }
    return content_of(str(kind), source)
