"""For a worker: versions without fingerprints, candidates, and what of many contents is alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from lms.ground.db import session
from lms.ground.norms import queries as norms
from question_bank.items.kinds.protocol import Content, content_of
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import ItemState
from question_bank.twins import solver
from question_bank.twins.models import Bucket, Fingerprint, Twin
from question_bank.twins.rules import Pair, shingles, similarity, text_of

STRETCH = 500
# A stretch of versions that fall into crowded buckets is held against this many at most.
MOST_CANDIDATES = 100_000


@dataclass(frozen=True, slots=True)
class Near:
    """An item of a bank that says nearly the same as a text: its number, stem and similarity."""

    item_id: int
    version_id: int
    stem: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Alike:
    """What of many contents is alike: pairs among themselves (by their places), and for each
    place the items of the bank that are near it, the most similar first."""

    within: list[Pair]
    in_bank: dict[int, list[Near]]


@dataclass(frozen=True, slots=True)
class Place:
    """The bank and the item of a version, and the hash of what it says."""

    bank_id: int
    item_id: int
    content_hash: str


def threshold(*, on: date) -> float:
    """The similarity from which two items are shown as twins (norm `items.twin_similarity`)."""
    return float(norms.value("items.twin_similarity", on=on))


def alike(bank_id: int, contents: Sequence[Content], *, on: date) -> Alike:
    """For a worker that has read a file: near-duplicates inside it and in its bank."""
    least = threshold(on=on)
    texts = [text_of(content) for content in contents]
    numbers = solver.buckets(texts)
    within = solver.pairs_within(texts, numbers, threshold=least)
    return Alike(within, _in_bank(bank_id, texts, numbers, least))


def unmarked(*, limit: int) -> list[tuple[int, Content]]:
    """Current versions in use without buckets of the present scheme: their ids and contents."""
    done = and_(Fingerprint.item_version_id == ItemVersion.id, Fingerprint.scheme == solver.SCHEME)
    rows = session.execute(
        _contents().outerjoin(Fingerprint, done)
        .where(Item.state != ItemState.RETIRED, Fingerprint.item_version_id.is_(None))
        .order_by(ItemVersion.id)
        .limit(limit)
    )  # fmt: skip
    return [(row.id, _content(row._asdict())) for row in rows]


def candidates(version_ids: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of a version of these and another in use of its bank that share a bucket, the smaller
    id first."""
    mine, other = aliased(Bucket), aliased(Bucket)
    my_version, other_version = aliased(ItemVersion), aliased(ItemVersion)
    my_item, other_item = aliased(Item), aliased(Item)
    rows = session.execute(
        select(mine.item_version_id, other.item_version_id)
        .join(
            other, and_(other.number == mine.number, other.item_version_id != mine.item_version_id)
        )
        .join(my_version, my_version.id == mine.item_version_id)
        .join(my_item, my_item.id == my_version.item_id)
        .join(other_version, other_version.id == other.item_version_id)
        .join(other_item, is_current(other_item, other_version))
        .where(
            mine.item_version_id.in_(version_ids),
            other_item.bank_id == my_item.bank_id,
            other_item.id != my_item.id,
            other_item.state != ItemState.RETIRED,
        )
        .limit(MOST_CANDIDATES)
    )
    return {(min(one, two), max(one, two)) for one, two in rows}


