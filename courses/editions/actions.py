"""Asking for a printed timetable."""

from __future__ import annotations

from datetime import datetime

from courses.cohorts.models import Cohort
from courses.editions.queries import Edition
from courses.editions.rules import PrintFormat
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job

PRINT = "editions.print"


def ask_for_print(
    cohort: Cohort, shown: Edition, as_format: PrintFormat, *, by: Account, at: datetime
) -> Job:
    """Have a worker print a version; Refused while there is nothing in it."""
    if not shown.entries:
        raise Refused("课程表还是空的，排了课再打印。")
    job = jobs.enqueue(
        PRINT,
        owner_id=by.id,
        at=at,
        cohort_id=cohort.id,
        number=shown.number,
        as_format=as_format.value,
    )
    told = f"第{shown.number}版" if shown.number else "草稿"
    record("editions.print", cohort, f"打印“{cohort.title}”课程表{told}", by=by, at=at)
    return job
