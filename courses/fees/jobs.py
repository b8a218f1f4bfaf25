"""Printing settlement sheets in the background."""

from __future__ import annotations

from courses.fees import actions, documents, queries
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles(actions.PRINT, title="打印课酬发放表")
def settle(work: Work, sheet_id: int) -> Upload:
    """The settlement sheet of a decided sheet of fees, for whoever asked alone."""
    sheet = queries.whole_sheet(sheet_id)
    work.advance(0, 1, "正在排版课酬发放表")
    private = queries.private_of({line.instructor.person_id for line in sheet.lines})
    school = norms.text("archive.school_name", on=today())
    content = documents.settlement_pdf(sheet, private, school=school)
    name = f"{sheet.cohort.title}课酬发放表{sheet.number}.pdf"
    with work.writing():
        return store(content, name=name, owner_id=work.owner_id, at=now())
