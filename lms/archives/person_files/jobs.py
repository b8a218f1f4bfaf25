"""Printing and filing a person's register in the background."""

from __future__ import annotations

from lms.archives.person_files import actions, documents, queries
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.models import Upload


@handles(actions.KIND, title="归档教育培训登记表")
def file(work: Work, person_id: int) -> Upload:
    """One register, filed as of now."""
    record = queries.record(queries.get_anyone(person_id), today=today())
    school = norms.text("archive.school_name", on=today())
    by = get_account(work.owner_id)
    work.advance(0, 1, "正在排版")
    content = documents.register(record, school=school)
    with work.writing():
        work.save({})
        made = actions.file(
            person=record.person,
            title=documents.title_of(record),
            content=content,
            owner_id=work.owner_id,
            by=by,
            at=now(),
        )
        return made.upload
