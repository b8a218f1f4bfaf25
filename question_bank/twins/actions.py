"""Finding near-duplicates among the items of a bank, and deciding on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, insert

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.items import actions as items
from question_bank.items.rules.terms import ItemState
from question_bank.twins import solver
from question_bank.twins.models import Bucket, Fingerprint, Twin
from question_bank.twins.queries import comparing, groups
from question_bank.twins.rules import shingles, similarity, text_of

_FOUR = Decimal("0.0001")


def compare(*, at: datetime, limit: int = comparing.STRETCH) -> int:
    """Mark the next versions that have no fingerprint, and keep the pairs they make with others;
    how many were marked. For a worker: it loads NumPy."""
    waiting = comparing.unmarked(limit=limit)
    if not waiting:
        return 0
    ids = [version_id for version_id, _ in waiting]
    numbers = solver.buckets([text_of(content) for _, content in waiting])
    session.execute(
        delete(Fingerprint).where(Fingerprint.item_version_id.in_(ids)),
        execution_options={"synchronize_session": False},
    )
    rows = [{"item_version_id": one, "scheme": solver.SCHEME} for one in ids]
    session.execute(insert(Fingerprint), rows)
    session.execute(
        insert(Bucket),
        [
            {"item_version_id": one, "number": number}
            for one, some in zip(ids, numbers, strict=True)
            for number in sorted(set(some))
        ],
    )
    _keep_pairs(ids, least=comparing.threshold(on=local(at).date()))
    return len(ids)


def forget_outdated() -> None:
    """Drop the buckets of versions that are no longer current; their pairs show no more."""
    outdated = comparing.outdated()
    session.execute(
        delete(Fingerprint).where(Fingerprint.item_version_id.in_(outdated)),
        execution_options={"synchronize_session": False},
    )


def keep_all(version_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """All these items stay: their pairs are remembered and not shown again until one of two says
    something else; how many pairs. Refused when they were decided on already."""
    pairs = groups.undecided_among(version_ids)
    if not pairs:
        raise Refused("这些试题已经处理过了，请刷新页面。")
    for twin in pairs:
        twin.kept_by, twin.kept_at = by.name, at
    items_of = {one.item_id: one.item for twin in pairs for one in (twin.first, twin.second)}
    numbers = "、".join(f"第{number}号" for number in sorted(items_of))
    first = items_of[min(items_of)]
    told = f"{numbers}试题相近，都保留"
    record("twins.keep_both", first, told, by=by, at=at, items=sorted(items_of))
    return len(pairs)


def retire(
    item_ids: Collection[int], version_ids: Collection[int], *, by: Actor, at: datetime
) -> int:
    """Take some of these alike items out of use; the audit entries say because of which others.
    How many; Refused when none of them is among the alike any more."""
    pairs = groups.undecided_among(version_ids)
    alike = {one.item_id: one.item for twin in pairs for one in (twin.first, twin.second)}
    wanted = [alike[number] for number in sorted(item_ids) if number in alike]
    in_use = [item for item in wanted if item.state is not ItemState.RETIRED]
    if not in_use:
        raise Refused("这些试题已经处理过了，请刷新页面。")
    others = sorted(set(alike) - {item.id for item in in_use})
    for item in in_use:
        items.retire(item, seen=item.version, by=by, at=at)
        told = f"第{item.id}号试题与{'、'.join(f'第{one}号' for one in others)}重复，停用"
        record("twins.retire", item, told, by=by, at=at, others=others)
    return len(in_use)


def _keep_pairs(version_ids: list[int], *, least: float) -> None:
    found = comparing.candidates(version_ids)
    found -= comparing.known(found)
    texts = comparing.texts({one for pair in found for one in pair})
    grams = {version_id: shingles(text) for version_id, text in texts.items()}
    places = comparing.places_of({one for pair in found for one in pair})
    before = comparing.kept_before(version_ids)
    rows = []
    for first, second in sorted(found):
        share = similarity(grams[first], grams[second])
        if share >= least:
            kept = Decimal(share).quantize(_FOUR)
            one, two = places[first], places[second]
            by, at = before.get(
                (one.item_id, one.content_hash, two.item_id, two.content_hash), ("", None)
            )
            rows.append(
                {
                    "first_id": first, "second_id": second, "bank_id": one.bank_id,
                    "similarity": kept, "kept_by": by, "kept_at": at,
                }
            )  # fmt: skip
    if rows:
        session.execute(insert(Twin), rows)
