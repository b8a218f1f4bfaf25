"""Making grade books in a worker."""

from __future__ import annotations

from lms.exams.results.documents import grade_book_pdf
from lms.exams.results.queries import exams, outcomes, released
from lms.exams.results.rules import Outcome, summarise
from lms.ground.clock import now, today
from lms.ground.errors import Missing
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles("results.grade_book", title="成绩册")
def make_grade_book(work: Work, exam_id: int) -> Upload:
    """The released results of an exam as a PDF, for whoever asked for it."""
    exam, results = exams.get_exam(exam_id), released.released_of_exam(exam_id)
    releases = released.releases(exam_id)
    if not releases:
        raise Missing("已公布的成绩")
    earned = [Outcome(one.score, one.full_score, one.grade, one.passed) for one in results]
    summary = summarise(earned, outcomes.bands(exam, releases[0].run))
    work.advance(0, 1, "正在排版成绩册")
    school = norms.text("archive.school_name", on=today())
    again = released.made_up(exam_id)
    made = grade_book_pdf(exam, results, releases[0], again, summary, school)
    with work.writing():
        name = f"{exam.cohort.title}{exam.title}成绩册.pdf"
        upload = store(made, name=name, owner_id=work.owner_id, at=now())
    work.advance(1, 1, "成绩册已生成")
    return upload
