"""试卷分析报告: the analysis of a paper as a PDF and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from lms.ground import pdf
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook
from question_bank.analysis.models import ItemStatistic, PaperAnalysis
from question_bank.analysis.queries.records import record_of
from question_bank.analysis.rules.advice import Limits, faults
from question_bank.analysis.rules.plots import curves, histogram, scatter
from question_bank.analysis.rules.summary import guarded, key_figures
from question_bank.analysis.rules.words import LETTER_NAMES, facility_words
from question_bank.items.rules.terms import KIND_NAMES

_ITEM_COLUMNS = (
    Column("题位", 18),
    Column("题型", 10),
    Column("题干", 40),
    Column("题分", 7),
    Column("人数", 7),
    Column("难度 P", 8),
    Column("标准差", 8),
    Column("区分度 r", 13),
    Column("区分度 D", 13),
    Column("区分效率", 13),
    Column("预定权重", 9),
    Column("实际权重", 13),
    Column("猜测得分率", 10),
    Column("问题", 30),
)
_OPTION_COLUMNS = (
    Column("题位", 18),
    Column("小题", 7),
    Column("选项", 8),
    Column("标准答案", 9),
    Column("人数", 7),
    Column("选择率", 9),
    Column("低分组", 9),
    Column("中间组", 9),
    Column("高分组", 9),
    Column("与其余各题的相关", 13),
)


def report_pdf(
    analysis: PaperAnalysis, statistics: Sequence[ItemStatistic], limits: Limits
) -> bytes:
    """The report with its plots, A4."""
    html = render_template(
        "analysis/print_report.html",
        **report_values(analysis, statistics, limits),
        title=f"{analysis.title}试卷分析报告",
        sans=pdf.SANS_STACK,
    )
    return pdf.render(html, title=f"{analysis.title}试卷分析报告")


def report_values(
    analysis: PaperAnalysis, statistics: Sequence[ItemStatistic], limits: Limits
) -> dict[str, object]:
    """What a page or a report shows of an analysis."""
    judged = {one.id: faults(record_of([one]), limits) for one in statistics}
    return {
        "analysis": analysis,
        "statistics": statistics,
        "figures": key_figures(analysis, limits),
        "histogram": histogram(analysis.bins),
        "scatter": scatter(
            [
                (one.id, float(one.facility), float(one.discrimination))
                for one in statistics
                if one.discrimination is not None and one.candidates >= limits.candidates
            ],
            low=float(limits.facility_low),
            high=float(limits.facility_high),
            discrimination=float(limits.discrimination_low),
        ),
        "faults": judged,
        "limits": limits,
        "guarded": guarded,
        "kind_names": KIND_NAMES,
        "letter_names": LETTER_NAMES,
        "facility_words": facility_words,
        "option_tables": option_tables,
    }


def option_tables(statistic: ItemStatistic) -> list[dict[str, object]]:
    """The options of an item and of its parts, each list with thirds for a table and the curves."""
    parts = sorted({option.part for option in statistic.options})
    return [_option_table(statistic, part) for part in parts]


def _option_table(statistic: ItemStatistic, part: int) -> dict[str, object]:
    listed = [option for option in statistic.options if option.part == part]
    return {
        "part": part,
        "rows": [(option, thirds(option.groups)) for option in listed],
        "curves": curves(
            [
                (LETTER_NAMES.get(option.letter, option.letter), option.is_key, option.groups)
                for option in listed
            ]
        ),
    }


def thirds(groups: Sequence[float]) -> list[float]:
    """The shares of the low, the middle and the high third, from three or six equal groups."""
    wide = len(groups) // 3
    return [sum(groups[at * wide : (at + 1) * wide]) / wide for at in range(3)] if wide else []


def report_workbook(
    analysis: PaperAnalysis, statistics: Sequence[ItemStatistic], limits: Limits
) -> bytes:
    """The report as .xlsx: key figures, distribution, items, options."""
    summary: list[Sequence[Cell]] = [
        [figure.name, figure.value, figure.meaning, figure.definition]
        for figure in key_figures(analysis, limits)
    ]
    if analysis.remark:
        summary.append(["更正", "", analysis.remark, "按公布成绩时有效的更正统计。"])
    bins: list[Sequence[Cell]] = [
        [f"{at * 10}%–{at * 10 + 10}%", count] for at, count in enumerate(analysis.bins)
    ]
    what = [Column("指标", 14), Column("数值", 16), Column("说明", 50), Column("算法", 44)]
    title = f"{analysis.title}试卷分析"
    items = [_item_row(one, limits) for one in statistics]
    options = [row for one in statistics for row in _option_rows(one)]
    return workbook(
        [
            SheetSpec("总体指标", what, summary, title=title, landscape=True),
            SheetSpec("分数分布", [Column("得分率", 16), Column("人数", 10)], bins),
            SheetSpec("试题指标", _ITEM_COLUMNS, items, landscape=True),
            SheetSpec("选项分析", _OPTION_COLUMNS, options, landscape=True),
        ]
    )


def _item_row(one: ItemStatistic, limits: Limits) -> list[Cell]:
    n = one.candidates
    found = faults(record_of([one]), limits)
    return [
        one.label,
        KIND_NAMES[one.item_version.item.kind],
        one.item_version.stem[:200],
        one.full_points,
        n,
        one.facility,
        one.deviation,
        guarded(one.discrimination, n, limits),
        guarded(one.difference, n, limits),
        guarded(one.efficiency, n, limits),
        one.intended_weight,
        guarded(one.effective_weight, n, limits, 4),
        one.guess,
        "".join(f"{fault.short}：{fault.reason}" for fault in found),
    ]


def _option_rows(one: ItemStatistic) -> list[list[Cell]]:
    return [
        [
            one.label,
            option.part or None,
            LETTER_NAMES.get(option.letter, option.letter),
            "是" if option.is_key else "",
            option.chosen,
            _share(option.chosen / one.candidates),
            *(_share(third) for third in thirds(option.groups)),
            "" if option.correlation is None else f"{option.correlation:.2f}",
        ]
        for option in one.options
    ]


def _share(value: float) -> str:
    return f"{value:.1%}"
