"""Writing items: banks, new items and versions, approval, retirement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.items import queries
from question_bank.items.kinds import catalogue
from question_bank.items.kinds.protocol import content_of
from question_bank.items.models import Approval, Bank, Item, ItemVersion, Provenance
from question_bank.items.rules.identity import content_hash, plain_part, plain_rubric
from question_bank.items.rules.terms import (
    KIND_NAMES,
    Cognition,
    Difficulty,
    ItemState,
    Kind,
    Source,
)
from question_bank.topics.models import Topic


def create_bank(name: str, *, note: str = "", by: Actor, at: datetime) -> Bank:
    """A new bank; Refused when the name is taken."""
    bank = Bank(name=" ".join(name.split()), note=note, created_at=at)
    try:
        with session.begin_nested():
            session.add(bank)
    except IntegrityError:
        raise Refused(f"已经有名为“{bank.name}”的题库。") from None
    record("items.create_bank", bank, f"新建了题库“{bank.name}”", by=by, at=at)
    return bank


def ensure_bank(name: str, *, by: Actor, at: datetime) -> Bank:
    """The bank of that name, made if it was not there."""
    return queries.find_bank(name) or create_bank(name, by=by, at=at)


def add_item(
    *,
    bank: Bank,
    kind: Kind | str,
    stem: str,
    topic: Topic | None = None,
    options: Sequence[str] = (),
    key: Sequence[Any] = (),
    rubric: Iterable[Mapping[str, Any]] = (),
    parts: Iterable[Mapping[str, Any]] = (),
    media: Sequence[Any] = (),
    rationale: str = "",
    points: Decimal = Decimal(1),
    difficulty: Difficulty = Difficulty.MEDIUM,
    cognition: Cognition = Cognition.RECALL,
    sources: Iterable[Source] = (),
    by: Actor,
    at: datetime,
) -> Item:
    """A new item, waiting for approval. Refused with all faults, or when the bank has it already."""
    version = ItemVersion(
        stem=stem.strip(),
        options=list(options),
        key=[list(one) if isinstance(one, tuple) else one for one in key],
        rubric=plain_rubric(rubric),
        parts=[plain_part(part) for part in parts],
        media=list(media),
        rationale=rationale,
        points=points,
        difficulty=difficulty,
        cognition=cognition,
    )
    _finish(version, Kind(kind), by=by, at=at)
    _check_twin(bank.id, version.content_hash)
    item = admit(bank, Kind(kind), version, topic=topic, by=by, at=at)
    item.provenances = [_provenance(source) for source in sources]
    session.flush()
    record("items.add", item, f"在题库“{bank.name}”中新建了{KIND_NAMES[item.kind]}", by=by, at=at)
    return item


def admit(
    bank: Bank, kind: Kind, version: ItemVersion, *, topic: Topic | None, by: Actor, at: datetime
) -> Item:
    """An item of a version that was checked and stamped already; its caller keeps the record."""
    item = Item(
        bank_id=bank.id,
        topic_id=None if topic is None else topic.id,
        kind=kind,
        owner_id=by.id,
        created_at=at,
        versions=[version],
    )
    session.add(item)
    return item


def revise(
    item: Item,
    fields: Mapping[str, Any],
    *,
    topic: Topic | None,
    sources: Sequence[Source],
    seen: int | None,
    by: Actor,
    at: datetime,
) -> ItemVersion:
    """Change an item (from `queries.get_item`): in place while nobody used or approved it, else
    as a new version, which then waits for approval. Conflict on a stale form.

    `fields` are columns of ItemVersion; what is not in it stays. Papers keep their version.
    """
    item.edited_from(seen)
    fresh = _copy(item.current, fields)
    _finish(fresh, item.kind, by=by, at=at)
    _check_twin(item.bank_id, fresh.content_hash, but=item.id)
    item.topic_id = None if topic is None else topic.id
    item.provenances = [_provenance(source) for source in sources]
    version = item.current
    if _settled(item):
        fresh.number = item.latest = item.latest + 1
        item.versions.append(fresh)
        version = fresh
    else:
        _overwrite(version, fresh)
    item.state = ItemState.DRAFT
    record("items.revise", item, f"修改了试题（第{item.latest}版）", by=by, at=at)
    return version


def approve(item: Item, *, by: Actor, at: datetime) -> None:
    """Open an item to papers. Approving one's own work is possible and stays visible as such."""
    approve_all([item], by=by, at=at)


def approve_all(items: Sequence[Item], *, by: Actor, at: datetime) -> int:
    """Approve those that wait for it; how many. One audit entry."""
    waiting = [item for item in items if item.state is ItemState.DRAFT]
    if not waiting:
        return 0
    writers = queries.writers([item.id for item in waiting])
    made = [
        Approval(
            item_id=item.id,
            number=item.latest,
            own_work=writers[item.id] == by.name,
            approved_by=by.name,
            approved_at=at,
        )
        for item in waiting
    ]
    session.add_all(made)
    for item in waiting:
        item.state = ItemState.APPROVED
    own = sum(approval.own_work for approval in made)
    told = f"审定了{len(made)}道试题" + (f"，其中{own}道由本人命题" if own else "")
    ids = [item.id for item in waiting]
    record("items.approve", waiting[0], told, by=by, at=at, items=ids, own_work=own)
    return len(made)


def retire(item: Item, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Take an item out of use: it goes into no new paper, papers that have it keep it."""
    item.edited_from(seen)
    item.state, item.retired_at = ItemState.RETIRED, at
    record("items.retire", item, "停用了试题", by=by, at=at)


def restore(item: Item, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Bring a retired item back; it waits for approval again."""
    item.edited_from(seen)
    item.state, item.retired_at = ItemState.DRAFT, None
    item.approvals = [one for one in item.approvals if one.number != item.latest]
    record("items.restore", item, "恢复了停用的试题", by=by, at=at)


def _finish(version: ItemVersion, kind: Kind, *, by: Actor, at: datetime) -> None:
    """Check the content (Refused with all faults), then stamp it."""
    content = content_of(kind, vars(version))
    faults = catalogue.check(content)
    if version.points <= 0:
        faults.append("题分须大于0。")
    if faults:
        raise Refused(*faults)
    version.content_hash = content_hash(content)
    version.written_by, version.written_at = by.name, at


def _check_twin(bank_id: int, digest: str, *, but: int | None = None) -> None:
    twin = queries.twin(bank_id, digest, but=but)
    if twin is not None:
        raise Refused(f"题库里已有内容相同的试题（第{twin.id}号），没有重复保存。")


_FIELDS = (
    "stem", "options", "key", "rubric", "parts", "media", "rationale", "points", "difficulty",
    "cognition",
)  # fmt: skip


def _copy(version: ItemVersion, fields: Mapping[str, Any]) -> ItemVersion:
    values = {name: fields.get(name, getattr(version, name)) for name in _FIELDS}
    values["rubric"] = plain_rubric(values["rubric"])
    values["parts"] = [plain_part(part) for part in values["parts"]]
    return ItemVersion(**values)


def _overwrite(version: ItemVersion, fresh: ItemVersion) -> None:
    for name in (*_FIELDS, "content_hash", "written_by", "written_at"):
        setattr(version, name, getattr(fresh, name))


def _settled(item: Item) -> bool:
    """Has the current version been approved or used? Then it stays as it is."""
    approved = any(one.number == item.latest for one in item.approvals)
    return approved or bool(queries.uses([item.current.id]))


def _provenance(source: Source) -> Provenance:
    return Provenance(
        document=source.document,
        article=source.article,
        edition=source.edition,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )
