"""Pictures and formulas: kept where they stand, drawn anew, or pointed out where they cannot be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document
from lxml import etree
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

from question_bank.intakes.intake import files, read
from question_bank.intakes.rules import grid
from question_bank.items.formats import omml
from question_bank.items.formats.pictures import safe
from question_bank.items.rules.runs import Run, runs, unplaced

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def drawn(folder: Path, name: str, size: tuple[int, int] = (4, 4)) -> str:
    Image.new("RGB", size, len(name) * 1000).save(folder / name)
    return str(folder / name)


def with_picture(document: Document, text: str, *pictures: str) -> None:
    paragraph = document.add_paragraph(text)
    for picture in pictures:
        paragraph.add_run().add_picture(picture)


def test_pictures_stand_in_the_stem_and_in_the_options_that_they_belong_to(tmp_path: Path) -> None:
    one, two, three = (drawn(tmp_path, name) for name in ("1.png", "22.png", "333.png"))
    document = docx.Document()
    with_picture(document, "1、如图所示，甲是", one)
    with_picture(document, "A、", two)
    with_picture(document, "B、", three)
    for text in ("答案：B", "2、乙是（ ）", "A、一"):
        document.add_paragraph(text)
    with_picture(document, "B、", one)
    document.add_paragraph("答案：A")
    document.save(str(tmp_path / "题.docx"))
    first, second = read(tmp_path / "题.docx").items
    assert (first.stem, first.options, len(first.media)) == (
        "如图所示，甲是［图1］",
        ("［图2］", "［图3］"),
        3,
    )
    assert (second.options, second.media) == (("一", "［图1］"), first.media[:1])
    assert [problem.code for problem in first.problems + second.problems] == []


def test_a_picture_of_a_sheet_stands_in_the_cell_that_it_hangs_on(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["题干", "A", "B", "答案"],
        ["看图（ ）", "一", "二", "B"],
        ["无图（ ）", "一", "三", "A"],
    ):
        sheet.append(row)
    sheet.add_image(SheetImage(drawn(tmp_path, "1.png")), "A2")
    sheet.add_image(SheetImage(drawn(tmp_path, "22.png")), "B2")
    book.save(tmp_path / "题.xlsx")
    first, second = read(tmp_path / "题.xlsx").items
    assert (first.stem, first.options, [p.code for p in first.problems]) == (
        "看图（ ）［图1］",
        ("一［图2］", "二"),
        ["picture_aside"],
    )
    assert (second.stem, second.media, second.problems) == ("无图（ ）", (), ())
    kept = dict(files(tmp_path / "题.xlsx", first.media))
    assert list(kept) == list(first.media)


def test_a_picture_inside_a_cell_of_wps_is_found(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["题干", "A", "B", "答案"])
    sheet.append(['看图（ ）=DISPIMG("ID_1",1)', "一", "二", "B"])
    book.save(tmp_path / "题.xlsx")
    cellimages = (
        '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="ID_1"/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></etc:cellImage>'
        "</etc:cellImages>"
    )
    rels = '<Relationships><Relationship Id="rId1" Target="media/image9.png"/></Relationships>'
    with zipfile.ZipFile(tmp_path / "题.xlsx", "a") as opened:
        opened.writestr("xl/cellimages.xml", cellimages)
        opened.writestr("xl/_rels/cellimages.xml.rels", rels)
        opened.write(drawn(tmp_path, "1.png"), "xl/media/image9.png")
    (draft,) = read(tmp_path / "题.xlsx").items
    assert (draft.stem, draft.media, draft.problems) == (
        "看图（ ）［图1］",
        ("xl/media/image9.png",),
        (),
    )


def test_items_that_differ_in_their_pictures_alone_are_no_twins() -> None:
    item = {"kind": "truth", "stem": "图中是甲［图1］", "key": ["true"]}
    items = [{**item, "media": [name]} for name in ("1.png", "2.png", "3.png", "1.png")]
    prints = {"1.png": "a" * 64, "2.png": "b" * 64, "3.png": "a" * 64}
    reading = {"items": items, "files": dict.fromkeys(prints, 1), "prints": prints}
    told = [row.doubts for row in grid.rows(reading, {})]
    assert told == [(), (), (grid.same_as(0),), (grid.same_as(0),)]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"<svg onload='alert(1)'/>", "picture_kind"), (b"\x01\0\0\0 EMF", "picture_kind")],
)
def test_a_picture_of_another_kind_is_pointed_out(tmp_path: Path, data: bytes, code: str) -> None:
    document = docx.Document()
    with_picture(document, "1、如图，甲是（ ）", drawn(tmp_path, "1.png"))
    for text in ("A、一", "B、二", "答案：B"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "原.docx"))
    with (
        zipfile.ZipFile(tmp_path / "原.docx") as old,
        zipfile.ZipFile(tmp_path / "题.docx", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, data if name.endswith(".png") else old.read(name))
    (draft,) = read(tmp_path / "题.docx").items
    assert (draft.stem, draft.media, [p.code for p in draft.problems]) == (
        "如图，甲是（ ）［图］",
        (),
        [code],
    )


def test_a_picture_elsewhere_is_never_fetched_and_pointed_out(tmp_path: Path) -> None:
    document = docx.Document()
    with_picture(document, "1、如图，甲是（ ）", drawn(tmp_path, "1.png"))
    for text in ("A、一", "B、二", "答案：B"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "原.docx"))
    with (
        zipfile.ZipFile(tmp_path / "原.docx") as old,
        zipfile.ZipFile(tmp_path / "题.docx", "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "word/_rels/document.xml.rels":
                part = part.replace(
                    b'Target="media/image1.png"',
                    b'Target="http://127.0.0.1:9/x.png" TargetMode="External"',
                )
            new.writestr(name, part)
    (draft,) = read(tmp_path / "题.docx").items
    assert [p.code for p in draft.problems] == ["picture_outside"]


def test_a_kept_picture_is_small_and_holds_nothing_but_pixels() -> None:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret"
    Image.new("RGB", (4000, 1000), "red").save(stream, "JPEG", exif=exif)
    made = safe(stream.getvalue())
    assert made is not None
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1600, 400), {})


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_not_kept(data: bytes) -> None:
    assert safe(data) is None


def test_a_picture_of_too_many_pixels_is_not_drawn() -> None:
    stream = io.BytesIO()
    Image.new("1", (50_000, 1_000)).save(stream, "PNG")
    assert safe(stream.getvalue()) is None


def test_a_text_is_split_into_words_and_pictures() -> None:
    assert runs("甲［图2］乙［图1］", ["a", "b"]) == [
        Run("甲"),
        Run("［图2］", 1),
        Run("乙"),
        Run("［图1］", 0),
    ]
    assert runs("没有［图1］", []) == [Run("没有［图1］")]
    assert runs("", ["a"]) == []
    assert unplaced(["甲［图2］"], ["a", "b", "c"]) == [0, 2]


def part(name: str, *inner: str, properties: str = "") -> str:
    return f"<m:{name}>{properties}{''.join(inner)}</m:{name}>"


def t(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def e(text: str) -> str:
    return part("e", t(text))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (part("f", part("num", t("a+b")), part("den", t("2"))), "(a+b)/2"),
        (part("sSup", e("x"), part("sup", t("2"))), "x²"),
        (part("sSup", e("x+1"), part("sup", t("k"))), "(x+1)^k"),
        (part("sSub", e("H"), part("sub", t("2"))), "H₂"),
        (part("sSubSup", e("x"), part("sub", t("1")), part("sup", t("2"))), "x₁²"),
        (part("rad", part("deg"), e("x+1")), "√(x+1)"),
        (part("rad", part("deg", t("3")), e("8")), "∛(8)"),
        (
            part("nary", part("sub", t("i=1")), part("sup", t("n")), e("i"),
                 properties='<m:naryPr><m:chr m:val="∑"/></m:naryPr>'),
            "∑_(i=1)^(n) i",
        ),
        (part("d", e("x"), e("y"), properties='<m:dPr><m:sepChr m:val=","/></m:dPr>'), "(x,y)"),
        (part("func", part("fName", t("sin")), e("x")), "sin(x)"),
        (part("m", part("mr", e("1"), e("2")), part("mr", e("3"), e("4"))), "[1, 2; 3, 4]"),
        (part("limLow", e("lim"), part("lim", t("x→0"))), "lim_(x→0)"),
        (t("𝑥=1"), "x=1"),
    ],
)  # fmt: skip
def test_a_formula_is_written_on_one_line(formula: str, shown: str) -> None:
    root = etree.fromstring(f'<m:oMath xmlns:m="{MATH}">{formula}</m:oMath>')
    assert omml.linear(root) == (shown, True)


def test_an_unknown_form_of_a_formula_is_not_sure() -> None:
    root = etree.fromstring(f'<m:oMath xmlns:m="{MATH}"><m:new>{e("x")}</m:new></m:oMath>')
    assert omml.linear(root) == ("x", False)


def test_raised_and_lowered_characters_keep_their_height(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1、H")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("O占10m")
    paragraph.add_run("3").font.superscript = True
    paragraph.add_run("。（ ）")
    document.add_paragraph("答案：错")
    document.save(str(tmp_path / "题.docx"))
    (draft,) = read(tmp_path / "题.docx").items
    assert draft.stem == "H₂O占10m³。（ ）"
