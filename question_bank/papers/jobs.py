"""Printing sealed papers in a worker."""

from __future__ import annotations

from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from question_bank.papers import documents, queries


@handles("papers.print", title="打印试卷")
def print_variant(work: Work, variant_id: int, guide: bool) -> Upload:
    """The paper of a variant, or its marking guide, as a PDF for whoever asked for it."""
    variant = queries.get_variant(variant_id)
    what = "评分标准" if guide else "试卷"
    work.advance(0, 1, f"正在排版{what}")
    made = documents.guide_pdf(variant) if guide else documents.paper_pdf(variant)
    name = f"{variant.paper.title}-{variant.code}卷-{what}.pdf"
    with work.writing():
        upload = store(made, name=name, owner_id=work.owner_id, at=now())
    work.advance(1, 1, f"{what}已生成")
    return upload
