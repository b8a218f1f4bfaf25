"""The rows that were set aside as a workbook: mended in Excel and brought again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from question_bank.intakes.rules.grid import Row
from question_bank.items.formats import template_xlsx
from question_bank.items.rules.draft import Draft, Place, limits_in


def workbook(rows: Sequence[Row]) -> bytes:
    """The rows in the house's own template, what is open of each on the second sheet."""
    guide = [
        "这些题在导入时搁置了，没有入库。改好后保存，再从“导入试题”上传这份文件。",
        "图片和录音没有写入，需要时入库后再补。",
        *(line for row in rows for line in _told(row)),
    ]
    return template_xlsx.write([draft_of(row.item) for row in rows], {}, guide)


def _told(row: Row) -> list[str]:
    stem = " ".join(row.content.stem.split())[:20]
    return [f"原文件{row.place}，{stem}：{sentence}" for sentence in (*row.faults, *row.doubts)]


def draft_of(item: Mapping[str, Any]) -> Draft:
    """The draft that a row's JSON says."""
    points = item.get("points")
    return Draft(
        number=item.get("number"),
        kind=str(item.get("kind", "")),
        stem=str(item.get("stem", "")),
        options=tuple(item.get("options", ())),
        key=tuple(tuple(one) if isinstance(one, list) else one for one in item.get("key", ())),
        source=Place("", 1),
        parts=tuple(draft_of(part) for part in item.get("parts", ())),
        rationale=str(item.get("rationale", "")),
        points=None if points in (None, "") else Decimal(str(points)),
        topic=str(item.get("topic", "")),
        tags=tuple(item.get("tags", ())),
        difficulty=str(item.get("difficulty", "")),
        cognition=str(item.get("cognition", "")),
        rubric=tuple(item.get("rubric", ())),
        **limits_in(item),
        transcript=str(item.get("transcript") or ""),
    )
