"""Assembling and printing in a worker."""

from __future__ import annotations

from lms.ground.accounts.queries import get_account
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.models import Upload
from question_bank.papers import solver
from question_bank.papers.actions import assembling, printing
from question_bank.papers.documents.files import file_of
from question_bank.papers.queries import blueprints, prints, supply


@handles("papers.assemble", title="组卷")
def assemble(work: Work, assembly_id: int) -> None:
    """The papers of an assembly: read, solve paper by paper, write them all at once."""
    asked = blueprints.get_assembly(assembly_id)
    blueprint = blueprints.get_blueprint(asked.blueprint_id)
    order = supply.order(
        blueprint, seed=asked.seed, papers=asked.papers, variants=asked.variants, today=today()
    )
    steps = asked.papers + 1

    def told(done: int) -> None:
        work.advance(done, steps, f"正在组第{done + 1}套，共{asked.papers}套")

    solution = solver.solve(order, told=told)
    if solution.shortfall is not None:
        reasons = assembling.why_not(order, solution.shortfall)
        with work.writing():
            assembling.refuse(blueprints.get_assembly(assembly_id), reasons)
        raise Refused(*reasons)
    with work.writing():
        asked = blueprints.get_assembly(assembly_id)
        assembling.place(
            blueprints.get_blueprint(asked.blueprint_id),
            order,
            solution,
            title=asked.title,
            assembly=asked,
            by=get_account(work.owner_id),
            at=now(),
        )
    work.advance(steps, steps, "已组成试卷")


@handles("papers.print", title="印制试卷")
def print_run(work: Work, run_id: int) -> Upload:
    """The file of a print run, for whoever asked for it."""
    run = prints.find_asked(run_id)
    if run is None:
        raise Missing("要排版的印件")
    work.advance(0, 1, "正在排版")
    made = file_of(run)
    with work.writing():
        again = prints.get_run(run_id)
        upload = printing.keep_file(again, made, owner_id=work.owner_id, at=now())
    work.advance(1, 1, "印件已生成")
    return upload
