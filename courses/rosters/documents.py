"""Learner lists as Excel files that can be imported again as they are."""

from __future__ import annotations

from collections.abc import Sequence

from courses.cohorts.models import Cohort, Enrolment
from lms.ground.people.rules import GENDER_NAMES, POLITICS_NAMES
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

# The headings are those that the import knows; the order is that of the printed register.
_COLUMNS = (
    Column("学号", 16), Column("姓名", 10), Column("性别", 6), Column("民族", 8),
    Column("出生日期", 12), Column("政治面貌", 14), Column("学历", 10), Column("单位", 24),
    Column("职务", 18), Column("身份证号", 22), Column("手机", 14), Column("小组", 10),
    Column("班内职务", 10), Column("宿舍", 10),
)  # fmt: skip
_ADVICE = (
    ("姓名", "必填。少数民族姓名中的间隔号用“·”。"),
    ("身份证号", "建议填写，用来避免重复登记；请把这一列设为文本格式。"),
    ("单位", "没有身份证号时按“姓名＋单位”认人；系统里没有的单位，导入时可以新建或对应。"),
    ("政治面貌", "中共党员、中共预备党员、共青团员、民主党派、群众。"),
    ("学号", "新学员不填，由系统编排。"),
)


def roster(cohort: Cohort, enrolments: Sequence[Enrolment]) -> bytes:
    """The learners as .xlsx; ID and phone numbers masked, so the list may be passed round.

    Imported again, every row is recognised by its learner number.
    """
    rows = [_row(enrolment) for enrolment in enrolments]
    return workbook(
        [SheetSpec("学员名册", _COLUMNS, rows, f"{cohort.title}学员名册", landscape=True)]
    )


def roster_template() -> bytes:
    """An empty name list with a sheet that says how to fill it in."""
    advice = SheetSpec("填写说明", (Column("说明的列", 14), Column("怎么填", 70)), _ADVICE)
    return workbook([SheetSpec("学员名册", _COLUMNS, ()), advice])


def _row(enrolment: Enrolment) -> list[Cell]:
    person = enrolment.person
    return [
        enrolment.learner_number,
        person.name,
        GENDER_NAMES[person.gender] if person.gender else "",
        person.ethnicity,
        person.born,
        POLITICS_NAMES[person.politics] if person.politics else "",
        person.education,
        person.unit.name if person.unit else "",
        person.post,
        person.id_number_masked,
        person.phone_masked,
        enrolment.group_name,
        enrolment.duty,
        enrolment.dormitory,
    ]
