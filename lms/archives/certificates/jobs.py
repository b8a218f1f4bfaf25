"""Printing certificates in the background."""

from __future__ import annotations

from lms.archives.certificates import actions, documents, queries
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles(actions.KIND, title="打印结业证书")
def print_all(work: Work, cohort_id: int) -> Upload:
    """One PDF with all certificates of a cohort, in the order of their numbers."""
    issued = queries.certificates(cohort_id)
    work.advance(0, 1, f"正在排版{len(issued)}本结业证书")
    cohort = issued[0].enrolment.cohort
    completions = queries.of_cohort(cohort_id)
    hours = {one.enrolment.id: one.tally.present_hours for one in completions}
    school = norms.text("archive.school_name", on=today())
    content = documents.certificates(cohort, issued, hours=hours, school=school)
    with work.writing():
        return store(content, name=f"{cohort.title}结业证书.pdf", owner_id=work.owner_id, at=now())
