"""Reading jobs: one's own, or all for whoever runs the system."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.jobs.handlers import kinds_named
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import OVER, JobState
from lms.ground.paging import Page, paginate
from lms.ground.uploads.models import Upload


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed by: words of the title or of one's own result, and state."""

    search: str = ""
    state: JobState | None = None


def jobs(
    wanted: Wanted = Wanted(), *, viewer_id: int, sees_all: bool, page: int | None
) -> Page[Job]:
    """A page of the jobs that the viewer may see, the latest first."""
    statement = _seen(viewer_id, sees_all).order_by(Job.id.desc())
    if wanted.state is not None:
        statement = statement.where(Job.state == wanted.state)
    if wanted.search:
        named = Job.result.has(Upload.name.icontains(wanted.search, autoescape=True))
        made = and_(Job.owner_id == viewer_id, named)
        statement = statement.where(or_(Job.kind.in_(kinds_named(wanted.search)), made))
    return paginate(statement, number=page)


def get_job(job_id: int, *, viewer_id: int, sees_all: bool) -> Job:
    """The job with its result; Missing when it is not there or not the viewer's to see."""
    job = session.scalar(_seen(viewer_id, sees_all).where(Job.id == job_id))
    if job is None:
        raise Missing("这项任务")
    return job


def count_ahead(job: Job) -> int:
    """How many jobs a waiting one waits for; 0 once it runs."""
    if job.state != JobState.QUEUED:
        return 0
    before = select(func.count(Job.id)).where(Job.id < job.id, Job.state.not_in(OVER))
    return session.scalar(before) or 0


def get_result(job_id: int, *, owner_id: int) -> Upload:
    """The file that a job made, for its owner alone: running the system is no reason to read
    papers and archives (GB/T 22239-2019 keeps the two apart)."""
    result = session.scalar(
        select(Upload).join(Job).where(Job.id == job_id, Job.owner_id == owner_id)
    )
    if result is None:
        raise Missing("这项任务的结果文件")
    return result


def _seen(viewer_id: int, sees_all: bool) -> Select[Job]:
    mine = true() if sees_all else Job.owner_id == viewer_id
    return select(Job).options(joinedload(Job.result)).where(mine)
