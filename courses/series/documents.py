"""The sheet that a timetable can be written in."""

from __future__ import annotations

from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("日期", 12), Column("时间", 14), Column("课程", 30), Column("形式", 12),
    Column("学时", 8), Column("授课人", 12), Column("地点", 18), Column("主持人", 10),
    Column("备注", 20),
)  # fmt: skip
_ADVICE = (
    ("日期", "必填，像2026-12-01或12月1日。"),
    (
        "时间",
        "必填，像08:30-11:30，或写上午、下午、晚上（按本校作息）。也可以分成“开始”“结束”两列。",
    ),
    ("课程", "必填，与课程专题里的名称一致。"),
    ("学时", "不填就按教学计划。"),
    ("授课人", "与师资库里的姓名一致；不填就是以后再定。"),
    ("地点", "与场地里的名称一致；不填就是以后再定。"),
)


def template() -> bytes:
    """An empty timetable with a sheet that says how to fill it in."""
    advice = SheetSpec("填写说明", (Column("说明的列", 14), Column("怎么填", 70)), _ADVICE)
    return workbook([SheetSpec("课程表", _COLUMNS, (), landscape=True), advice])
