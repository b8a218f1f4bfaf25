"""评阅质量 as an Excel workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from lms.exams.marking.queries.checks import Checked, Steadiness
from lms.exams.marking.rules.consistency import Closeness
from lms.exams.sittings.models import Exam
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_KINDS = ("与商定分", "与其他阅卷人", "与自己前一次")
_FIGURES = (("次数", 8), ("平均偏差（%）", 14), ("平均差距（%）", 14), ("误差内（%）", 12))
_MARKERS = (
    Column("阅卷人", 14),
    *(Column(f"{kind}：{name}", width) for kind in _KINDS for name, width in _FIGURES),
)
_CHECKS = (
    Column("阅卷人", 14),
    Column("题目", 24),
    Column("商定分", 10),
    Column("各次给分", 24),
    Column("最大偏差", 10),
)


def quality_workbook(
    exam: Exam,
    labels: Mapping[int, str],
    steadiness: Sequence[Steadiness],
    checked: Sequence[Checked],
) -> bytes:
    """How steady the markers of an exam are, and what they gave for its check scripts."""
    title = f"{exam.cohort.title}“{exam.title}”评阅质量"
    markers = [
        [one.marker, *_cells(one.agreed), *_cells(one.others), *_cells(one.own)]
        for one in steadiness
    ]
    rows = [_row(one, labels) for one in checked]
    return workbook(
        [
            SheetSpec("阅卷人", _MARKERS, markers, title=title, landscape=True),
            SheetSpec("质检卷", _CHECKS, rows, landscape=True),
        ]
    )


def _cells(found: Closeness | None) -> list[Cell]:
    if found is None:
        return [0, None, None, None]
    shares = (found.bias, found.distance, found.agreement)
    return [found.number, *(_percent(share) for share in shares)]


def _percent(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator) * 100 / share.denominator, 1)


def _row(one: Checked, labels: Mapping[int, str]) -> list[Cell]:
    given = "、".join(f"{points:f}" for points in one.points)
    worst = max((points - one.script.points for points in one.points), key=abs)
    return [one.marker, labels[one.script.item_version_id], one.script.points, given, worst]
