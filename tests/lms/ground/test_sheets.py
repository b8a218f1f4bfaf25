"""Sheets: any table that people have is read as text, any that is dangerous is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from lms.ground.errors import Refused
from lms.ground.sheets.columns import find_columns, find_listing
from lms.ground.sheets.encodings import decode
from lms.ground.sheets.reading import Row, Table, as_text, column_name, read
from lms.ground.sheets.writing import Column, SheetSpec, workbook

WANTED = {
    "name": ("姓名", "学员姓名"),
    "phone": ("手机号", "联系电话"),
    "unit": ("单位", "工作单位"),
}


def xlsx(*rows: tuple[object, ...], hidden: bool = False) -> bytes:
    memory = io.BytesIO()
    with Workbook(memory) as book:
        sheet = book.add_worksheet("名单")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        if hidden:
            other = book.add_worksheet("隐藏")
            other.write(0, 0, "看不见")
            other.hide()
    return memory.getvalue()


def refusal(content: bytes) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.reasons


def repacked(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one part changed."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(memory, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    return memory.getvalue()


def test_rows_are_text_with_their_place_and_blank_rows_are_counted() -> None:
    tables = read(xlsx(("姓名", "分数"), (), (" 仉督 ", 95.0), (), ("𬱖一", 0.1 + 0.2)))
    assert tables == [
        Table("名单", (Row(1, ("姓名", "分数")), Row(3, ("仉督", "95")), Row(5, ("𬱖一", "0.3"))))
    ]
    assert tables[0].rows[1].reference(1) == "B3"
    assert tables[0].rows[1].text(7) == ""


def test_hidden_sheets_are_left_out() -> None:
    assert [table.sheet for table in read(xlsx(("甲",), hidden=True))] == ["名单"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (-2.5, "-2.5"),
        (True, "TRUE"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 9, 30), "2026-11-22 09:30"),  # noqa: DTZ001 (Excel has no zone)
        (time(9, 30), "09:30"),
        (timedelta(hours=30, minutes=5), "30:05"),
        ("\u3000 a\n b ", "a\n b"),
    ],
)
def test_a_cell_reads_as_in_excel(value: object, expected: str) -> None:
    assert as_text(value) == expected  # type: ignore[arg-type]


def test_formulas_are_the_values_they_had_and_lost_content_is_told() -> None:
    memory = io.BytesIO()
    with Workbook(memory) as book:
        sheet = book.add_worksheet("成绩")
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.write_formula("B1", "=1/0", None, "#DIV/0!")
        sheet.write_number("C1", 990101199001011232)
    table = read(memory.getvalue())[0]
    assert table.rows[0].cells[:2] == ("2", "")
    assert table.problems == (
        "B1 单元格是公式错误，没有值。",
        "C1 单元格的数字超过 15 位，Excel 已丢失后面的数位，请把这一列设为文本格式后重新填写。",
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_csv_is_read_in_every_encoding_that_people_save(encoding: str) -> None:
    content = '姓名,备注\r\n仉督,"第一行\n第二行"\r\n\r\n李四,\r\n'.encode(encoding)
    assert read(content)[0].rows == (
        Row(1, ("姓名", "备注")), Row(2, ("仉督", "第一行\n第二行")), Row(4, ("李四", "")),
    )  # fmt: skip


def test_rare_characters_survive_gb18030() -> None:
    assert decode("𬱖㑇,Tiếng Việt".encode("gb18030")) == "𬱖㑇,Tiếng Việt"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_is_split_at_the_mark_that_it_uses(mark: str) -> None:
    content = "\n".join(
        mark.join(row) for row in (("姓名", "单位"), ("甲", "一，二"), ("乙", "三"))
    )
    assert [row.cells for row in read(content.encode())[0].rows] == [
        ("姓名", "单位"), ("甲", "一，二"), ("乙", "三"),
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    assert refusal('姓名,备注\n甲,"未完\n乙,好\n'.encode()) == (
        "第 3 行附近的引号不成对或内容过长，请检查后重新上传，或另存为 .xlsx。",
    )


def test_what_is_no_table_is_refused_with_a_sentence() -> None:
    assert refusal(b"%PDF-1.7\n\0\x01\xff\xfe" * 9) == (
        "文件不是表格，或文字编码无法识别；请用 Excel 打开后另存为 .xlsx 再上传。",
    )
    damaged = "文件不是 Excel 工作簿或已损坏，请用 Excel 打开后另存为 .xlsx 再上传。"
    assert refusal(xlsx(("甲",))[:900]) == (damaged,)
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(word.getvalue()) == (damaged,)
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == (damaged,)
    assert refusal(xlsx()) == ("文件里没有内容，请检查是否选错了文件。",)


def test_a_locked_workbook_is_told_from_a_damaged_one() -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    assert refusal(locked) == ("文件加了打开密码，请在 Excel 里去掉密码后重新上传。",)


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size() -> None:
    memory = io.BytesIO(xlsx(("甲",)))
    with (
        zipfile.ZipFile(memory, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w") as part,
    ):
        for _ in range(201):
            part.write(bytes(2**20))
    bomb = memory.getvalue()
    size = (201 * 2**20).to_bytes(4, "little")
    assert len(bomb) < 2**19
    for content in (bomb, bomb.replace(size, (4).to_bytes(4, "little"))):
        assert refusal(content) == ("工作簿展开后太大，无法读取，请拆分后再上传。",)


def test_a_cell_far_away_is_refused_before_room_is_made_for_all_between() -> None:
    far = repacked(xlsx(("甲",), ("乙",)), "xl/worksheets/sheet1.xml", b'r="A2"', b'r="XFD1048576"')
    assert refusal(far)[0].startswith("工作表的范围太大（可能在很远的地方误填了一格）")


def test_columns_are_found_under_the_headings_that_people_write() -> None:
    header = ("序号", " ＊姓 名（必填）", "联系电话[11位]", "工作单位：")
    assert find_columns(header, WANTED) == {"name": 1, "phone": 2, "unit": 3}


def test_the_proper_heading_wins_over_another_for_the_same() -> None:
    assert find_columns(("联系电话", "手机号", "姓名", "单位"), WANTED)["phone"] == 1


def test_all_that_is_wrong_with_a_header_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        find_columns(("姓名", "姓名", "备注"), WANTED, optional=("unit",))
    assert refused.value.reasons == (
        "缺少“手机号”列，请对照模板检查表头。",
        "“姓名”列出现了 2 次，请只保留一列。",
    )


def test_titles_over_a_table_are_passed_over() -> None:
    table = read(
        xlsx(
            ("知行学堂第七期学员名册",),
            ("填表说明：姓名请填全称",),
            ("姓名", "手机号"),
            ("甲", "100"),
        )
    )[0]
    listing = find_listing(table, WANTED, optional=("unit",))
    assert (listing.header_row, len(listing.rows)) == (3, 1)
    row = listing.rows[0]
    assert (listing.text(row, "name"), listing.text(row, "unit")) == ("甲", "")
    assert (listing.reference(row, "phone"), listing.reference(row, "unit")) == ("B4", "A4")


def test_columns_are_named_as_in_excel() -> None:
    assert [column_name(column) for column in (0, 25, 26, 701, 702, 16383)] == [
        "A", "Z", "AA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


ROWS = [
    ("990101199001011232", "=1+1", 3, Decimal("95.5"), date(2026, 11, 22), None),
    ("仉督", "@SUM(A1)", 0, Decimal(60), datetime(2026, 11, 22, 1, 30, tzinfo=UTC), ""),
]
SPEC = SheetSpec(
    "成绩册", [Column(heading) for heading in ("身份证号", "备注", "次数", "分数", "日期", "空")],
    ROWS, title="第七期成绩册", landscape=True,
)  # fmt: skip


def test_what_is_written_is_read_again() -> None:
    tables = read(workbook([SPEC]))
    assert tables == [
        Table(
            "成绩册",
            (
                Row(1, ("第七期成绩册", "", "", "", "", "")),
                Row(2, ("身份证号", "备注", "次数", "分数", "日期", "空")),
                Row(3, ("990101199001011232", "=1+1", "3", "95.5", "2026-11-22", "")),
                Row(4, ("仉督", "@SUM(A1)", "0", "60", "2026-11-22 09:30", "")),
            ),
        )
    ]


def test_nothing_that_is_written_is_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([SPEC]))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_workbook_is_set_up_for_printing() -> None:
    sheet = load_workbook(io.BytesIO(workbook([SPEC])))["成绩册"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$1:$2")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_sheets_get_names_that_excel_takes() -> None:
    long = "中共县委党校二〇二六年秋季学期中青年干部培训班第一期考核成绩"
    names = ["a/b", "A B", "a[b", long + "汇总甲", long + "汇总乙", ""]
    written = workbook([SheetSpec(name, [Column("x")], [("y",)]) for name in names])
    assert [table.sheet for table in read(written)] == [
        "a b", "A B (2)", "a b (3)", (long + "汇总甲")[:31], (long + "汇总乙")[:27] + " (2)", "表",
    ]  # fmt: skip


def test_a_text_that_no_cell_holds_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="at most 32767"):
        workbook([SheetSpec("a", [Column("x")], [("x" * 32_768,)])])


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("v07-xlsx-aitrainer/题库.xlsx", [("Sheet1", 901)]),
        ("v10-csv-exammaster/questions.csv", [("", 882)]),
        ("v17-xlsx-wjx-safety/题库模板.xlsx", [("sheet", 121)]),
    ],
)
def test_real_files_are_read_whole(
    shared_data: Path, file: str, expected: list[tuple[str, int]]
) -> None:
    tables = read((shared_data / "zh-human" / file).read_bytes())
    assert [(table.sheet, len(table.rows)) for table in tables] == expected


def test_an_old_workbook_is_read(shared_data: Path) -> None:
    tables = read((shared_data / "zh-human/v09-xls-multisheet/题库.xls").read_bytes())
    assert [len(table.rows) for table in tables] == [162, 38, 116, 94, 80, 34, 138, 122, 57]


def test_a_header_is_found_in_real_templates(shared_data: Path) -> None:
    content = (shared_data / "roster/exam-online-user-template/用户导入模板.xlsx").read_bytes()
    wanted = {"login": ("用户名",), "name": ("姓名", "真实姓名"), "phone": ("手机号",)}
    listing = find_listing(read(content)[0], wanted, optional=("phone",))
    assert (listing.columns["login"], listing.columns["name"]) == (0, 1)
