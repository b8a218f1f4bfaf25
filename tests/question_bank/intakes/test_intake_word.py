"""Word files: automatic letters, marks, tables, soft breaks, pictures; and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.shared import RGBColor
from PIL import Image

from question_bank.intakes.intake import read
from question_bank.items.formats.pictures import taken
from question_bank.items.formats.unreadable import Unreadable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERING = f"""<w:numbering xmlns:w="{W}">
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/>
<w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def paragraph(text: str, depth: int | None = None, run: str = "") -> str:
    listed = (
        ""
        if depth is None
        else (f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr></w:pPr>')
    )
    return f'<w:p>{listed}<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def package(path: Path, body: str, parts: dict[str, str] | None = None) -> Path:
    """The smallest Word file that holds a body."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        for name, text in (parts or {}).items():
            made.writestr(name, text)
    return path


def test_numbers_and_letters_of_automatic_lists_are_put_back(tmp_path: Path) -> None:
    body = "".join(
        [
            paragraph("甲是（ ）", 0),
            paragraph("一", 1),
            paragraph("二", 1),
            paragraph("答案：B"),
            paragraph("乙是（ ）", 0),
            paragraph("三", 1),
            paragraph("四", 1),
            paragraph("答案：A"),
        ]
    )
    path = package(tmp_path / "题.docx", body, {"word/numbering.xml": NUMBERING})
    assert [(d.number, d.options, d.key, d.problems) for d in read(path).items] == [
        (1, ("一", "二"), ("B",), ()),
        (2, ("三", "四"), ("A",), ()),
    ]


@pytest.mark.parametrize("mark", ["bold", "colour", "underline"])
def test_options_that_stand_out_in_print_are_the_answer(tmp_path: Path, mark: str) -> None:
    document = docx.Document()
    for number, right in ((1, "B"), (2, "A")):
        document.add_paragraph(f"{number}、甲是（ ）")
        for letter in "ABC":
            run = document.add_paragraph().add_run(f"{letter}、第{letter}项")
            run.bold = mark == "bold" and letter == right
            run.underline = mark == "underline" and letter == right
            if mark == "colour" and letter == right:
                run.font.color.rgb = RGBColor(255, 0, 0)
    document.save(str(tmp_path / "题.docx"))
    items = read(tmp_path / "题.docx").items
    assert [(d.key, d.problems) for d in items] == [(("B",), ()), (("A",), ())]


def test_bold_print_is_no_answer_where_answers_are_written(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("1、甲是（ ）")
    document.add_paragraph().add_run("A、一").bold = True
    document.add_paragraph("B、二")
    document.add_paragraph("答案：B")
    document.save(str(tmp_path / "题.docx"))
    (draft,) = read(tmp_path / "题.docx").items
    assert (draft.key, draft.problems) == (("B",), ())


def test_soft_breaks_part_options_from_their_stem(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("1、甲是（ ）\nA、一\nB、二\n答案：B")
    document.save(str(tmp_path / "题.docx"))
    (draft,) = read(tmp_path / "题.docx").items
    assert (draft.stem, draft.options, draft.key) == ("甲是（ ）", ("一", "二"), ("B",))


def test_a_table_in_a_document_is_read_by_its_columns(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("题库")
    table = document.add_table(rows=2, cols=5)
    for row, texts in enumerate(
        (["序号", "题目", "A", "B", "答案"], ["1", "甲是（ ）", "一", "二", "B"])
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "题.docx"))
    (draft,) = read(tmp_path / "题.docx").items
    assert (draft.number, draft.options, draft.key, draft.source.cell) == (
        1,
        ("一", "二"),
        ("B",),
        "表格2!B2",
    )


def test_deleted_text_of_tracked_changes_is_not_read(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>1、甲是（ ）</w:t></w:r><w:del><w:r><w:t>旧</w:t></w:r></w:del></w:p>"
    body += paragraph("A、一") + paragraph("B、二") + paragraph("答案：A")
    (draft,) = read(package(tmp_path / "题.docx", body)).items
    assert draft.stem == "甲是（ ）"


def test_a_document_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "题.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "word/document.xml",
            '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:document '
            f'xmlns:w="{W}"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>',
        )
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.reasons == ("文件里有不该出现的外部声明，为安全起见没有读取。",)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "题.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", "0" * (130 * 1024 * 1024))
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.reasons == ("文件解压后过大，不像是题库文件，没有读取。",)


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "题.docx", paragraph("1、甲"))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.reasons == (
        "文件已损坏，打不开，请在 Word 或 Excel 里重新保存一次再上传。",
    )


def test_a_picture_is_named_where_it_stands_and_its_bytes_can_be_had(tmp_path: Path) -> None:
    picture = tmp_path / "图.png"
    Image.new("RGB", (2, 2)).save(picture)
    document = docx.Document()
    document.add_paragraph("1、如图").add_run().add_picture(str(picture))
    for text in ("A、一", "B、二", "答案：B"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "题.docx"))
    (draft,) = read(tmp_path / "题.docx").items
    assert (draft.stem, draft.media) == ("如图［图1］", ("word/media/image1.png",))
    ((name, data),) = taken(tmp_path / "题.docx", draft.media)
    with Image.open(io.BytesIO(data)) as kept:
        assert (name, kept.format, kept.size) == ("word/media/image1.png", "PNG", (2, 2))


def test_a_formula_is_one_line_of_text_and_told(tmp_path: Path) -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    body = f'<w:p><w:r><w:t>1、求</w:t></w:r><m:oMath xmlns:m="{math}"><m:r><m:t>x2</m:t></m:r></m:oMath></w:p>'
    body += paragraph("A、一") + paragraph("B、二") + paragraph("答案：A")
    (draft,) = read(package(tmp_path / "题.docx", body)).items
    assert (draft.stem, [p.code for p in draft.problems]) == ("求x2", ["formula"])


def test_underlined_spaces_are_a_gap_to_be_filled(tmp_path: Path) -> None:
    run = '<w:rPr><w:u w:val="single"/></w:rPr>'
    body = paragraph("1、每届任期").replace("</w:p>", "") + paragraph("    ", run=run)[5:]
    (draft,) = read(package(tmp_path / "题.docx", body + paragraph("答案：五年"))).items
    assert (draft.kind, draft.stem, draft.key) == ("blank", "每届任期____", (("五年",),))
