"""For people: pages of the items in use that are alike, and the pairs that wait for a decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.paging import Page
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import knows_keys
from question_bank.items.rules.terms import ItemState
from question_bank.twins.models import Twin
from question_bank.twins.queries.comparing import is_current
from question_bank.twins.rules import clusters

# Pairs that one list is made of, and items of a group that one page shows: nobody reads more.
MOST_FOUND = 5_000
MOST_SHOWN = 12
GROUPS_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are alike by way of each other: the first is held against the others. `more` are
    not shown."""

    versions: list[ItemVersion]
    pairs: list[Twin]
    more: int

    def similarity(self, version: ItemVersion) -> Decimal | None:
        """Of a version with the first, where the two are a pair themselves."""
        wanted = {version.id, self.versions[0].id}
        return next(
            (one.similarity for one in self.pairs if {one.first_id, one.second_id} == wanted), None
        )


def groups(account: Account, *, bank_id: int | None, kept: bool, page: int | None) -> Page[Group]:
    """A page of the current items in use that undecided or kept pairs hold together, the most
    similar first."""
    found = session.execute(
        _pairs(account)
        .where(
            true() if bank_id is None else Twin.bank_id == bank_id,
            Twin.kept_at.is_not(None) if kept else Twin.kept_at.is_(None),
        )
        .with_only_columns(Twin.first_id, Twin.second_id)
        .order_by(Twin.similarity.desc(), Twin.first_id, Twin.second_id)
        .limit(MOST_FOUND + 1)
    )
    together = clusters([(first, second) for first, second in found])
    last = max(1, -(-len(together) // GROUPS_PER_PAGE))
    number = min(max(page or 1, 1), last)
    some = together[(number - 1) * GROUPS_PER_PAGE : number * GROUPS_PER_PAGE]
    return Page(_groups(some), number, GROUPS_PER_PAGE, len(together))


def _groups(together: Sequence[Sequence[int]]) -> list[Group]:
    """With what is shown of them: their versions, the most established first, and their pairs."""
    shown = [one for cluster in together for one in cluster[:MOST_SHOWN]]
    versions = {version.id: version for version in session.scalars(_versions(shown))}
    pairs = session.scalars(
        select(Twin).where(Twin.first_id.in_(shown), Twin.second_id.in_(shown))
    ).all()
    made = []
    for cluster in together:
        mine = [versions[one] for one in cluster[:MOST_SHOWN] if one in versions]
        mine.sort(key=lambda one: (one.item.state is not ItemState.APPROVED, one.item_id))
        ids = {one.id for one in mine}
        inside = [pair for pair in pairs if pair.first_id in ids and pair.second_id in ids]
        made.append(Group(mine, inside, more=max(len(cluster) - MOST_SHOWN, 0)))
    return made


def _versions(version_ids: Sequence[int]) -> Select[ItemVersion]:
    item = joinedload(ItemVersion.item).joinedload(Item.topic)
    return select(ItemVersion).where(ItemVersion.id.in_(version_ids)).options(item)


def undecided_among(version_ids: Collection[int]) -> list[Twin]:
    """The pairs among these versions that nobody decided on, with their items."""
    statement = select(Twin).where(
        Twin.first_id.in_(version_ids), Twin.second_id.in_(version_ids), Twin.kept_at.is_(None)
    )
    first, second = joinedload(Twin.first), joinedload(Twin.second)
    loaded = statement.options(
        first.joinedload(ItemVersion.item), second.joinedload(ItemVersion.item)
    )
    return list(session.scalars(loaded.order_by(Twin.first_id, Twin.second_id)))


def pairs_of(item_id: int, account: Account, *, limit: int = 10) -> list[Twin]:
    """The pairs that an item is in, the most similar first; none to whoever knows not the keys."""
    mine = select(ItemVersion.id).where(ItemVersion.item_id == item_id)
    statement = _pairs(account).where(or_(Twin.first_id.in_(mine), Twin.second_id.in_(mine)))
    return list(session.scalars(statement.order_by(Twin.similarity.desc()).limit(limit)))


def _pairs(account: Account) -> Select[Twin]:
    first, second = aliased(Item), aliased(Item)
    one, two = aliased(ItemVersion), aliased(ItemVersion)
    return (
        select(Twin)
        .join(one, one.id == Twin.first_id)
        .join(first, is_current(first, one))
        .join(two, two.id == Twin.second_id)
        .join(second, is_current(second, two))
        .where(
            first.state != ItemState.RETIRED,
            second.state != ItemState.RETIRED,
            true() if knows_keys(account) else first.owner_id == account.id,
        )
        .options(
            joinedload(Twin.first).joinedload(ItemVersion.item).joinedload(Item.topic),
            joinedload(Twin.second).joinedload(ItemVersion.item).joinedload(Item.topic),
        )
    )
