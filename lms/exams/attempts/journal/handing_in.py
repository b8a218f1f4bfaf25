"""Sheets that are handed in in a group: digests compared, receipts given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from lms.exams.attempts.journal import sheets
from lms.exams.attempts.journal.sheets import Sheet
from lms.exams.attempts.journal.speech import Statement, rows_text, stored
from lms.exams.attempts.journal.statements import submit_statement
from lms.exams.attempts.journal.writer import Work, turns
from lms.exams.attempts.rules.digests import digest_of, receipt_code, receipt_text, slot_digests
from lms.exams.attempts.rules.operations import HandIn, Response
from lms.exams.attempts.rules.states import SubmittedBy
from lms.ground import clock
from lms.ground.errors import Conflict, Missing
from lms.ground.vault import sign

STALE = (
    "这场考试已在另一个窗口或设备上打开，本页已停止作答。"
    "本页没有来得及计入的作答已留存，如需采用请告诉监考人。"
)
PAUSED = "考试已暂停，时间不再计算，请等监考人恢复考试后再交卷。"
CLOCK_SET = "服务器的时钟刚刚变动过，暂不收卷。作答都保存着，请告诉监考人。"
_SUBMIT = Statement(submit_statement)


class Differs(Conflict):
    """The browser's answers and the server's are not the same; `slots` has the server's digests."""

    def __init__(self, slots: Mapping[int, str]) -> None:
        super().__init__("有作答还没有送达服务器，正在补传，请稍候再交卷。")
        self.slots = slots


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a candidate takes home: `code` is signed for everything else here."""

    code: str
    digest: str
    answered: int
    submitted_at: datetime
    submitted_by: SubmittedBy


def receipt_for(
    attempt_id: int, answers: Mapping[int, Response], by: SubmittedBy, at: datetime
) -> Receipt:
    """A new receipt for these answers."""
    digest, answered = digest_of(answers), len(answers)
    text = receipt_text(attempt_id=attempt_id, answered=answered, digest=digest, submitted_at=at)
    return Receipt(receipt_code(sign(text)), digest, answered, at, by)


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Hand in for all works; the same again gives the same receipt."""
    for turn in turns(works):
        _write(connection, turn)


def _write(connection: Connection, works: Sequence[Work]) -> None:
    found = sheets.find(connection, works)
    open_sheets = [sheet.attempt_id for sheet in found.values() if sheet.submitted_at is None]
    known = sheets.answers(connection, open_sheets) if open_sheets else {}
    rows: list[list[object]] = []
    for place, work in enumerate(works):
        assert isinstance(work.task, HandIn)
        try:
            sheet = found.get(place)
            if sheet is None:
                raise Missing("这场考试")
            work.outcome = _receipt(work.task, sheet, known.get(sheet.attempt_id, {}))
        except (Missing, Conflict) as refusal:
            work.error = refusal
            continue
        if sheet.submitted_at is None:
            rows.append(_row(sheet.attempt_id, work.outcome, connection))
    if rows:
        _SUBMIT.run(connection, rows_text(rows))


def _receipt(task: HandIn, sheet: Sheet, answers: Mapping[int, Response]) -> Receipt:
    """The receipt, given now or before; Conflict for an old lease, in a pause, or where the
    clock says that it is over but was set just now; Differs for other answers."""
    if sheet.submitted_at is not None:
        assert sheet.submitted_by is not None
        return Receipt(
            sheet.receipt,
            sheet.answer_digest,
            sheet.answered,
            sheet.submitted_at,
            sheet.submitted_by,
        )
    if task.lease != sheet.lease:
        raise Conflict(STALE)
    if sheet.paused_at is not None:
        raise Conflict(PAUSED)
    over = sheet.accepts_until is not None and task.at >= sheet.accepts_until
    if over and not clock.watch.is_settled():
        raise Conflict(CLOCK_SET)
    if not over and task.digest != digest_of(answers):
        raise Differs(slot_digests(answers))
    by = SubmittedBy.TIME if over else SubmittedBy.CANDIDATE
    return receipt_for(sheet.attempt_id, answers, by, task.at)


def _row(attempt_id: int, receipt: Receipt, connection: Connection) -> list[object]:
    return [
        attempt_id,
        stored(receipt.submitted_at, connection),
        receipt.submitted_by,
        receipt.answered,
        receipt.digest,
        receipt.code,
    ]
