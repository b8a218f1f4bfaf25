"""Filing a cohort: asking for it, keeping what is printed, finishing; papers from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from tempfile import TemporaryFile

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from lms.archives.cohort_files.documents import bundle
from lms.archives.cohort_files.documents.printing import pages
from lms.archives.cohort_files.models import CohortFile, Enclosure, FiledDocument
from lms.archives.cohort_files.queries import filings
from lms.archives.cohort_files.rules.contents import ENTRIES, Heading
from lms.archives.cohort_files.rules.drafts import Draft, Original
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from lms.ground.uploads.shelf import Readable

KIND = "cohort_files.file"
LARGEST_BUNDLE = 4 * 2**30
CONTENTS = "00-卷内目录.pdf"


def begin(*, cohort: Cohort, by: Account, at: datetime) -> CohortFile:
    """Ask for a filing of the cohort; one that is being made is returned as it is.

    One that failed or was cancelled goes on: what it has printed is used again as far as it
    still says the same. Otherwise it is a new filing with the next number.
    """
    lock_cohort(cohort.id)
    last = filings.find_latest(cohort.id)
    if last is not None and last.bundle_id is None:
        return _go_on(last, cohort, by=by, at=at)
    number = last.number + 1 if last is not None else 1
    filing = CohortFile(cohort_id=cohort.id, number=number, filed_by=by.name, filed_at=at)
    session.add(filing)
    session.flush()
    filing.job = jobs.enqueue(KIND, owner_id=by.id, at=at, cohort_file_id=filing.id)
    _record("begin", filing, f"开始生成“{cohort.title}”第{number}次归档", by=by, at=at)
    return filing


def _go_on(filing: CohortFile, cohort: Cohort, *, by: Account, at: datetime) -> CohortFile:
    """A new job when somebody else takes it up: the result is for whoever asked."""
    job = filing.job
    if job is not None and not job.is_over:
        return filing
    if job is not None and job.is_repeatable and job.owner_id == by.id:
        jobs.retry(job)
    else:
        filing.job = jobs.enqueue(KIND, owner_id=by.id, at=at, cohort_file_id=filing.id)
    filing.filed_by = by.name
    told = f"继续生成“{cohort.title}”第{filing.number}次归档"
    _record("go_on", filing, told, by=by, at=at)
    return filing


def lay_out(
    filing: CohortFile, plan: Sequence[Draft | Original], paths: Sequence[str]
) -> list[tuple[int, str, Draft]]:
    """Give every document of the plan its place; what must still be printed, as
    `(position, path, draft)`.

    A print that an earlier run has stored is kept where its source is the same, so that
    nothing in a finished file is older than the run that finished it.
    """
    printed = {one.source: one for one in filings.documents(filing.id) if one.source}
    session.execute(delete(FiledDocument).where(FiledDocument.cohort_file_id == filing.id))
    open_ = []
    for position, (one, path) in enumerate(zip(plan, paths, strict=True), start=1):
        place = {"cohort_file_id": filing.id, "position": position, "path": path}
        if isinstance(one, Original):
            session.add(_original(one, place))
        elif (known := printed.get(one.source)) is not None:
            session.add(_printed(one, place, known.upload_id, known.pages))
        else:
            open_.append((position, path, one))
    session.flush()
    return open_


def keep(
    filing: CohortFile,
    draft: Draft,
    content: bytes,
    *,
    position: int,
    path: str,
    owner_id: int,
    at: datetime,
) -> FiledDocument:
    """Store a printed document in its place."""
    upload = store(content, name=path.rpartition("/")[2], owner_id=owner_id, at=at)
    place = {"cohort_file_id": filing.id, "position": position, "path": path}
    document = _printed(draft, place, upload.id, pages(content))
    session.add(document)
    session.flush()
    return document


def finish(
    filing: CohortFile,
    headings: Sequence[Heading],
    contents: bytes,
    *,
    by: Actor,
    owner_id: int,
    at: datetime,
) -> Upload:
    """Add the 卷内目录, write the bundle, and close the filing as of `at`; gives the bundle."""
    filing.filed_at = at
    filing.missing = [
        {"number": one.number, "title": one.title, "reasons": list(one.missing)}
        for one in headings
        if one.missing
    ]
    draft = Draft(0, CONTENTS, "卷内目录", "")
    keep(filing, draft, contents, position=0, path=CONTENTS, owner_id=owner_id, at=at)
    everything = filings.documents(filing.id)
    with TemporaryFile() as file:
        bundle.write(file, filing, everything)
        file.seek(0)
        name = f"{filing.cohort.title}-第{filing.number}次归档.zip"
        upload = store(file, name=name, owner_id=owner_id, at=at, limit=LARGEST_BUNDLE)
    filing.bundle_id = upload.id
    told = f"归档“{filing.cohort.title}”第{filing.number}次，共{len(everything)}件"
    _record("file", filing, told, by=by, at=at, sha256=upload.sha256)
    return upload


def enclose(
    *,
    cohort: Cohort,
    entry: int,
    title: str,
    content: Readable,
    name: str,
    by: Account,
    at: datetime,
) -> Enclosure:
    """Keep a paper from outside for a line of the contents; Refused where the title is taken."""
    if entry not in ENTRIES:
        raise Refused("卷内目录里没有这一项，请重新选择。")
    upload = store(content, name=name, owner_id=by.id, at=at)
    made = Enclosure(
        cohort_id=cohort.id, entry=entry, title=title, upload=upload, added_by=by.name, added_at=at
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Refused(f"“{ENTRIES[entry]}”里已经有一份“{title}”，请换一个题名。") from None
    told = f"为“{cohort.title}”的档案收入附件“{title}”"
    record("cohort_files.enclose", made, told, by=by, at=at, cohort=cohort.id, entry=entry)
    return made


def copy(enclosure: Enclosure, *, cohort: Cohort, by: Actor, at: datetime) -> Enclosure:
    """Keep the same paper for the file of another cohort (with its content, which never changes)."""
    made = Enclosure(
        cohort_id=cohort.id,
        entry=enclosure.entry,
        title=enclosure.title,
        upload=enclosure.upload,
        added_by=by.name,
        added_at=at,
    )
    session.add(made)
    session.flush()
    told = f"为“{cohort.title}”的档案照搬附件“{made.title}”"
    record("cohort_files.copy", made, told, by=by, at=at, cohort=cohort.id, entry=made.entry)
    return made


def take_out(*, enclosure: Enclosure, by: Actor, at: datetime) -> None:
    """Take a paper out of what will be filed; earlier filings keep their copy."""
    told = f"从待归档附件中取出“{enclosure.title}”"
    record("cohort_files.take_out", enclosure, told, by=by, at=at, cohort=enclosure.cohort_id)
    session.delete(enclosure)
    session.flush()


def _original(one: Original, place: dict[str, object]) -> FiledDocument:
    return FiledDocument(**place, entry=one.entry, title=one.title, upload_id=one.upload_id)


def _printed(
    draft: Draft, place: dict[str, object], upload_id: int, count: int | None
) -> FiledDocument:
    return FiledDocument(
        **place,
        entry=draft.entry,
        title=draft.title,
        source=draft.source,
        pages=count,
        upload_id=upload_id,
        enrolment_id=draft.enrolment_id,
    )


def _record(
    verb: str, filing: CohortFile, told: str, *, by: Actor, at: datetime, **more: object
) -> None:
    record(f"cohort_files.{verb}", filing, told, by=by, at=at, number=filing.number, **more)
