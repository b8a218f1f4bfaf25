"""Making the sheets of a sitting in a worker."""

from __future__ import annotations

from lms.exams.invigilation.documents import sheets_pdf
from lms.exams.invigilation.queries import doors, records
from lms.exams.invigilation.rules import PRINT_NAMES, Print
from lms.exams.sittings.queries.sittings import get_sitting_for_work
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles("invigilation.print", title="考务用表")
def make_sheets(work: Work, sitting_id: int, part: str) -> Upload:
    """One of the plan, the lists and the record of a sitting as a PDF."""
    wanted, sitting = Print(part), get_sitting_for_work(sitting_id)
    work.advance(0, 1, f"正在排版{PRINT_NAMES[wanted]}")
    made = sheets_pdf(
        wanted,
        sitting,
        doors.door(sitting_id),
        records.incidents(sitting_id),
        records.interventions(sitting_id),
        school=norms.text("archive.school_name", on=today()),
    )
    name = f"{sitting.exam.cohort.title}{sitting.exam.title}{PRINT_NAMES[wanted]}.pdf"
    with work.writing():
        upload = store(made, name=name, owner_id=work.owner_id, at=now())
    work.advance(1, 1, f"{PRINT_NAMES[wanted]}已生成")
    return upload
