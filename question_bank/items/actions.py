"""Writing items: banks, new items and versions, retirement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import Base, session
from lms.ground.errors import Refused
from lms.ground.uploads import actions as uploads
from lms.ground.uploads import delivery, media
from lms.ground.uploads.models import Upload
from lms.ground.uploads.shelf import Readable
from question_bank.items import queries
from question_bank.items.kinds import catalogue
from question_bank.items.kinds.protocol import content_of
from question_bank.items.models import Bank, Item, ItemTag, ItemText, ItemVersion, Provenance
from question_bank.items.rules.finding import face_of, inside_of
from question_bank.items.rules.identity import content_hash, plain_part, plain_rubric
from question_bank.items.rules.terms import (
    KIND_NAMES,
    BankAccess,
    Cognition,
    Difficulty,
    ItemState,
    Kind,
    Source,
)
from question_bank.topics.actions import ensure_path
from question_bank.topics.models import Topic

# Browsers call an .m4a of some recorders MP4.
RECORDINGS = (media.MP3, media.M4A, media.WAV, media.OGG, media.MP4)
PICTURES = (media.PNG, media.JPEG, media.GIF, media.WEBP)


def create_bank(
    name: str, *, note: str = "", access: BankAccess = BankAccess.STEMS, by: Actor, at: datetime
) -> Bank:
    """A new bank, its maker's own; Refused when the name is taken."""
    bank = Bank(
        name=" ".join(name.split()), note=note, access=access, owner_id=by.id, created_at=at
    )
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
    media: Sequence[int] = (),
    plays: int | None = None,
    seconds: int | None = None,
    tries: int | None = None,
    transcript: str = "",
    tags: Sequence[str] = (),
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
        plays=plays,
        seconds=seconds,
        tries=tries,
        transcript=transcript,
        rationale=rationale,
        points=points,
        difficulty=difficulty,
        cognition=cognition,
    )
    _finish(version, Kind(kind), by=by, at=at)
    _check_twin(bank.id, version.content_hash)
    item = Item(
        bank_id=bank.id,
        topic_id=None if topic is None else topic.id,
        kind=Kind(kind),
        owner_id=by.id,
        created_at=at,
        versions=[version],
        text=_text(Kind(kind), version),
    )
    session.add(item)
    item.provenances = [_provenance(source) for source in sources]
    item.tags = [ItemTag(word=word) for word in tags]
    session.flush()
    record("items.add", item, f"在题库“{bank.name}”中新建了{KIND_NAMES[item.kind]}", by=by, at=at)
    return item


@dataclass(frozen=True, slots=True)
class Admission:
    """An item on its way into a bank: `fields` are columns of ItemVersion, checked and with their
    content hash; `topic` is the path of its topic, empty for none."""

    kind: Kind
    fields: Mapping[str, Any]
    topic: tuple[str, ...]
    sources: tuple[Source, ...]
    tags: tuple[str, ...]
    face: str
    inside: str


def admission(
    kind: Kind,
    fields: Mapping[str, Any],
    *,
    topic: Sequence[str],
    sources: Sequence[Source],
    tags: Sequence[str],
) -> Admission:
    """The same with what the item will be found by: nothing is left to be worked out while the
    database waits."""
    content = content_of(kind.value, fields)
    face, inside = face_of(content), inside_of(content)
    return Admission(kind, fields, tuple(topic), tuple(sources), tuple(tags), face, inside)


def admit_all(bank: Bank, admissions: Sequence[Admission], *, by: Actor, at: datetime) -> list[int]:
    """Many new items in few statements, since nobody else writes meanwhile; their numbers in
    order. Whoever calls has looked for twins and keeps the record."""
    paths = sorted({one.topic for one in admissions} - {()})
    topics = {path: ensure_path(path).id for path in paths}
    made = [
        {
            "bank_id": bank.id,
            "topic_id": topics.get(one.topic),
            "kind": one.kind,
            "owner_id": by.id,
            "created_at": at,
        }
        for one in admissions
    ]
    ids = session.scalars(insert(Item).returning(Item.id, sort_by_parameter_order=True), made).all()
    signed = {"writer_id": by.id, "written_by": by.name, "written_at": at}
    both = list(zip(ids, admissions, strict=True))
    _insert(ItemVersion, [{"item_id": number, **one.fields, **signed} for number, one in both])
    _insert(
        ItemText,
        [{"item_id": number, "face": one.face, "inside": one.inside} for number, one in both],
    )
    sources = [{"item_id": number, **asdict(each)} for number, one in both for each in one.sources]
    _insert(Provenance, sources)
    tags = [{"item_id": number, "word": word} for number, one in both for word in one.tags]
    _insert(ItemTag, tags)
    return list(ids)