def known(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs that are kept already."""
    firsts = {first for first, _ in pairs}
    found: set[tuple[int, int]] = set()
    for some in _stretches(sorted(firsts)):
        rows = session.execute(select(Twin.first_id, Twin.second_id).where(Twin.first_id.in_(some)))
        found.update((first, second) for first, second in rows)
    return found & set(pairs)


def texts(version_ids: Collection[int]) -> dict[int, str]:
    """The compared texts of these versions."""
    found = {}
    for some in _stretches(sorted(version_ids)):
        for row in session.execute(_contents(current=False).where(ItemVersion.id.in_(some))):
            found[row.id] = text_of(_content(row._asdict()))
    return found


def places_of(version_ids: Collection[int]) -> dict[int, Place]:
    """Where these versions lie, and what they say."""
    found: dict[int, Place] = {}
    for some in _stretches(sorted(version_ids)):
        rows = session.execute(
            select(ItemVersion.id, Item.bank_id, Item.id, ItemVersion.content_hash)
            .join(Item, Item.id == ItemVersion.item_id)
            .where(ItemVersion.id.in_(some))
        )
        found |= {one: Place(bank_id, item_id, said) for one, bank_id, item_id, said in rows}
    return found


def kept_before(
    version_ids: Collection[int],
) -> dict[tuple[int, str, int, str], tuple[str, datetime | None]]:
    """What was decided to stay of the items of these versions, by number and content hash of the
    two items: (by whom, when). It holds as long as both say the same."""
    mine = select(ItemVersion.item_id).where(ItemVersion.id.in_(version_ids))
    one, two = aliased(ItemVersion), aliased(ItemVersion)
    rows = session.execute(
        select(
            one.item_id, one.content_hash, two.item_id, two.content_hash, Twin.kept_by, Twin.kept_at
        )
        .join(one, one.id == Twin.first_id)
        .join(two, two.id == Twin.second_id)
        .where(Twin.kept_at.is_not(None), or_(one.item_id.in_(mine), two.item_id.in_(mine)))
    )
    found = {}
    for first, its_hash, second, other_hash, by, at in rows:
        found[first, its_hash, second, other_hash] = found[second, other_hash, first, its_hash] = (
            by, at,
        )  # fmt: skip
    return found


def outdated() -> Select[Any]:
    """The versions with a fingerprint that are no longer current."""
    return (
        select(Fingerprint.item_version_id)
        .join(ItemVersion, ItemVersion.id == Fingerprint.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.number != Item.latest)
    )


def _in_bank(
    bank_id: int, texts: Sequence[str], buckets: Sequence[Sequence[int]], least: float
) -> dict[int, list[Near]]:
    places: dict[int, set[int]] = defaultdict(set)
    for place, numbers in enumerate(buckets):
        for number in numbers:
            places[number].add(place)
    wanted: dict[int, set[int]] = defaultdict(set)
    found: dict[int, Any] = {}
    for some in _stretches(sorted(places)):
        for row in session.execute(_sharing(bank_id, some)):
            found[row.id] = row
            wanted[row.id] |= places[row.bucket]
    near: dict[int, list[Near]] = defaultdict(list)
    mine = [shingles(text) for text in texts]
    for version_id, row in found.items():
        other = shingles(text_of(_content(row._asdict())))
        for place in wanted[version_id]:
            share = similarity(mine[place], other)
            if share >= least:
                near[place].append(Near(row.item_id, version_id, row.stem, share))
    return {
        place: sorted(some, key=lambda one: (-one.similarity, one.item_id))
        for place, some in near.items()
    }


def _sharing(bank_id: int, numbers: Sequence[int]) -> Select[Any]:
    return (
        _contents()
        .add_columns(Bucket.number.label("bucket"), Item.id.label("item_id"))
        .join(Bucket, Bucket.item_version_id == ItemVersion.id)
        .where(Bucket.number.in_(numbers), Item.bank_id == bank_id, Item.state != ItemState.RETIRED)
    )


def _contents(*, current: bool = True) -> Select[Any]:
    """What of a version is compared, as plain columns."""
    joined = is_current(Item, ItemVersion) if current else Item.id == ItemVersion.item_id
    return select(
        ItemVersion.id, Item.kind, ItemVersion.stem, ItemVersion.options, ItemVersion.parts
    ).join(Item, joined)


def _content(row: Mapping[str, Any]) -> Content:
    return content_of(str(row["kind"]), row)


def is_current(item: Any, version: Any) -> ColumnElement[bool]:
    """The version is that of the item by now."""
    return and_(item.id == version.item_id, item.latest == version.number)


def _stretches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), STRETCH):
        yield numbers[start : start + STRETCH]
