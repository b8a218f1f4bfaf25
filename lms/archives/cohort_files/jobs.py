"""Making the file of a cohort in the background."""

from __future__ import annotations

from contextlib import closing

from lms.archives.cohort_files import actions
from lms.archives.cohort_files.documents import bundle
from lms.archives.cohort_files.documents.drafts import drafts, in_order, originals
from lms.archives.cohort_files.documents.printing import printed
from lms.archives.cohort_files.models import CohortFile
from lms.archives.cohort_files.queries import filings
from lms.archives.cohort_files.queries.records import facts, records
from lms.archives.cohort_files.rules.contents import contents
from lms.archives.cohort_files.rules.drafts import Draft, distinct
from lms.ground.accounts.queries import get_account
from lms.ground.clock import local, now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.models import Upload

Open = list[tuple[int, str, Draft]]


@handles(actions.KIND, title="生成班级档案")
def file(work: Work, cohort_file_id: int) -> Upload | None:
    """Print what is not printed yet, then the contents and the bundle.

    Everything is read before anything is written: a filing is what was there at one moment.
    """
    filing = filings.work_on(cohort_file_id)
    if filing.bundle is not None:
        return filing.bundle
    at = now()
    found = records(filing.cohort_id, on=local(at).date())
    plan = in_order(drafts(found), originals(found))
    headings = contents(facts(found))
    with work.writing():
        work.save({})
        open_ = actions.lay_out(filing, plan, distinct([one.path for one in plan]))
    _print(work, filing, open_, total=len(plan) + 1)
    kept = filings.documents(filing.id)
    listed = bundle.contents(filing, headings, kept, school=found.school, filed_at=at)
    by = get_account(work.owner_id)
    with work.writing():
        work.save({})
        return actions.finish(filing, headings, listed, by=by, owner_id=work.owner_id, at=at)


def _print(work: Work, filing: CohortFile, open_: Open, *, total: int) -> None:
    """Each document is kept as soon as it is printed: a cancel or a kill costs only the next."""
    done = total - 1 - len(open_)
    places = {draft: (position, path) for position, path, draft in open_}
    work.advance(done, total, f"还要打印{len(open_)}份文件")
    with closing(printed(list(places))) as ready:
        for draft, content in ready:
            position, path = places[draft]
            with work.writing():
                work.save({})
                actions.keep(
                    filing,
                    draft,
                    content,
                    position=position,
                    path=path,
                    owner_id=work.owner_id,
                    at=now(),
                )
            done += 1
            work.advance(done, total, f"已打印{draft.title}")
