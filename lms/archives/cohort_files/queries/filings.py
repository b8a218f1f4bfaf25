"""Reading filings: whose cohort file is made, what lies in it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_scope
from lms.archives.cohort_files.models import CohortFile, Enclosure, FiledDocument
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.jobs.models import Job
from lms.ground.paging import Page, paginate


def page_of_cohorts(
    account: Account, *, search: str = "", filed: bool | None = None, page: int | None = None
) -> Page[Cohort]:
    """The cohorts that `account` may see, the latest first; `filed`: with a finished file or not."""
    statement = (
        select(Cohort)
        .options(joinedload(Cohort.programme), selectinload(Cohort.steps))
        .where(cohort_scope(account))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    if search:
        statement = statement.where(Cohort.title.ilike(f"%{search}%"))
    if filed is not None:
        has_file = exists().where(
            CohortFile.cohort_id == Cohort.id, CohortFile.bundle_id.is_not(None)
        )
        statement = statement.where(has_file if filed else ~has_file)
    return paginate(statement, number=page)


def latest(cohort_ids: Collection[int]) -> dict[int, CohortFile]:
    """The latest finished filing of each of these cohorts that has one."""
    last = (
        select(func.max(CohortFile.id))
        .where(CohortFile.cohort_id.in_(cohort_ids), CohortFile.bundle_id.is_not(None))
        .group_by(CohortFile.cohort_id)
    )
    found = session.scalars(select(CohortFile).where(CohortFile.id.in_(last)))
    return {one.cohort_id: one for one in found}


def filings(cohort_id: int) -> list[CohortFile]:
    """All filings of a cohort with bundle and job, the latest first."""
    wanted = select(CohortFile).options(
        joinedload(CohortFile.bundle), joinedload(CohortFile.job).joinedload(Job.result)
    )
    wanted = wanted.where(CohortFile.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(CohortFile.number.desc())))


def get_filing(cohort_file_id: int, account: Account) -> CohortFile:
    """A finished filing with its documents, for whoever may see the cohort; else Missing."""
    filing = session.scalar(
        _filings(account)
        .options(
            joinedload(CohortFile.bundle),
            selectinload(CohortFile.documents).joinedload(FiledDocument.upload),
        )
        .where(CohortFile.id == cohort_file_id, CohortFile.bundle_id.is_not(None))
    )
    if filing is None:
        raise Missing("这份班级档案")
    return filing


def get_document(document_id: int, account: Account) -> FiledDocument:
    """A document of a finished filing, for whoever may see the cohort; else Missing."""
    document = session.scalar(
        select(FiledDocument)
        .join(FiledDocument.cohort_file)
        .join(CohortFile.cohort)
        .options(joinedload(FiledDocument.upload))
        .where(
            FiledDocument.id == document_id,
            CohortFile.bundle_id.is_not(None),
            cohort_scope(account),
        )
    )
    if document is None:
        raise Missing("这份归档文件")
    return document


def enclosures_by_id(numbers: Collection[int]) -> list[Enclosure]:
    """Those of these papers from outside that are still there."""
    return list(session.scalars(select(Enclosure).where(Enclosure.id.in_(numbers))))


def get_enclosure(enclosure_id: int, account: Account) -> Enclosure:
    """A paper from outside, for whoever may see the cohort; else Missing."""
    enclosure = session.scalar(
        select(Enclosure)
        .join(Cohort, Cohort.id == Enclosure.cohort_id)
        .options(joinedload(Enclosure.upload))
        .where(Enclosure.id == enclosure_id, cohort_scope(account))
    )
    if enclosure is None:
        raise Missing("这份附件")
    return enclosure


def work_on(cohort_file_id: int) -> CohortFile:
    """A filing with its cohort, for the job that makes it."""
    filing = session.scalar(
        select(CohortFile)
        .options(joinedload(CohortFile.cohort), joinedload(CohortFile.bundle))
        .where(CohortFile.id == cohort_file_id)
    )
    if filing is None:
        raise Missing("这份班级档案")
    return filing


def documents(cohort_file_id: int) -> list[FiledDocument]:
    """The documents of a filing in their order, for the job that makes it."""
    wanted = select(FiledDocument).options(joinedload(FiledDocument.upload))
    wanted = wanted.where(FiledDocument.cohort_file_id == cohort_file_id)
    return list(session.scalars(wanted.order_by(FiledDocument.position)))


def find_latest(cohort_id: int) -> CohortFile | None:
    """The latest filing of a cohort, finished or not, with its job."""
    wanted = select(CohortFile).options(joinedload(CohortFile.job))
    wanted = wanted.where(CohortFile.cohort_id == cohort_id)
    return session.scalar(wanted.order_by(CohortFile.number.desc()).limit(1))


def _filings(account: Account) -> Select[CohortFile]:
    return (
        select(CohortFile)
        .join(CohortFile.cohort)
        .options(contains_eager(CohortFile.cohort))
        .where(cohort_scope(account))
    )
