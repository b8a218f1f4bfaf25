"""Printing in a worker."""

from __future__ import annotations

from lms.ground.clock import now
from lms.ground.errors import Missing
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.models import Upload
from question_bank.prints import actions, queries
from question_bank.prints.documents.files import file_of


@handles("prints.print", title="印制试卷")
def print_run(work: Work, run_id: int) -> Upload:
    """The file of a print run, for whoever asked for it."""
    run = queries.find_asked(run_id)
    if run is None:
        raise Missing("要排版的印件")
    work.advance(0, 1, "正在排版")
    made = file_of(run)
    with work.writing():
        again = queries.get_run(run_id)
        upload = actions.keep_file(again, made, owner_id=work.owner_id, at=now())
    work.advance(1, 1, "印件已生成")
    return upload
