"""Assembling in a worker."""

from __future__ import annotations

from lms.ground.accounts.queries import get_account
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from question_bank.assemblies import actions
from question_bank.assemblies.queries import assemblies, supply
from question_bank.assemblies.solver.search import solve
from question_bank.blueprints import queries as blueprints


@handles("assemblies.assemble", title="组卷")
def assemble(work: Work, assembly_id: int) -> None:
    """The papers of an assembly: read, solve paper by paper, write them all at once."""
    asked = assemblies.get_assembly(assembly_id)
    blueprint = blueprints.get_blueprint(asked.blueprint_id)
    order = supply.order(
        blueprint, seed=asked.seed, papers=asked.papers, variants=asked.variants, today=today()
    )
    steps = asked.papers + 1

    def told(done: int) -> None:
        work.advance(done, steps, f"正在组第{done + 1}套，共{asked.papers}套")

    solution = solve(order, told=told)
    if solution.shortfall is not None:
        reasons = actions.why_not(order, solution.shortfall)
        with work.writing():
            actions.refuse(assemblies.get_assembly(assembly_id), reasons)
        raise Refused(*reasons)
    with work.writing():
        asked = assemblies.get_assembly(assembly_id)
        actions.place(
            blueprints.get_blueprint(asked.blueprint_id),
            order,
            solution,
            title=asked.title,
            by=get_account(work.owner_id),
            at=now(),
        )
    work.advance(steps, steps, "已组成试卷")
