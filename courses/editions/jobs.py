"""Printing a timetable in a worker."""

from __future__ import annotations

from courses.cohorts.queries import get_cohort
from courses.editions import actions, queries
from courses.editions.documents import as_pdf, as_word
from courses.editions.rules import PrintFormat
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles(actions.PRINT, title="打印课程表")
def print_timetable(work: Work, cohort_id: int, number: int, as_format: str) -> Upload:
    """A version of a cohort's timetable as a file, for whoever asked for it."""
    account = get_account(work.owner_id)
    cohort = get_cohort(cohort_id, account)
    sheet = queries.printed(cohort, queries.edition(cohort, number, account))
    work.advance(0, 1, "正在排版课程表")
    made = as_pdf(sheet) if as_format == PrintFormat.PDF else as_word(sheet)
    with work.writing():
        name = f"{sheet.title}（{sheet.edition.split('　')[0]}）.{as_format}"
        upload = store(made, name=name, owner_id=work.owner_id, at=now())
    work.advance(1, 1, "课程表已生成")
    return upload
