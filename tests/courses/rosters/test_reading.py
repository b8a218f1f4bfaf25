"""Name lists as units send them: headings, encodings, faults."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from courses.rosters.intake.reading import LABELS, WANTED, Roster, mask, read
from lms.ground.errors import Refused
from lms.ground.people.rules import Gender, Politics
from lms.ground.sheets.writing import Column, SheetSpec, workbook
from tests import make

TODAY = date(2026, 11, 22)
ID = make.id_number(1)


def sheet(*rows: tuple[str, ...], title: str = "") -> bytes:
    header, *body = rows
    return workbook([SheetSpec("名册", [Column(text) for text in header], body, title)])


def only(content: bytes) -> Roster:
    roster = read(content, on=TODAY)
    assert roster.faults == ()
    return roster


@pytest.mark.parametrize("name", WANTED)
def test_every_column_is_found_under_each_of_its_headings(name: str) -> None:
    for heading in WANTED[name]:
        other = "备注" if name == "name" else "姓名"
        roster = read(sheet((other, f" {heading}* "), ("甲", "乙")), on=TODAY)
        assert roster.columns[name] == 1, heading


def test_a_row_is_read_whole() -> None:
    header = ("序号", "姓名", "性别", "民族", "出生年月", "政治面貌", "入党时间", "学历", "工作单位",
              "职务", "身份证号码", "联系电话", "小组", "班内职务", "房间号")  # fmt: skip
    row = ("1", "王　学", "男", "汉", "1985.03", "党员", "2010年7月1日", "大学本科", "老街镇",
           "副镇长", ID.lower(), "100 0000 0001", "第一组", "班长", "301")  # fmt: skip
    (found,) = only(sheet(header, row, title="知行学堂第7期名册")).rows
    details = found.details
    assert (found.number, found.faults, found.unit) == (3, (), "老街镇")
    assert (details.name, details.gender, details.ethnicity) == ("王学", Gender.MALE, "汉族")
    assert (details.born, details.party_joined) == (date(1985, 3, 1), date(2010, 7, 1))
    assert (details.politics, details.education) == (Politics.MEMBER, "大学本科")
    assert (found.id_number, found.phone) == (ID, "10000000001")
    assert (found.group_name, found.duty, found.dormitory) == ("第一组", "班长", "301")


def test_birth_and_gender_come_from_the_id_number_when_the_list_is_silent() -> None:
    (found,) = only(sheet(("姓名", "身份证号"), ("王学", make.id_number(2)))).rows
    assert (found.details.born, found.details.gender) == (date(1985, 3, 2), Gender.FEMALE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_in_use(encoding: str) -> None:
    content = "姓名,手机,单位\r\n王学,10000000001,老街镇\r\n,,\r\n赵同,,\r\n".encode(encoding)
    rows = only(content).rows
    assert [(row.number, row.details.name, row.unit) for row in rows] == [
        (2, "王学", "老街镇"),
        (4, "赵同", ""),
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "fault"),
    [
        ("身份证号", ID[:-1] + ("0" if ID[-1] != "0" else "1"), "身份证号的校验位不对，请核对是否有数字抄错。"),
        ("身份证号", "12345", "身份证号应为18位（前17位是数字，最后一位是数字或X）。"),
        ("手机", "12345", "手机号应为11位数字，以1开头。"),
        ("性别", "先生", "性别“先生”应为“男”或“女”。"),
        ("出生日期", "八五年", "出生日期“八五年”不是日期，应像1985-03-02或1985.03。"),
        ("出生日期", "1985-13-02", "出生日期“1985-13-02”不是日期，应像1985-03-02或1985.03。"),
        ("政治面貌", "好", "政治面貌“好”无法识别，请写中共党员、共青团员、群众等。"),
    ],
)  # fmt: skip
def test_a_fault_is_said_in_a_sentence(heading: str, cell: str, fault: str) -> None:
    (found,) = read(sheet(("姓名", heading), ("王学", cell)), on=TODAY).rows
    assert found.faults == (fault,)


def test_gender_and_id_number_have_to_agree() -> None:
    (found,) = read(sheet(("姓名", "性别", "身份证号"), ("王学", "女", ID)), on=TODAY).rows
    assert found.faults == ("性别与身份证号不一致，请核对是哪一个写错了。",)


def test_a_row_without_a_name_is_at_fault() -> None:
    (found,) = read(sheet(("姓名", "单位"), ("", "老街镇")), on=TODAY).rows
    assert found.faults == ("请填写姓名。",)


def test_masked_numbers_count_as_not_given() -> None:
    (found,) = only(sheet(("姓名", "身份证号"), ("王学", "990***********0011"))).rows
    assert found.id_number == ""


def test_a_list_without_names_asks_which_column_it_is() -> None:
    content = sheet(("编号", "谁"), ("1", "王学"))
    assert read(content, on=TODAY).faults == ("没有找到“姓名”列，请在上面指定哪一列是姓名。",)
    (found,) = read(content, on=TODAY, columns={"name": 1}).rows
    assert found.details.name == "王学"


def test_a_list_without_rows_is_told() -> None:
    roster = read(sheet(("姓名", "单位")), on=TODAY)
    assert roster.faults == ("名册里没有学员，请检查表头下面是否有内容。",)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(Refused):
        read(b"\x89PNG\r\n\x1a\n" + bytes(100), on=TODAY)


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("12345", "12345"), ("10000000001", "100******01")]
)
def test_numbers_are_masked_even_when_they_are_wrong(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_every_column_has_a_label() -> None:
    assert set(LABELS) == set(WANTED)


@pytest.mark.parametrize(
    ("file", "columns", "rows"),
    [
        ("exam-online-user-template/用户导入模板.xlsx", {"name": 1}, 5),
        ("staff-org-template/员工导入模板.xlsx", {"name": 1, "unit": 2, "post": 4}, 0),
        (
            "en-user-template/Code/public/assets/SampleFiles/SampleUserImportFile.xlsx",
            {"given": 0, "surname": 1, "phone": 3},
            4,
        ),
    ],
)
def test_templates_of_other_systems_are_understood(
    shared_data: Path, file: str, columns: dict[str, int], rows: int
) -> None:
    roster = read((shared_data / "roster" / file).read_bytes(), on=TODAY)
    assert (dict(roster.columns), len(roster.rows)) == (columns, rows)
