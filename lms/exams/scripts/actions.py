"""Keying in what candidates wrote on paper: into the same steps, for the same scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lms.exams.attempts.actions import collecting
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.scripts import queries
from lms.exams.scripts.intake import Read
from lms.exams.scripts.queries import Sheet
from lms.exams.sittings.models import Sitting
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from question_bank.prints.rules.runs import PrintKind

PRINT = "scripts.print"


def print_sheets(sitting: Sitting, kind: PrintKind, *, by: Account, at: datetime) -> Job:
    """Have every candidate's own sheet made into one PDF by a worker."""
    if sitting.prepared_at is None:
        raise Refused("答卷还没有生成，请先在场次页面生成答卷。")
    sentence = f"打印“{sitting.exam.title}”全场考生的纸质答卷"
    record("scripts.print", sitting, sentence, by=by, at=at)
    return jobs.enqueue(PRINT, owner_id=by.id, at=at, sitting_id=sitting.id, layout=kind.value)


def key_in(
    sitting: Sitting,
    sheet: Sheet,
    answers: Mapping[int, Response],
    *,
    replaces: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Take what stands on a candidate's paper for the answers; a receipt is given for them.

    `replaces`: what was answered on screen gives way. Refused before the start, after release, and
    for a sheet with answers on screen where `replaces` is not said.
    """
    reasons = _refusals(sitting, [sheet], replaces=replaces, at=at)
    if reasons:
        raise Refused(*reasons)
    collecting.take_paper({sheet.attempt.id: answers}, by=by, at=at)


def take_in(
    sitting: Sitting, rows: Sequence[Read], *, replaces: bool, by: Actor, at: datetime
) -> int:
    """The same for the rows of a workbook that say something new, all or none; how many sheets.

    A row that was left as the template had it hands nobody in.
    """
    reasons = [fault for row in rows for fault in row.faults]
    rows = [row for row in rows if row.is_new]
    if not rows and not reasons:
        raise Refused("表里没有新填的答案，没有可以录入的答卷。")
    sheets = [row.sheet for row in rows if row.sheet is not None]
    reasons += _refusals(sitting, sheets, replaces=replaces, at=at)
    if reasons:
        raise Refused(*reasons)
    taken = {
        row.sheet.attempt.id: row.script.answers
        for row in rows
        if row.sheet is not None and row.script is not None
    }
    collecting.take_paper(taken, by=by, at=at)
    sentence = f"从表格录入“{sitting.exam.title}” {len(taken)} 份纸质答卷"
    record("scripts.take_in", sitting, sentence, by=by, at=at, sheets=len(taken))
    return len(taken)


def _refusals(
    sitting: Sitting, sheets: Sequence[Sheet], *, replaces: bool, at: datetime
) -> list[str]:
    if at < sitting.opens_at:
        return ["考试还没有开始，不能录入答卷。"]
    if queries.is_released(sitting.exam_id):
        return ["这场考试已经公布成绩，不能再录入答卷；确有错误请走复核。"]
    if replaces:
        return []
    return [
        f"{one.name}在电脑上有作答，确定以纸质答卷为准的，请勾选“以纸质答卷为准”。"
        for one in sheets
        if one.attempt.started_at is not None and one.attempt.submitted_by is not SubmittedBy.PAPER
    ]
