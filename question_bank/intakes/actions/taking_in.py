"""Intakes into the bank as a whole, and out again as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from question_bank.intakes.actions.previewing import opened, recheck
from question_bank.intakes.models import Intake, TakenItem
from question_bank.intakes.queries import examining, rows
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules.grid import Row, Standing
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items import actions as items
from question_bank.items.actions import Admission
from question_bank.items.kinds.protocol import Content
from question_bank.items.models import Item
from question_bank.items.queries import get_bank
from question_bank.items.rules.draft import LIMITS
from question_bank.items.rules.identity import plain_part, plain_rubric
from question_bank.items.rules.terms import Kind
from question_bank.topics.actions import prune

AT_ONCE = 300
"""So many items enter or leave while the page waits; more are a worker's."""
_STRETCH = 500
_CHANGED = "题库刚有变动，有些题的情况随之变了，没有入库，请看过再入库。"
Report = Callable[[int], None]


class Changed(Refused):
    """The bank changed since the preview was looked through: some rows stand elsewhere now."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that may enter, and which of their content hashes the bank had when they were checked:
    those were seen and are meant."""

    admissions: Sequence[Admission]
    known: Set[str]


def ask_to_take_in(intake: Intake, *, by: Account, at: datetime) -> None:
    """Few items enter at once, many by a worker; asked for twice, they enter once.

    Refused while some item has a fault or an undecided doubt. Where the bank changed meanwhile,
    nothing enters and `failure` says so.
    """
    if intake.state in (IntakeState.ENTERING, IntakeState.COMMITTED):
        return
    number = _ready(opened(intake))
    intake.failure = ""
    if number > AT_ONCE or rows.uncompared(intake):
        intake.state = IntakeState.ENTERING
        job = jobs.enqueue("intakes.take_in", owner_id=by.id, at=at, intake_id=intake.id)
        intake.job_id = job.id
        return
    try:
        enter(intake, prepared(intake), by=by, at=at)
    except Changed as changed:
        put_back(intake, str(changed))


def ask_to_undo(intake: Intake, *, by: Account, at: datetime) -> None:
    """Few items leave at once, many by a worker; Refused once a paper uses one of them."""
    if intake.state in (IntakeState.LEAVING, IntakeState.UNDONE):
        return
    _check_unused(intake)
    intake.failure = ""
    if rows.tally(intake)[Standing.READY] <= AT_ONCE:
        undo(intake, by=by, at=at)
        return
    intake.state = IntakeState.LEAVING
    job = jobs.enqueue("intakes.undo", owner_id=by.id, at=at, intake_id=intake.id)
    intake.job_id = job.id


def take_in(intake: Intake, *, by: Actor, at: datetime) -> int:
    """All items that were not set aside enter the bank, or none does; how many entered."""
    _ready(opened(intake))
    return enter(intake, prepared(intake), by=by, at=at)


def prepared(intake: Intake, report: Report = lambda done: None) -> Batch:
    """The items that may enter, checked against the bank as it is; nothing is written.

    Raises Changed when some stand elsewhere by now. `report` is told how many are done.
    """
    ready = rows.ready(intake)
    known = examining.known(intake.bank_id, [row.hash for row in ready])
    made: list[Admission] = []
    for start in range(0, len(ready), _STRETCH):
        for row in examining.examined(intake, ready[start : start + _STRETCH]):
            if row.standing is not Standing.READY:
                raise Changed(_CHANGED)
            made.append(_admission(row, intake.reading.get("files", {})))
        report(len(made))
    return Batch(made, known.keys())


def enter(intake: Intake, batch: Batch, *, by: Actor, at: datetime) -> int:
    """Write what was prepared; how many items. Raises Changed when the bank got one of them since."""
    bank = get_bank(intake.bank_id, lock=True)
    hashes = [one.fields["content_hash"] for one in batch.admissions]
    if examining.known(bank.id, hashes).keys() - batch.known:
        raise Changed(_CHANGED)
    made = rows.new_topics(intake)
    ids = items.admit_all(bank, batch.admissions, by=by, at=at)
    session.execute(insert(TakenItem), [{"item_id": one, "intake_id": intake.id} for one in ids])
    intake.state, intake.committed_at, intake.failure = IntakeState.COMMITTED, at, ""
    intake.reading = {**intake.reading, "new_topics": made}
    told = f"将“{intake.upload.name}”的{len(ids)}道试题导入题库“{bank.name}”"
    record("intakes.take_in", intake, told, by=by, at=at, items=len(ids))
    return len(ids)


def put_back(intake: Intake, sentence: str) -> None:
    """Nothing entered: the preview is open again, with its rows as they stand now, and says why."""
    intake.state, intake.failure = IntakeState.PREVIEW, sentence
    recheck(rows.ready(intake), intake)


def undo(intake: Intake, *, by: Actor, at: datetime) -> int:
    """Take a whole intake out of the bank again, with the topics that it made and nobody uses."""
    _check_unused(intake)
    removed = session.scalars(
        delete(Item)
        .where(Item.id.in_(select(TakenItem.item_id).where(TakenItem.intake_id == intake.id)))
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    ).all()
    pruned = prune(intake.reading.get("new_topics", ()))
    intake.state, intake.undone_at, intake.failure = IntakeState.UNDONE, at, ""
    told = f"撤回了“{intake.upload.name}”的导入，移除{len(removed)}道试题"
    told += f"和没有用处的{len(pruned)}个知识点" if pruned else ""
    record("intakes.undo", intake, told, by=by, at=at, items=len(removed))
    return len(removed)


def stay(intake: Intake, sentence: str) -> None:
    """Nothing left: the items are in the bank as before, and the page says why."""
    intake.state, intake.failure = IntakeState.COMMITTED, sentence


def _ready(intake: Intake) -> int:
    """How many would enter; Refused while some wait, or when none would."""
    tally = rows.tally(intake)
    waiting = sum(tally[standing] for standing in rows.WAITING)
    if waiting:
        raise Refused(
            f"还有{waiting}道题须改正或核对，没有入库。请逐题处理，或把它们搁置后再入库。"
        )
    if not tally[Standing.READY]:
        raise Refused("没有可以入库的试题。")
    return tally[Standing.READY]


def _check_unused(intake: Intake) -> None:
    if intake.state not in (IntakeState.COMMITTED, IntakeState.LEAVING):
        raise Refused("这次导入没有入库，不需要撤回。")
    used = queries.number_used(intake)
    if used:
        raise Refused(f"这次导入的试题有{used}道已用在试卷中，不能整批撤回；不再使用的请逐题停用。")


def _admission(row: Row, files: Mapping[str, int]) -> Admission:
    content = row.content
    fields = {
        "stem": content.stem.strip(),
        "options": list(content.options),
        "key": list(content.key),
        "rubric": plain_rubric(content.rubric),
        "parts": [plain_part(_as_json(part)) for part in content.parts],
        "media": [files[name] for name in row.media if name in files],
        "rationale": content.rationale,
        "points": content.points or Decimal(1),
        "difficulty": row.difficulty,
        "cognition": row.cognition,
        **{name: getattr(content, name) for name in LIMITS.values()},
        "transcript": content.transcript,
        "content_hash": row.hash,
    }
    kind = Kind(content.kind)
    return items.admission(
        kind, fields, topic=row.topic_path, sources=row.sources, tags=list(dict.fromkeys(row.tags))
    )


def _as_json(part: Content) -> dict[str, Any]:
    return {
        "kind": part.kind, "stem": part.stem, "options": part.options, "key": part.key,
        "rubric": part.rubric, "rationale": part.rationale, "points": part.points,
    }  # fmt: skip
