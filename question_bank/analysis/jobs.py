"""Making reports in a worker."""

from __future__ import annotations

from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from question_bank.analysis import documents
from question_bank.analysis.queries import papers
from question_bank.analysis.queries.scope import limits


@handles("analysis.report", title="试卷分析报告")
def make_report(work: Work, analysis_id: int) -> Upload:
    """The report of an analysis as a PDF, with what the account that asked for it may see."""
    account = get_account(work.owner_id)
    analysis = papers.get_analysis(analysis_id, account)
    statistics = papers.statistics(analysis, account)
    work.advance(0, 1, "正在排版试卷分析报告")
    made = documents.report_pdf(analysis, statistics, limits())
    with work.writing():
        upload = store(
            made, name=f"{analysis.title}试卷分析报告.pdf", owner_id=work.owner_id, at=now()
        )
    work.advance(1, 1, "试卷分析报告已生成")
    return upload
