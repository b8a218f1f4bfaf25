"""Name lists as units send them: any headings, read into rows, every fault said with its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from lms.ground.errors import Refused
from lms.ground.people.rules import (
    ETHNICITIES,
    GENDER_NAMES,
    POLITICS_NAMES,
    Gender,
    PersonDetails,
    Politics,
    Private,
    clean_details,
    clean_name,
    gender_of,
)
from lms.ground.sheets.columns import Listing, find_listing
from lms.ground.sheets.reading import Row, Table, column_name
from lms.ground.sheets.reading import read as read_tables

Word = TypeVar("Word")
MOST_ROWS = 2000

# What a column may be headed with, the proper word first (it is the one of our own template).
WANTED: Mapping[str, tuple[str, ...]] = {
    "learner_number": ("学号",),
    "name": ("姓名", "学员姓名", "真实姓名", "人员姓名", "参训人员", "名字", "name", "full name"),
    "surname": ("last name", "surname", "family name"),
    "given": ("first name", "given name"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "身份证", "证件号码", "证件号", "id number"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "联系方式", "移动电话", "电话", "mobile number", "phone"),
    "gender": ("性别", "gender", "sex"),
    "ethnicity": ("民族",),
    "born": ("出生日期", "出生年月", "出生年月日", "生日"),
    "politics": ("政治面貌", "面貌"),
    "party_joined": ("入党时间", "入党日期", "入党年月"),
    "education": ("学历", "文化程度", "最高学历"),
    "unit": (
        "单位", "工作单位", "单位名称", "所在单位", "现工作单位", "所属单位", "所属机构", "机构", "所属部门", "部门",
    ),
    "post": ("职务", "现任职务", "岗位", "工作岗位", "职务职级", "担任职务", "工作单位及职务", "单位及职务"),
    "group_name": ("小组", "组别", "分组"),
    "duty": ("班内职务", "班委职务"),
    "dormitory": ("宿舍", "房间号", "住宿"),
}  # fmt: skip
LABELS = {name: headings[0] for name, headings in WANTED.items()} | {
    "surname": "姓（外文名册）",
    "given": "名（外文名册）",
}
_GENDERS = {name: gender for gender, name in GENDER_NAMES.items()} | {
    "male": Gender.MALE,
    "female": Gender.FEMALE,
    "m": Gender.MALE,
    "f": Gender.FEMALE,
}
_POLITICS = {name: politics for politics, name in POLITICS_NAMES.items()} | {
    "党员": Politics.MEMBER,
    "正式党员": Politics.MEMBER,
    "预备党员": Politics.PROBATIONARY,
    "团员": Politics.LEAGUE,
    "无党派": Politics.MASSES,
    "无党派人士": Politics.MASSES,
}


@dataclass(frozen=True)
class RosterRow:
    """One row of a name list; `details` holds private numbers in the clear, for memory only."""

    number: int
    details: PersonDetails
    unit: str = ""
    learner_number: str = ""
    group_name: str = ""
    duty: str = ""
    dormitory: str = ""
    faults: tuple[str, ...] = ()

    @property
    def id_number(self) -> str:
        return self.details.private.get(Private.ID_NUMBER, "")

    @property
    def phone(self) -> str:
        return self.details.private.get(Private.PHONE, "")


@dataclass(frozen=True)
class Roster:
    """A name list as it was read: headings (by column), which column is what, rows, faults."""

    sheet: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[RosterRow, ...]
    faults: tuple[str, ...] = ()

    @property
    def ignored(self) -> list[str]:
        """The headings of columns that nothing is read from."""
        used = set(self.columns.values())
        return [text for place, text in enumerate(self.headings) if text and place not in used]


def read(content: bytes, *, on: date, columns: Mapping[str, int] | None = None) -> Roster:
    """Read a name list (.xlsx, .xls, .csv in UTF-8, GBK or UTF-16).

    `columns` (name → column from 0) corrects what the headings were taken for. Raises Refused
    for a file that is no table; what is wrong with the list itself stands in it as faults.
    """
    table, listing = _best(read_tables(content))
    chosen = dict(listing.columns if columns is None else columns)
    header = next((row for row in table.rows if row.number == listing.header_row), None)
    headings = header.cells if header else ()
    faults = list(table.problems)
    if "name" not in chosen and not {"surname", "given"} <= set(chosen):
        faults.append("没有找到“姓名”列，请在上面指定哪一列是姓名。")
        return Roster(table.sheet, headings, chosen, (), tuple(faults))
    if len(listing.rows) > MOST_ROWS:
        faults.append(f"名册有{len(listing.rows)}行，一次最多导入{MOST_ROWS}行，请拆分。")
    rows = tuple(
        _read_row(row, chosen, on)
        for row in listing.rows[:MOST_ROWS]
        if any(row.text(column) for column in chosen.values())
    )
    if not rows:
        faults.append("名册里没有学员，请检查表头下面是否有内容。")
    return Roster(table.sheet, headings, chosen, rows, tuple(faults))


def column_labels(roster: Roster) -> list[tuple[int, str]]:
    """The columns as people find them in Excel: (number, "B 姓名")."""
    return [(place, f"{column_name(place)} {text}") for place, text in enumerate(roster.headings)]


def mask(text: str) -> str:
    """What may be shown of a number that may be wrong: its first three and last two signs."""
    return text if len(text) < 7 else f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"


def _best(tables: list[Table]) -> tuple[Table, Listing]:
    """The sheet with most of the headings, the first of equals."""
    found = [(table, find_listing(table, WANTED, optional=WANTED)) for table in tables]
    return max(found, key=lambda pair: len(pair[1].columns))


def _read_row(row: Row, columns: Mapping[str, int], on: date) -> RosterRow:
    cells = {name: row.text(column) for name, column in columns.items()}
    faults: list[str] = []

    def read_as(name: str, reader: Callable[[str], Word | None], what: str) -> Word | None:
        text = cells.get(name, "")
        value = reader(text) if text else None
        if text and value is None:
            faults.append(f"{LABELS[name]}“{text}”{what}")
        return value

    details = PersonDetails(
        name=clean_name(cells.get("name") or cells.get("surname", "") + cells.get("given", "")),
        gender=read_as("gender", _gender, "应为“男”或“女”。"),
        born=read_as("born", _day, "不是日期，应像1985-03-02或1985.03。"),
        ethnicity=_ethnicity(cells.get("ethnicity", "")),
        politics=read_as("politics", _politics, "无法识别，请写中共党员、共青团员、群众等。"),
        party_joined=read_as("party_joined", _day, "不是日期，应像2010-07-01或2010.07。"),
        education=cells.get("education", ""),
        post=cells.get("post", ""),
        private={
            kind: cells[kind.value]
            for kind in (Private.ID_NUMBER, Private.PHONE)
            if cells.get(kind.value) and "*" not in cells[kind.value]
        },
    )
    try:
        clean = clean_details(details, on=on)
    except Refused as refusal:
        faults += refusal.reasons
    else:
        faults += _gender_fault(details.gender, clean)
        details = clean
    return RosterRow(
        number=row.number,
        details=details,
        unit=cells.get("unit", ""),
        learner_number=cells.get("learner_number", ""),
        group_name=cells.get("group_name", ""),
        duty=cells.get("duty", ""),
        dormitory=cells.get("dormitory", ""),
        faults=tuple(faults),
    )


def _gender_fault(told: Gender | None, clean: PersonDetails) -> list[str]:
    number = clean.private.get(Private.ID_NUMBER)
    if told is None or not number or gender_of(number) is told:
        return []
    return ["性别与身份证号不一致，请核对是哪一个写错了。"]


def _gender(text: str) -> Gender | None:
    return _GENDERS.get(text.strip().lower())


def _politics(text: str) -> Politics | None:
    return _POLITICS.get(text.strip())


def _ethnicity(text: str) -> str:
    return f"{text}族" if f"{text}族" in ETHNICITIES else text


def _day(text: str) -> date | None:
    """1985-03-02, 1985.3.2, 1985年3月2日, 19850302; without a day it is the first of the month."""
    plain = text.strip().partition(" ")[0]
    found = re.fullmatch(r"(\d{4})\D?(\d{1,2})(?:\D(\d{1,2}))?\D?", plain)
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain) or found
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
