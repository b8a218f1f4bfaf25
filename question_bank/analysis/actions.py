"""Keeping what an exam says of its paper and items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import delete, select

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.norms.queries import fraction
from question_bank.analysis.models import ItemStatistic, OptionStatistic, PaperAnalysis
from question_bank.analysis.rules.occasions import Asked, Occasion
from question_bank.analysis.rules.options import OptionFigures
from question_bank.analysis.rules.scores import ScoreFigures
from question_bank.analysis.rules.table import Analysed, Table, Weighed, analyse

_PLACES = Decimal("0.0001")


def record_statistics(
    occasion: Occasion, asked: Sequence[Asked], table: Table, *, by: Actor, at: datetime
) -> PaperAnalysis | None:
    """Keep the figures of an occasion in place of its former ones; None when nobody came.

    `asked` are the columns of the table in their order. What is kept are figures and counts.
    """
    _forget(occasion.key)
    if not table.rows:
        return None
    share = fraction("analysis.extreme_share", on=local(at).date())
    found = analyse(table, share=share)
    made = _paper(occasion, found.scores, at)
    made.by_place, made.bins = not table.is_complete, found.bins
    made.items = _items(asked, table, found)
    session.add(made)
    told = f"统计“{occasion.title}”的试题分析，{made.candidates}份答卷、{len(made.items)}道题"
    record("analysis.record", made, told, by=by, at=at, occasion=occasion.key)
    return made


def print_report(analysis: PaperAnalysis, *, by: Account, at: datetime) -> Job:
    """Have the report of an analysis made into a PDF by a worker."""
    told = f"生成“{analysis.title}”的试卷分析报告"
    record("analysis.print", analysis, told, by=by, at=at)
    return jobs.enqueue("analysis.report", owner_id=by.id, at=at, analysis_id=analysis.id)


def _forget(key: str) -> None:
    """Delete the figures of an occasion, also from the session: their ids are given anew."""
    papers = select(PaperAnalysis.id).where(PaperAnalysis.occasion == key)
    items = select(ItemStatistic.id).where(ItemStatistic.analysis_id.in_(papers))
    for statement in (
        delete(OptionStatistic).where(OptionStatistic.statistic_id.in_(items)),
        delete(ItemStatistic).where(ItemStatistic.analysis_id.in_(papers)),
        delete(PaperAnalysis).where(PaperAnalysis.occasion == key),
    ):
        session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _paper(occasion: Occasion, scores: ScoreFigures, at: datetime) -> PaperAnalysis:
    return PaperAnalysis(
        occasion=occasion.key,
        title=occasion.title,
        audience=occasion.audience,
        held_on=occasion.held_on,
        paper_id=occasion.paper_id,
        edition=occasion.edition,
        remark=occasion.remark,
        analysed_at=at,
        candidates=scores.n,
        absent=occasion.absent,
        passed=occasion.passed,
        full_score=occasion.full_score,
        mean=_kept(scores.mean or 0.0),
        median=_kept(scores.median or 0.0),
        deviation=_kept_or_none(scores.deviation),
        skewness=_kept_or_none(scores.skewness),
        kurtosis=_kept_or_none(scores.kurtosis),
        reliability=_kept_or_none(scores.reliability),
        error_ratio=_kept_or_none(scores.error_ratio),
        standard_error=_kept_or_none(scores.standard_error),
    )


def _items(asked: Sequence[Asked], table: Table, found: Analysed) -> list[ItemStatistic]:
    """A row for each item that somebody had and that tells something, in the order of the table."""
    options: dict[int, list[OptionStatistic]] = {}
    for listed in found.options:
        rows = options.setdefault(listed.item, [])
        rows += [_option(listed.part, at, one) for at, one in enumerate(listed.options)]
    return [
        _item(one, position, figures, table.full[position], options.get(position, []))
        for position, (one, figures) in enumerate(zip(asked, found.items, strict=True))
        if figures is not None and one.tells
    ]


def _item(
    asked: Asked,
    position: int,
    weighed: Weighed,
    full: Fraction | Decimal | int,
    options: list[OptionStatistic],
) -> ItemStatistic:
    figures = weighed.figures
    return ItemStatistic(
        item_version_id=asked.item_version_id,
        position=position,
        label=asked.label,
        candidates=figures.n,
        full_points=_kept(full),
        facility=_kept(figures.facility),
        deviation=_kept_or_none(figures.deviation),
        discrimination=_kept_or_none(figures.discrimination),
        efficiency=_kept_or_none(figures.efficiency),
        high=_kept(figures.high),
        low=_kept(figures.low),
        intended_weight=_kept(weighed.intended_weight),
        effective_weight=_kept_or_none(weighed.effective_weight),
        guess=_kept_or_none(asked.guess),
        options=options,
    )


def _option(part: int, position: int, figures: OptionFigures) -> OptionStatistic:
    return OptionStatistic(
        part=part,
        position=position,
        letter=figures.letter,
        is_key=figures.right,
        chosen=figures.chosen,
        correlation=_kept_or_none(figures.correlation),
        groups=[round(share, 4) for share in figures.groups],
    )


def _kept(value: float | Fraction | Decimal) -> Decimal:
    """To the four places that a column has."""
    above, below = value.as_integer_ratio()
    return (Decimal(above) / Decimal(below)).quantize(_PLACES)


def _kept_or_none(value: float | Fraction | None) -> Decimal | None:
    return None if value is None else _kept(value)
