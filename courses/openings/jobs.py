"""Printing an application or a notice in the background."""

from __future__ import annotations

from courses.openings import actions, queries
from courses.openings.documents import paper
from courses.openings.rules import application, notice
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload

NAMES = {"application": "办班审批表", "notice": "开班通知"}


@handles(actions.PRINT, title="生成开班文书")
def print_document(work: Work, cohort_id: int, document: str) -> Upload:
    """The application or the notice of a cohort as PDF."""
    cohort = queries.get_whole(cohort_id)
    draft, facts = queries.draft_of(queries.find_opening(cohort_id)), queries.facts_of(cohort)
    school = norms.text("archive.school_name", on=today())
    work.advance(0, 1, f"正在排版{NAMES[document]}")
    if document == "notice":
        content = paper.notice(notice(draft, facts, school=school))
    else:
        cells = application(draft, facts, school=school)
        content = paper.application(NAMES[document], cells, ("", "", facts.approval))
    name = f"{cohort.title}{NAMES[document]}.pdf"
    with work.writing():
        return store(content, name=name, owner_id=work.owner_id, at=now())
