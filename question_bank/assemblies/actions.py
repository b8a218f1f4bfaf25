"""Assembling papers by a blueprint: asking a worker for it, and writing down what was solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.rules import OVER
from question_bank.assemblies.models import Assembly
from question_bank.assemblies.queries import assemblies, supply
from question_bank.assemblies.rules.orders import (
    CODES,
    MOST_PAPERS,
    MOST_VARIANTS,
    Chosen,
    Order,
    Shortfall,
    Solution,
    paper_title,
    shared_items,
)
from question_bank.assemblies.rules.reports import obstacles, shortages
from question_bank.assemblies.rules.supply import Supply
from question_bank.assemblies.solver.search import solve
from question_bank.blueprints import queries as blueprints
from question_bank.blueprints.models import Blueprint, BlueprintRow
from question_bank.items import queries as items
from question_bank.items.kinds.policies import default_policy
from question_bank.items.rules.terms import Kind
from question_bank.papers.models import Paper, Section, Slot, Variant
from question_bank.papers.rules.headings import heading, section_order
from question_bank.topics import queries as topics


def ask(
    blueprint: Blueprint,
    *,
    seed: int,
    title: str = "",
    papers: int = 1,
    variants: int = 2,
    by: Account,
    at: datetime,
) -> Assembly:
    """Have papers assembled by a worker; the same form sent twice asks once.

    Refused with what the banks lack, as far as that is known without a solver, and when the
    seed has made a paper already. What failed with a seed may be asked for again.
    """
    blueprint = blueprints.get_blueprint(blueprint.id)
    known = assemblies.find_assembly(blueprint, seed)
    if known is not None and known.job is not None and known.job.state not in OVER:
        return known
    _check(blueprint, seed, papers, variants)
    told = supply.supplies(blueprints.cells(blueprint), today=local(at).date())
    if told.sentences:
        raise Refused(*told.sentences.values())
    if known is not None:
        session.delete(known)
        session.flush()
    assembly = _asked(blueprint, seed, title, papers, variants, by=by, at=at)
    session.add(assembly)
    session.flush()
    job = jobs.enqueue("assemblies.assemble", owner_id=by.id, at=at, assembly_id=assembly.id)
    assembly.job_id = job.id
    record(
        "assemblies.ask", assembly, f"按双向细目表“{blueprint.title}”组卷", by=by, at=at, seed=seed
    )
    return assembly


def assemble(blueprint: Blueprint, *, seed: int, by: Actor, at: datetime, title: str = "") -> Paper:
    """A paper in two variants, solved and written at once: for commands, which may take a while.

    Refused with all that stands in the way, and when the blueprint has a paper of this seed.
    """
    blueprint = blueprints.get_blueprint(blueprint.id)
    _check(blueprint, seed, 1, 2)
    order = supply.order(blueprint, seed=seed, papers=1, variants=2, today=local(at).date())
    session.add(_asked(blueprint, seed, title, 1, 2, by=by, at=at))
    (paper,) = place(blueprint, order, solve(order), title=title, by=by, at=at)
    return paper


def _asked(
    blueprint: Blueprint,
    seed: int,
    title: str,
    papers: int,
    variants: int,
    *,
    by: Actor,
    at: datetime,
) -> Assembly:
    return Assembly(
        blueprint_id=blueprint.id,
        title=" ".join(title.split()),
        seed=seed,
        papers=papers,
        variants=variants,
        asked_by=by.name,
        asked_at=at,
    )


def place(
    blueprint: Blueprint,
    order: Order,
    solution: Solution,
    *,
    title: str,
    by: Actor,
    at: datetime,
) -> list[Paper]:
    """Write down the papers of a solution; Refused with everything that it lacks."""
    if solution.shortfall is not None:
        raise Refused(*why_not(order, solution.shortfall))
    return [
        _place_one(blueprint, order, variants, number, title, by=by, at=at)
        for number, variants in enumerate(solution.papers, start=1)
    ]


def refuse(assembly: Assembly, reasons: Sequence[str]) -> None:
    """Keep the sentences that say why nothing was assembled."""
    assembly.reasons = list(reasons)


def why_not(order: Order, shortfall: Shortfall) -> list[str]:
    """The shortfall in words: missing items first, then what else stands in the way."""
    available = {
        cell.position: sum(cell.fits(one.group) for one in order.candidates) for cell in order.cells
    }
    banks = {bank.id: bank.name for bank in items.banks()}
    told = Supply(available, shortfall.missing)
    missing = shortages(order.cells, told, topics=topics.labels(), banks=banks)
    found = [*missing.values(), *obstacles(order, shortfall)]
    return found or ["在限定的运算量内没有找到符合全部要求的组卷方案，请放宽要求或更换随机种子。"]


def _check(blueprint: Blueprint, seed: int, papers: int, variants: int) -> None:
    reasons = []
    if not 1 <= papers <= MOST_PAPERS:
        reasons.append(f"一次可以组1至{MOST_PAPERS}套平行卷。")
    if not 1 <= variants <= MOST_VARIANTS:
        reasons.append(f"每套可以有1至{MOST_VARIANTS}个卷型。")
    twin = assemblies.find_paper(blueprint, seed)
    if twin is not None:
        reasons.append(
            f"按这份细目表和随机种子{seed}已经组成“{twin.title}”，要另组一套请换一个种子。"
        )
    if reasons:
        raise Refused(*reasons)


def _place_one(
    blueprint: Blueprint,
    order: Order,
    variants: Sequence[Chosen],
    number: int,
    title: str,
    *,
    by: Actor,
    at: datetime,
) -> Paper:
    named = " ".join(title.split())
    if named and order.papers > 1:
        named = f"{named}（第{number}套）"
    paper = Paper(
        title=named or paper_title(blueprint.title, assemblies.papers_of(blueprint) + 1),
        blueprint_id=blueprint.id,
        minutes=blueprint.minutes,
        seed=order.seed,
        number=number,
        pool=blueprint.pool,
        created_by=by.name,
        created_at=at,
    )
    sections = _sections(blueprint, at)
    paper.sections = list(sections.values())
    paper.variants = [
        Variant(code=code, slots=_slots(blueprint.rows, sections, chosen))
        for code, chosen in zip(CODES, variants, strict=False)
    ]
    try:
        with session.begin_nested():
            session.add(paper)
    except IntegrityError:
        raise Refused(f"已经有名为“{paper.title}”的试卷，请换一个名称。") from None
    shared = shared_items(variants)
    codes = "、".join(variant.code for variant in paper.variants)
    told = f"组成试卷“{paper.title}”{codes}卷" + (f"，各卷共用{shared}题" if shared else "")
    record("assemblies.assemble", paper, told, by=by, at=at, seed=order.seed, shared=shared)
    return paper


def _sections(blueprint: Blueprint, at: datetime) -> dict[Kind, Section]:
    """One section per kind, in the usual order, with the blueprint's policies or the school's."""
    multiple = blueprints.multiple_policy(today=local(at).date())
    rows = blueprint.rows
    made = {}
    for position, kind in enumerate(section_order([row.kind for row in rows]), start=1):
        points = [row.points for row in rows if row.kind is kind for _ in range(row.count)]
        made[kind] = Section(
            position=position,
            title=heading(position, kind, points),
            kind=kind,
            policy=blueprint.policies.get(kind) or default_policy(kind, multiple=multiple),
        )
    return made


def _slots(
    rows: Sequence[BlueprintRow], sections: Mapping[Kind, Section], chosen: Chosen
) -> list[Slot]:
    """The items section by section, numbered through, each with the limits of its cell."""
    in_order = [
        (section, row, one)
        for kind, section in sections.items()
        for row in rows
        if row.kind is kind
        for one in chosen[row.position]
    ]
    return [
        Slot(
            section=section,
            number=number,
            item_version_id=one.version_id,
            points=row.points,
            topic_id=row.topic_id,
            bank_id=row.bank_id,
            difficulty=row.difficulty,
            cognition=row.cognition,
        )
        for number, (section, row, one) in enumerate(in_order, start=1)
    ]
