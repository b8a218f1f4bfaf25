"""Intakes from file to bank: begun, read, corrected, taken in, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.uploads import actions as uploads
from lms.ground.uploads.models import Upload
from question_bank.intakes.actions.previewing import opened, recheck
from question_bank.intakes.models import ColumnMapping, Intake, IntakeRow, TakenItem
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.queries import rows
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.columns import mapping_faults
from question_bank.intakes.rules.grid import Row, Standing
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items import actions as items
from question_bank.items.kinds.protocol import Content
from question_bank.items.models import Bank, Item, ItemTag, ItemVersion, Provenance
from question_bank.items.queries import get_bank, known_hashes
from question_bank.items.rules.identity import plain_part, plain_rubric
from question_bank.items.rules.terms import Kind
from question_bank.topics.actions import ensure_path
from question_bank.topics.models import Topic

NOBODY = 0  # uploads of the command line have no account


def start_intake(
    bank: Bank, upload: Upload, *, key_upload: Upload | None, by: Account, at: datetime
) -> Intake:
    """Have a file read by a worker. Refused when this very file is in the bank already."""
    intake = begin_intake(bank, upload, key_upload=key_upload, by=by, at=at)
    job = jobs.enqueue("intakes.read", owner_id=by.id, at=at, intake_id=intake.id)
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
    record("intakes.start", intake, f"上传了题库文件“{upload.name}”", by=by, at=at)
    return intake


def keep_reading(
    intake: Intake, reading: Mapping[str, Any], near: Mapping[int, Sequence[Mapping[str, Any]]]
) -> None:
    """What the file says, ready for its preview; its pictures were kept before.

    `near` tells of each position what is nearly the same, as in IntakeRow.
    """
    files = intake.reading.get("files", {})
    told = {**reading, "files": files, "prints": intake.reading.get("prints", {})}
    items = told.pop("items", [])
    intake.reading, intake.state = told, IntakeState.PREVIEW
    session.flush()
    session.execute(delete(IntakeRow).where(IntakeRow.intake_id == intake.id))
    made = grid.rows({**told, "items": items}, known_hashes(intake.bank_id))
    records = [_record(intake, row, near.get(row.index, ())) for row in made]
    if records:
        session.execute(insert(IntakeRow), records)
    recheck([row for row in rows.all_rows(intake) if row.near], intake)


def _record(intake: Intake, row: Row, near: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "intake_id": intake.id,
        "position": row.index,
        "item": dict(row.item),
        "near": [dict(one) for one in near],
        **rows.kept(row),
    }


def keep_file(intake: Intake, name: str, data: bytes, *, at: datetime) -> None:
    """Store a picture that the items of an intake name; its items get it when they are taken in."""
    upload = uploads.store(
        data, name=name.rpartition("/")[2], owner_id=intake.owner_id or NOBODY, at=at
    )
    files = {**intake.reading.get("files", {}), name: upload.id}
    prints = {**intake.reading.get("prints", {}), name: upload.sha256}
    intake.reading = {**intake.reading, "files": files, "prints": prints}


def stop_reading(intake: Intake, *, by: Account, at: datetime) -> None:
    """Nobody waits for the reading any more: it ends, and the page says so."""
    if intake.state is not IntakeState.READING or intake.job is None:
        raise Refused("这份文件已经读完，不需要停止。")
    if not intake.job.is_over:
        jobs.cancel(intake.job, at=at)
    fail_reading(intake, "已停止读取。文件没有入库，可以重新读取，或者换一份文件。")
    record("intakes.stop", intake, f"停止读取“{intake.upload.name}”", by=by, at=at)


def read_again(intake: Intake, *, by: Account, at: datetime) -> None:
    """Have the file of an intake read once more, after a failure or a stop."""
    over = intake.job is None or intake.job.is_over
    if intake.state is not IntakeState.FAILED and not (
        intake.state is IntakeState.READING and over
    ):
        raise Refused("这份文件不需要重新读取。")
    _read(intake, by=by, at=at)


def _read(intake: Intake, *, by: Account, at: datetime) -> None:
    intake.state, intake.reading, intake.failure = IntakeState.READING, {}, ""
    intake.job_id = jobs.enqueue("intakes.read", owner_id=by.id, at=at, intake_id=intake.id).id


def fail_reading(intake: Intake, sentence: str) -> None:
    """The file could not be read, and why."""
    intake.failure, intake.state = sentence, IntakeState.FAILED


def map_columns(
    intake: Intake, signature: str, columns: Mapping[str, int], *, by: Account, at: datetime
) -> None:
    """Say which column of a table is what, remember it for its header, and read the file again.

    `signature` is that of an entry of reading["tables"]; `columns` as in ColumnMapping. What was
    corrected in the preview is read anew as well. Refused for roles that contradict each other.
    """
    if signature not in {table["signature"] for table in opened(intake).reading.get("tables", ())}:
        raise Refused("文件里没有这张表，请刷新页面。")
    faults = mapping_faults(columns)
    if faults:
        raise Refused(*faults)
    known = session.get(ColumnMapping, signature) or ColumnMapping(signature=signature)
    known.columns, known.chosen_by, known.chosen_at = dict(columns), by.name, at
    session.add(known)
    _read(intake, by=by, at=at)
    told = f"说明了“{intake.upload.name}”各列的内容"
    record("intakes.map_columns", intake, told, by=by, at=at)


def take_in(intake: Intake, *, by: Actor, at: datetime) -> int:
    """All items that were not set aside enter the bank, or none does: Refused while some item
    has a fault or an undecided doubt. How many entered."""
    waiting = len(rows.waiting(opened(intake)))
    if waiting:
        raise Refused(
            f"还有{waiting}道题须改正或核对，没有入库。请逐题处理，或把它们搁置后再入库。"
        )
    kept = [row for row in rows.all_rows(intake) if row.standing is Standing.READY]
    if not kept:
        raise Refused("没有可以入库的试题。")
    taken = rows.examined(intake, kept)
    if any(row.standing is not Standing.READY for row in taken):
        raise Refused("题库刚有变动，有些题的情况随之变了，没有入库，请再试一次。")
    made = rows.new_topics(intake)
    bank = get_bank(intake.bank_id)
    topics = _topics_of(taken)
    files = intake.reading.get("files", {})
    entered = [
        items.admit(
            bank, Kind(row.content.kind), _version_of(row, files, by=by, at=at),
            topic=topics.get(tuple(row.topic_path)), by=by, at=at,
        )
        for row in taken
    ]  # fmt: skip
    for item, row in zip(entered, taken, strict=True):
        item.provenances = [Provenance(**asdict(source)) for source in row.sources]
        item.tags = [ItemTag(word=word) for word in row.tags]
    session.flush()
    session.add_all(TakenItem(item_id=item.id, intake_id=intake.id) for item in entered)
    intake.state, intake.committed_at = IntakeState.COMMITTED, at
    intake.reading = {**intake.reading, "new_topics": made}
    told = f"将“{intake.upload.name}”的{len(taken)}道试题导入题库“{bank.name}”"
    record("intakes.take_in", intake, told, by=by, at=at, items=len(taken))
    return len(taken)


def undo(intake: Intake, *, by: Actor, at: datetime) -> int:
    """Take a whole intake out of the bank again; Refused once a paper uses one of its items."""
    if intake.state is not IntakeState.COMMITTED:
        raise Refused("这次导入没有入库，不需要撤回。")
    used = len(queries.used_items_of(intake))
    if used:
        raise Refused(f"这次导入的试题有{used}道已用在试卷中，不能整批撤回；不再使用的请逐题停用。")
    removed = session.scalars(
        delete(Item)
        .where(Item.id.in_(select(TakenItem.item_id).where(TakenItem.intake_id == intake.id)))
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    ).all()
    intake.state, intake.undone_at = IntakeState.UNDONE, at
    told = f"撤回了“{intake.upload.name}”的导入，移除{len(removed)}道试题"
    record("intakes.undo", intake, told, by=by, at=at, items=len(removed))
    return len(removed)


def _version_of(row: Row, files: Mapping[str, int], *, by: Actor, at: datetime) -> ItemVersion:
    content = row.content
    return ItemVersion(
        stem=content.stem.strip(),
        options=list(content.options),
        key=list(content.key),
        rubric=plain_rubric(content.rubric),
        parts=[plain_part(_as_json(part)) for part in content.parts],
        media=[files[name] for name in row.media if name in files],
        rationale=content.rationale,
        points=content.points or Decimal(1),
        difficulty=row.difficulty,
        cognition=row.cognition,
        plays=content.plays,
        transcript=content.transcript,
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