def _insert(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def revise(
    item: Item,
    fields: Mapping[str, Any],
    *,
    topic: Topic | None,
    sources: Sequence[Source],
    tags: Sequence[str] | None = None,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> ItemVersion:
    """Change an item (from `queries.get_item`): in place while nobody used or reviewed it, else
    as a new version, which is then reviewed from the beginning. Conflict on a stale form.

    `fields` are columns of ItemVersion; what is not in it stays, and so do the tags when None
    are given. Papers keep their version.
    """
    item.edited_from(seen)
    fresh = _copy(item.current, fields)
    _finish(fresh, item.kind, by=by, at=at)
    _check_twin(item.bank_id, fresh.content_hash, but=item.id)
    item.topic_id = None if topic is None else topic.id
    item.provenances = [_provenance(source) for source in sources]
    if tags is not None:
        set_tags(item, tags)
    version = item.current
    if _settled(item):
        fresh.number = item.latest = item.latest + 1
        item.versions.append(fresh)
        version = fresh
    else:
        _overwrite(version, fresh)
    item.text.face, item.text.inside = _searched(item.kind, version)
    item.state = ItemState.DRAFT
    record("items.revise", item, f"修改了试题（第{item.latest}版）", by=by, at=at)
    return version


def set_tags(item: Item, words: Sequence[str]) -> None:
    """The words of an item (from `queries.get_item`): those it has stay the rows they are."""
    kept = [tag for tag in item.tags if tag.word in words]
    known = {tag.word for tag in kept}
    item.tags = [*kept, *(ItemTag(word=word) for word in words if word not in known)]


def keep_file(
    file: Readable, *, name: str, is_recording: bool, by: Account, at: datetime
) -> Upload:
    """A recording or a picture of an item; Refused when it is too large or something else.

    How large a recording may be is the norm `items.recording_megabytes`.
    """
    limit = int(queries.recording_megabytes(local(at).date()) * 2**20)
    upload = uploads.store(file, name=name, owner_id=by.id, at=at, limit=limit)
    delivery.expect(upload, RECORDINGS if is_recording else PICTURES)
    return upload


def retire(item: Item, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Take an item out of use: it goes into no new paper, papers that have it keep it."""
    item.edited_from(seen)
    item.state, item.retired_at = ItemState.RETIRED, at
    record("items.retire", item, "停用了试题", by=by, at=at)


def restore(item: Item, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Bring a retired item back; it is reviewed anew, from the beginning."""
    item.edited_from(seen)
    item.state, item.retired_at = ItemState.DRAFT, None
    record("items.restore", item, "恢复了停用的试题", by=by, at=at)


def _finish(version: ItemVersion, kind: Kind, *, by: Actor, at: datetime) -> None:
    """Check the content (Refused with all faults), then stamp it."""
    content = content_of(kind, vars(version))
    faults = catalogue.check(content)
    if version.points <= 0:
        faults.append("题分须大于0。")
    if faults:
        raise Refused(*faults)
    version.content_hash = content_hash(content, queries.prints(version.media))
    version.writer_id, version.written_by, version.written_at = by.id, by.name, at


def _check_twin(bank_id: int, digest: str, *, but: int | None = None) -> None:
    twin = queries.twin(bank_id, digest, but=but)
    if twin is not None:
        raise Refused(f"题库里已有内容相同的试题（第{twin.id}号），没有重复保存。")


_FIELDS = (
    "stem", "options", "key", "rubric", "parts", "media", "plays", "seconds", "tries",
    "transcript", "rationale",
    "points", "difficulty", "cognition",
)  # fmt: skip


def _copy(version: ItemVersion, fields: Mapping[str, Any]) -> ItemVersion:
    values = {name: fields.get(name, getattr(version, name)) for name in _FIELDS}
    values["rubric"] = plain_rubric(values["rubric"])
    values["parts"] = [plain_part(part) for part in values["parts"]]
    return ItemVersion(**values)


def _overwrite(version: ItemVersion, fresh: ItemVersion) -> None:
    for name in (*_FIELDS, "content_hash", "writer_id", "written_by", "written_at"):
        setattr(version, name, getattr(fresh, name))


def _settled(item: Item) -> bool:
    """Has anybody reviewed or used the current version? Then it stays as it is."""
    reviewed = any(one.number == item.latest for one in item.reviews)
    return reviewed or queries.is_used(item.current.id)


def _searched(kind: Kind, version: ItemVersion) -> tuple[str, str]:
    content = content_of(kind.value, vars(version))
    return face_of(content), inside_of(content)


def _text(kind: Kind, version: ItemVersion) -> ItemText:
    face, inside = _searched(kind, version)
    return ItemText(face=face, inside=inside)


def _provenance(source: Source) -> Provenance:
    return Provenance(
        document=source.document,
        article=source.article,
        edition=source.edition,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )
