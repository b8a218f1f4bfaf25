"""Making the sheets of a sitting in a worker."""

from __future__ import annotations

from lms.exams.scripts import queries
from lms.exams.scripts.actions import PRINT
from lms.exams.scripts.documents import sheet_pdf
from lms.exams.sittings.queries.sittings import get_sitting_for_work
from lms.ground import pdf
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from question_bank.prints.rules.runs import PrintKind


@handles(PRINT, title="纸质答卷")
def make_sheets(work: Work, sitting_id: int, layout: str) -> Upload:
    """Every candidate's own sheet, by seat, as one PDF."""
    sitting, sheets = get_sitting_for_work(sitting_id), queries.sheets(sitting_id)
    made = []
    for done, sheet in enumerate(sheets):
        work.advance(done, len(sheets), f"正在排版 {sheet.candidate.seat} 号 {sheet.name}")
        made.append(sheet_pdf(sheet, PrintKind(layout)))
    name = f"{sitting.exam.cohort.title}{sitting.exam.title}纸质答卷.pdf"
    merged = pdf.merge(made)
    with work.writing():
        upload = store(merged, name=name, owner_id=work.owner_id, at=now())
    work.advance(len(sheets), len(sheets), f"{len(sheets)} 份答卷已生成")
    return upload
