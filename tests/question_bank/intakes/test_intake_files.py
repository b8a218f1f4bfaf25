"""Files of all kinds: encodings, sheets, what is refused and in which words."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from question_bank.intakes.intake import read
from question_bank.items.formats.unreadable import Unreadable

TEXT = "1、村民委员会每届任期为（ ）年。\nA、三\nB、五\n答案：B\n2、甲对。（ ）\n答案：√\n"
CSV = '题号,题干,A,B,答案,题型\n1,"任期为（ ）年，可以连任",三,五,B,单选题\n2,甲对。,,,√,判断题\n'


def kinds_and_keys(path: Path) -> list[tuple[str, object]]:
    return [(draft.kind, draft.key) for draft in read(path).items]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize(
    ("name", "text"), [("题.txt", TEXT), ("题.csv", CSV), ("题.tsv", CSV.replace(",", "\t"))]
)
def test_a_text_is_read_in_whichever_encoding(
    tmp_path: Path, name: str, text: str, encoding: str
) -> None:
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert kinds_and_keys(tmp_path / name) == [("single", ("B",)), ("truth", ("true",))]


def test_the_line_of_an_item_is_its_line_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "题.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert [draft.source.line for draft in read(tmp_path / "题.txt").items] == [1, 5]


def test_markdown_is_read_without_its_signs(tmp_path: Path) -> None:
    text = "## 一、单选题\n\n1. **甲**是（ ）\n   - A. 一\n   - B. 二\n\n   **答案：B**\n\n---\n"
    (tmp_path / "题.md").write_text(text, "utf-8")
    (draft,) = read(tmp_path / "题.md").items
    assert (draft.kind, draft.stem, draft.options, draft.key) == (
        "single",
        "甲是（ ）",
        ("一", "二"),
        ("B",),
    )


def test_a_formula_is_read_as_the_value_stored_with_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["题干", "A", "B", "答案"])
    sheet.append(["甲是（ ）", '=HYPERLINK("file:///etc/passwd")', "二", "B"])
    book.save(tmp_path / "题.xlsx")
    (draft,) = read(tmp_path / "题.xlsx").items
    assert (draft.options, draft.key) == (("", "二"), ("B",))


def test_numbers_in_cells_look_as_people_typed_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "题干", "A", "B", "答案"])
    sheet.append([1, "几成（ ）", 3, 3.5, "B"])
    book.save(tmp_path / "题.xlsx")
    (draft,) = read(tmp_path / "题.xlsx").items
    assert (draft.number, draft.options) == (1, ("3", "3.5"))


def test_every_sheet_is_read_and_a_sheet_of_other_things_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("第一章", "第二章"):
        sheet = book.create_sheet(name)
        sheet.append(["题干", "A", "B", "答案"])
        sheet.append([f"{name}说的是（ ）", "一", "二", "A"])
    book.create_sheet("说明").append(["单选", "多选", "判断"])
    book.save(tmp_path / "题.xlsx")
    reading = read(tmp_path / "题.xlsx")
    assert [draft.source.cell for draft in reading.items] == ["第一章!A2", "第二章!A2"]
    assert [(p.code, p.notice) for p in reading.problems] == [("sheet_skipped", True)]


def test_a_cell_far_away_does_not_blow_up_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "题干", "远"
    book.save(tmp_path / "题.xlsx")
    assert refusal(tmp_path / "题.xlsx") == "表格的范围过大，请删去题目以外的空行空列再上传。"


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read(path)
    (sentence,) = refused.value.reasons
    return sentence


def zipped(names: list[str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("题.docx", b"", "文件是空的。"),
        (
            "题.docx",
            b"%PDF-1.7 ...",
            "不能直接读 PDF、图片或压缩包，请上传 Word、Excel、CSV 或文本文件。",
        ),
        (
            "题.txt",
            b"\x89PNG\r\n\x1a\n",
            "不能直接读 PDF、图片或压缩包，请上传 Word、Excel、CSV 或文本文件。",
        ),
        ("题.zip", zipped(["a.txt"]), "这个压缩包不是 Word 或 Excel 文件，没有读取。"),
        (
            "题.docx",
            b"PK\x03\x04 cut off",
            "文件已损坏，打不开，请在 Word 或 Excel 里重新保存一次再上传。",
        ),
        ("题.xls", OLE, "表格已损坏，打不开，请在 Excel 里重新保存一次再上传。"),
        (
            "题.docx",
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "文件设有密码，请去掉密码后再上传。",
        ),
        (
            "题.txt",
            b"\x00\x01\x02\x03" * 50,
            "这不是文本文件，读不出文字，请上传 Word、Excel、CSV 或文本文件。",
        ),
        (
            "题.txt",
            b"\xff\xff\x81 \x81",
            "认不出文件的文字编码，请用记事本另存为 UTF-8 编码再上传。",
        ),
        (
            "题.xls",
            b"<html><table></table></html>",
            "这是网页或 XML 格式的文件，请在 Excel 或 Word 里另存为 .xlsx、.docx 再上传。",
        ),
        ("题.json", b"[1, 2]", "这个 JSON 文件不是“题目到答案”的对照表，没有读取。"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name) == sentence


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "题.doc",
            OLE + "WordDocument".encode("utf-16-le"),
            "这是旧版 Word 文件（.doc），请在 Word 或 WPS 里另存为 .docx 再上传。",
        ),
        ("题.rtf", b"{\\rtf1 x}", "这是 RTF 文件，请在 Word 或 WPS 里另存为 .docx 再上传。"),
    ],
)
def test_without_libreoffice_one_sentence_says_how_to_convert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, sentence: str
) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name) == sentence


needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")


@needs_office
@pytest.mark.parametrize("ending", ["doc", "odt", "rtf"])
def test_legacy_texts_are_read_through_libreoffice(tmp_path: Path, ending: str) -> None:
    document = docx.Document()
    for text in ("1、村民委员会每届任期为（ ）年。", "A、三", "B、五", "答案：B"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "题.docx"))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", ending, "--outdir", str(tmp_path), str(tmp_path / "题.docx")],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    reading = read(tmp_path / f"题.{ending}")
    (draft,) = reading.items
    assert (reading.layout, draft.options, draft.key) == (
        f"{ending}:numbered",
        ("三", "五"),
        ("B",),
    )


@needs_office
def test_a_broken_doc_is_refused_after_libreoffice_has_tried(tmp_path: Path) -> None:
    (tmp_path / "题.doc").write_bytes(OLE + "WordDocument".encode("utf-16-le"))
    assert refusal(tmp_path / "题.doc") == (
        "旧版 Word 文件（.doc）没能转换，请在 Word 或 WPS 里另存为 .docx 再上传。"
    )


def test_a_file_beyond_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "题.txt").open("wb") as stream:
        stream.truncate(51 * 1024 * 1024)
    assert refusal(tmp_path / "题.txt") == "文件有 51 MB，超过了 50 MB 的上限，请拆分后再上传。"


def test_a_key_in_a_file_of_its_own_is_used(tmp_path: Path) -> None:
    (tmp_path / "题.txt").write_text(
        "1、甲是（ ）\nA、一\nB、二\n2、乙是（ ）\nA、一\nB、二\n", "utf-8"
    )
    (tmp_path / "答案.txt").write_text("1—2 BA\n", "utf-8")
    reading = read(tmp_path / "题.txt", tmp_path / "答案.txt")
    assert [(draft.key, draft.problems) for draft in reading.items] == [(("B",), ()), (("A",), ())]


def test_a_map_of_questions_to_answers_is_read(tmp_path: Path) -> None:
    answers = {"任期为（ ）|三年|五年": "五年", "甲对。|正确|错误": "错误"}
    (tmp_path / "题.json").write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    assert kinds_and_keys(tmp_path / "题.json") == [("single", ("B",)), ("truth", ("false",))]


def test_a_file_without_items_says_so(tmp_path: Path) -> None:
    (tmp_path / "题.txt").write_text("通知\n请各支部按时参加。\n", "utf-8")
    reading = read(tmp_path / "题.txt")
    assert (reading.items, reading.problems[-1].code) == ((), "no_items")


def test_the_json_of_a_reading_keeps_the_contract(tmp_path: Path) -> None:
    (tmp_path / "题.txt").write_text("1、甲是____。（2分）\n答案：一\n", "utf-8")
    shown = json.loads(json.dumps(read(tmp_path / "题.txt").as_json(), ensure_ascii=False))
    assert shown == {
        "items": [
            {
                "number": 1,
                "kind": "blank",
                "stem": "甲是____。",
                "options": [],
                "key": [["一"]],
                "parts": [],
                "media": [],
                "rationale": "",
                "points": 2,
                "topic": "",
                "difficulty": "",
                "source": {"file": "题.txt", "line": 1, "text": "1、甲是____。（2分）\n答案：一"},
                "problems": [],
            }
        ],
        "problems": [],
        "layout": "text:numbered",
    }
