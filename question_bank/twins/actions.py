"""Finding near-duplicates among the items of a bank, and deciding on them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, insert

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from question_bank.items import actions as items
from question_bank.items.models import Item
from question_bank.twins import queries, solver
from question_bank.twins.models import Bucket, Fingerprint, Twin
from question_bank.twins.rules import shingles, similarity, text_of

_FOUR = Decimal("0.0001")


def compare(*, at: datetime, limit: int = queries.STRETCH) -> int:
    """Mark the next versions that have no fingerprint, and keep the pairs they make with others;
    how many were marked. For a worker: it loads NumPy."""
    waiting = queries.unmarked(limit=limit)
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
    _keep_pairs(ids, least=queries.threshold(on=local(at).date()))
    return len(ids)


def forget_outdated() -> None:
    """Drop the buckets of versions that are no longer current; their pairs show no more."""
    outdated = queries.outdated()
    session.execute(
        delete(Fingerprint).where(Fingerprint.item_version_id.in_(outdated)),
        execution_options={"synchronize_session": False},
    )


def keep_both(twin: Twin, *, by: Actor, at: datetime) -> None:
    """Both items stay: the pair is remembered and not shown again until one of them changes."""
    twin.kept_by, twin.kept_at = by.name, at
    told = f"第{twin.first.item_id}号与第{twin.second.item_id}号试题相近，都保留"
    record("twins.keep_both", twin.first.item, told, by=by, at=at, other=twin.second.item_id)


def retire(item: Item, twin: Twin, *, by: Actor, at: datetime) -> None:
    """Take one of a pair out of use; the audit entry says because of which other."""
    other = twin.second if twin.first.item_id == item.id else twin.first
    items.retire(item, seen=item.version, by=by, at=at)
    told = f"第{item.id}号试题与第{other.item_id}号重复，停用"
    record("twins.retire", item, told, by=by, at=at, other=other.item_id)


def _keep_pairs(version_ids: list[int], *, least: float) -> None:
    found = queries.candidates(version_ids)
    found -= queries.known(found)
    texts = queries.texts({one for pair in found for one in pair})
    grams = {version_id: shingles(text) for version_id, text in texts.items()}
    banks = queries.banks_of({first for first, _ in found})
    rows = []
    for first, second in sorted(found):
        share = similarity(grams[first], grams[second])
        if share >= least:
            kept = Decimal(share).quantize(_FOUR)
            rows.append(
                {
                    "first_id": first,
                    "second_id": second,
                    "bank_id": banks[first],
                    "similarity": kept,
                }
            )
    if rows:
        session.execute(insert(Twin), rows)
