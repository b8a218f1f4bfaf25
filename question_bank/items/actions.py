"""Writing items: banks, new items and versions, approval, retirement, and intakes from file to bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.uploads.models import Upload
from question_bank.items import queries
from question_bank.items.kinds import catalogue
from question_bank.items.kinds.protocol import Content, content_of
from question_bank.items.models import Approval, Bank, Intake, Item, ItemVersion, Provenance
from question_bank.items.rules.grid import Decision, Row, Standing
from question_bank.items.rules.identity import content_hash, plain_part, plain_rubric
from question_bank.items.rules.terms import (
    KIND_NAMES,
    Cognition,
    Difficulty,
    IntakeState,
    ItemState,
    Kind,
    Source,
)
from question_bank.topics.actions import ensure_path
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
    item = _new_item(bank, topic, Kind(kind), version, by=by, at=at)
    item.provenances = [_provenance(source) for source in sources]
    session.add(item)
    record("items.add", item, f"在题库“{bank.name}”中新建了{KIND_NAMES[item.kind]}", by=by, at=at)
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


def start_intake(
    bank: Bank, upload: Upload, *, key_upload: Upload | None, by: Account, at: datetime
) -> Intake:
    """Have a file read by a worker. Refused when this very file is in the bank already."""
    intake = begin_intake(bank, upload, key_upload=key_upload, by=by, at=at)
    job = jobs.enqueue("items.read", owner_id=by.id, at=at, intake_id=intake.id)
    intake.job_id = job.id
    return intake


def begin_intake(
    bank: Bank, upload: Upload, *, key_upload: Upload | None, by: Actor, at: datetime
) -> Intake:
    """An intake that waits for its reading. Refused when this very file is in the bank already."""
    for earlier in queries.earlier_intakes(bank.id, upload.sha256):
        if earlier.state is IntakeState.COMMITTED:
            raise Refused(
                f"“{upload.name}”与已导入“{bank.name}”的文件内容完全相同"
                f"（导入记录第{earlier.id}号），没有重复导入。如需重新导入，请先撤回那一次。"
            )
    intake = Intake(
        bank=bank, upload=upload, key_upload=key_upload, owner_id=by.id, created_at=at,
        state=IntakeState.READING,
    )  # fmt: skip
    session.add(intake)
    record("items.start_intake", intake, f"上传了题库文件“{upload.name}”", by=by, at=at)
    return intake


def keep_reading(intake: Intake, reading: Mapping[str, Any]) -> None:
    """What the file says, ready for its preview."""
    intake.reading, intake.state = dict(reading), IntakeState.PREVIEW


def fail_reading(intake: Intake, sentence: str) -> None:
    """The file could not be read, and why."""
    intake.failure, intake.state = sentence, IntakeState.FAILED


def correct(intake: Intake, index: int, fields: Mapping[str, Any]) -> None:
    """Change one item of the preview: `kind`, `stem`, `options`, `key` ….

    A correction is a look: the doubts about the item are settled by it.
    """
    decision = {"decision": Decision.ACCEPTED.value}
    _change(intake, index, {**fields, **decision})


def decide(intake: Intake, index: int, decision: Decision | None) -> None:
    """Accept an item with its doubts, set it aside, or take the decision back."""
    _change(intake, index, {"decision": decision.value if decision else ""})


def set_all_aside(intake: Intake) -> int:
    """Set aside whatever has faults or undecided doubts; how many."""
    waiting = {
        row.index
        for row in queries.preview(intake)
        if row.standing in (Standing.FAULTY, Standing.DOUBTFUL)
    }
    items = [
        {**item, "decision": Decision.ASIDE.value} if index in waiting else item
        for index, item in enumerate(_open(intake).reading["items"])
    ]
    intake.reading = {**intake.reading, "items": items}
    return len(waiting)


def take_in(intake: Intake, *, by: Actor, at: datetime) -> int:
    """All items that were not set aside enter the bank, or none does: Refused while some item
    has a fault or an undecided doubt. How many entered."""
    shown = queries.preview(_open(intake))
    waiting = [row for row in shown if row.standing in (Standing.FAULTY, Standing.DOUBTFUL)]
    if waiting:
        raise Refused(
            f"还有{len(waiting)}道题须改正或核对，没有入库。请逐题处理，或把它们搁置后再入库。"
        )
    taken = [row for row in shown if row.standing is Standing.READY]
    if not taken:
        raise Refused("没有可以入库的试题。")
    bank = queries.get_bank(intake.bank_id)
    topics = _topics_of(taken)
    for row in taken:
        item = _new_item(
            bank, topics.get(tuple(row.topic_path)), Kind(row.content.kind),
            _version_of(row, by=by, at=at), by=by, at=at,
        )  # fmt: skip
        item.intake_id = intake.id
        session.add(item)
    intake.state, intake.committed_at = IntakeState.COMMITTED, at
    told = f"将“{intake.upload.name}”的{len(taken)}道试题导入题库“{bank.name}”"
    record("items.take_in", intake, told, by=by, at=at, items=len(taken))
    return len(taken)


def undo(intake: Intake, *, by: Actor, at: datetime) -> int:
    """Take a whole intake out of the bank again; Refused once a paper uses one of its items."""
    if intake.state is not IntakeState.COMMITTED:
        raise Refused("这次导入没有入库，不需要撤回。")
    used = queries.used_items_of(intake)
    if used:
        raise Refused(f"这次导入的试题有{used}道已用在试卷中，不能整批撤回；不再使用的请逐题停用。")
    removed = session.scalars(
        delete(Item)
        .where(Item.intake_id == intake.id)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    ).all()
    intake.state, intake.undone_at = IntakeState.UNDONE, at
    told = f"撤回了“{intake.upload.name}”的导入，移除{len(removed)}道试题"
    record("items.undo", intake, told, by=by, at=at, items=len(removed))
    return len(removed)


def _new_item(
    bank: Bank, topic: Topic | None, kind: Kind, version: ItemVersion, *, by: Actor, at: datetime
) -> Item:
    return Item(
        bank_id=bank.id,
        topic_id=None if topic is None else topic.id,
        kind=kind,
        owner_id=by.id,
        created_at=at,
        versions=[version],
    )


def _version_of(row: Row, *, by: Actor, at: datetime) -> ItemVersion:
    content = row.content
    return ItemVersion(
        stem=content.stem.strip(),
        options=list(content.options),
        key=list(content.key),
        rubric=plain_rubric(content.rubric),
        parts=[plain_part(_as_json(part)) for part in content.parts],
        media=[],
        rationale=content.rationale,
        points=content.points or Decimal(1),
        difficulty=row.difficulty,
        cognition=Cognition.RECALL,
        content_hash=row.hash,
        written_by=by.name,
        written_at=at,
    )


def _as_json(part: Content) -> dict[str, Any]:
    return {
        "kind": part.kind, "stem": part.stem, "options": part.options, "key": part.key,
        "rubric": part.rubric, "rationale": part.rationale, "points": part.points,
    }  # fmt: skip


def _topics_of(rows: Sequence[Row]) -> dict[tuple[str, ...], Topic]:
    """Every topic named in the rows, each path looked up once."""
    paths = {tuple(row.topic_path) for row in rows if row.topic_path}
    return {path: ensure_path(path) for path in sorted(paths)}


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


def _open(intake: Intake) -> Intake:
    if intake.state is not IntakeState.PREVIEW:
        raise Refused("这次导入现在不能改动：它还没有读完，或者已经入库。")
    return intake


def _change(intake: Intake, index: int, fields: Mapping[str, Any]) -> None:
    items = list(_open(intake).reading["items"])
    if not 0 <= index < len(items):
        raise Refused("文件里没有这道题，请刷新页面。")
    items[index] = {**items[index], **fields}
    intake.reading = {**intake.reading, "items": items}
