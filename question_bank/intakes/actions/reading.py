"""Intakes until their preview: begun, read, their pictures kept, their columns told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.uploads import actions as uploads
from lms.ground.uploads.models import Upload
from question_bank.intakes.actions.previewing import opened, recheck
from question_bank.intakes.models import ColumnMapping, Intake, IntakeRow
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.queries import rows
from question_bank.intakes.queries.drawing import DrawnUp
from question_bank.intakes.rules.columns import mapping_faults
from question_bank.intakes.rules.terms import AT_WORK, INTAKE_STATE_NAMES, IntakeState
from question_bank.items.models import Bank

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


def keep_reading(intake: Intake, drawn_up: DrawnUp) -> None:
    """What the file says (from `queries.drawing_up`), ready for its preview."""
    intake.reading, intake.state = dict(drawn_up.reading), IntakeState.PREVIEW
    session.flush()
    session.execute(delete(IntakeRow).where(IntakeRow.intake_id == intake.id))
    if drawn_up.rows:
        session.execute(insert(IntakeRow), drawn_up.rows)
    recheck([row for row in rows.all_rows(intake) if row.near], intake)


def keep_file(intake: Intake, name: str, data: bytes, *, at: datetime) -> None:
    """Store a picture that the items of an intake name; its items get it when they are taken in."""
    upload = uploads.store(
        data, name=name.rpartition("/")[2], owner_id=intake.owner_id or NOBODY, at=at
    )
    files = {**intake.reading.get("files", {}), name: upload.id}
    prints = {**intake.reading.get("prints", {}), name: upload.sha256}
    intake.reading = {**intake.reading, "files": files, "prints": prints}


def stop(intake: Intake, *, by: Account, at: datetime) -> None:
    """Nobody waits for the worker any more: the intake is as it was before, and says so."""
    if intake.state not in AT_WORK or intake.job is None:
        raise Refused("已经处理完了，不需要停止。")
    if not intake.job.is_over:
        jobs.cancel(intake.job, at=at)
    doing = INTAKE_STATE_NAMES[intake.state]
    match intake.state:
        case IntakeState.ENTERING:
            intake.state, intake.failure = IntakeState.PREVIEW, "已停止入库，一道也没有放入题库。"
        case IntakeState.LEAVING:
            intake.state, intake.failure = IntakeState.COMMITTED, "已停止撤回，试题都还在题库里。"
        case _:
            fail_reading(intake, "已停止读取。文件没有入库，可以重新读取，或者换一份文件。")
    told = f"停止处理“{intake.upload.name}”（{doing}）"
    record("intakes.stop", intake, told, by=by, at=at)


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
