"""Reading print runs."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.papers.models import Paper, Variant
from question_bank.prints.models import PrintRun
from question_bank.prints.rules.runs import PrintKind


def runs(paper: Paper) -> list[PrintRun]:
    """The runs of all variants of a paper with their files and jobs, the latest first."""
    statement = (
        select(PrintRun)
        .join(PrintRun.variant)
        .where(Variant.paper_id == paper.id)
        .options(
            joinedload(PrintRun.variant).load_only(Variant.code),
            joinedload(PrintRun.upload),
            joinedload(PrintRun.job),
        )
    )
    return list(session.scalars(statement.order_by(PrintRun.id.desc())))


def get_run(run_id: int) -> PrintRun:
    """The run with its variant, the variant's paper, its file and its job."""
    run = session.scalar(
        select(PrintRun)
        .where(PrintRun.id == run_id)
        .options(
            joinedload(PrintRun.variant).joinedload(Variant.paper),
            joinedload(PrintRun.upload),
            joinedload(PrintRun.job),
        )
    )
    if run is None:
        raise Missing("这次印制")
    return run


def find_asked(run_id: int) -> PrintRun | None:
    """For the job: the run, if it still waits for its file."""
    statement = select(PrintRun).where(PrintRun.id == run_id, PrintRun.upload_id.is_(None))
    variant = joinedload(PrintRun.variant).joinedload(Variant.paper)
    return session.scalar(statement.options(variant))


def next_serial(variant: Variant, kind: PrintKind) -> int:
    """The first serial that no copy of this layout has."""
    last = select(func.max(PrintRun.first_serial + PrintRun.copies - 1)).where(
        PrintRun.variant_id == variant.id, PrintRun.kind == kind
    )
    return (session.scalar(last) or 0) + 1
