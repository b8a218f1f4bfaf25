"""Taking answer files in: as if the page had reached the server now."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime

from lms.exams.answer_files import queries
from lms.exams.answer_files.models import AnswerFile
from lms.exams.answer_files.rules import Contents, Take, attempt_of, unseal
from lms.exams.attempts.journal import saving
from lms.exams.attempts.journal.writer import Work
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.doors import file_key
from lms.exams.attempts.rules.operations import Batch, Login
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.actions import take_in as take_piece
from lms.exams.recordings.rules.pieces import LARGEST_PIECE, Piece
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.vault import sign


def take_in(sitting_id: int, content: bytes, *, by: Account, at: datetime) -> AnswerFile:
    """Take in a file of a candidate of this sitting, through the journal's own statement: what is
    too late or from a device that was fenced off is set aside for a person to decide.

    Refused for what is no such file, was changed, belongs to another sitting or is here already.
    """
    attempt_id = attempt_of(content)
    sheet = queries.find_sheet(sitting_id, attempt_id)
    if sheet is None:
        raise Refused("这份应急答卷不是本场次考生的，请到它所属的场次里上传。")
    contents = unseal(content, bytes.fromhex(sign(file_key(attempt_id))))
    sha256 = hashlib.sha256(content).hexdigest()
    if (before := queries.find_taken(attempt_id, sha256)) is not None:
        raise Refused(f"{sheet.person.name}的这份文件已由{before.taken_by}收下，不用再次上传。")
    kept = _keep(sheet, contents, at)
    heard = sum(_hear(sheet, take, by, at) for take in contents.takes)
    brought = len(contents.takes) + sum(len(operations) for _, operations in contents.parts)
    made = AnswerFile(
        attempt_id=attempt_id,
        sha256=sha256,
        kept_at=contents.kept_at,
        counted=kept[Standing.COUNTS],
        aside=kept.total() - kept[Standing.COUNTS],
        refused=brought - kept.total() - heard,
        recordings=heard,
        taken_by=by.name,
        taken_at=at,
    )
    session.add(made)
    session.flush()
    sentence = f"收下{sheet.person.name}的应急答卷，计入 {made.counted} 步，留存 {made.aside} 步"
    record("answer_files.take_in", made, sentence, by=by, at=at, attempt=attempt_id, sha256=sha256)
    return made


def _keep(sheet: Attempt, contents: Contents, at: datetime) -> Counter[Standing]:
    """How many steps of the file are kept now, by their standing."""
    account = queries.find_account(sheet.person)
    if account is None or not account.is_active:
        raise Refused(f"{sheet.person.name}的账号已停用，请先启用账号，再上传应急答卷。")
    login = Login(account.id, account.epoch, sheet.admission_id or 0)
    works = [
        Work(Batch(sheet.id, login, lease, operations, at)) for lease, operations in contents.parts
    ]
    if works:
        saving.write(session.connection(), works)
    return Counter(one for work in works for one in work.outcome.standings.values())


def _hear(sheet: Attempt, take: Take, by: Account, at: datetime) -> bool:
    """Take in a recording in the pieces in which a page would have brought it; whether it could
    be: the answers of the file are here all the same."""
    try:
        with session.begin_nested():
            _bring(sheet, take, by, at)
    except (Refused, Missing):
        return False
    return True


def _bring(sheet: Attempt, take: Take, by: Account, at: datetime) -> None:
    whole = hashlib.sha256(take.content).hexdigest()
    for start in range(0, len(take.content), LARGEST_PIECE):
        piece = Piece(
            sha256=whole,
            lease=take.lease,
            number=take.number,
            size=len(take.content),
            seconds=take.seconds,
            at=start,
            content=take.content[start : start + LARGEST_PIECE],
        )
        take_piece(sheet, piece, by=by, at=at)
