"""PDFs for the archive keep what ISO 19005 asks, and a breach of it is seen."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from lms.ground import pdf
from tests.archival import faults, part_of

PAGE = """<h1>结业证书 仉督、𬱖一、㑇明、𠮷野、𪚥</h1><p>Nguyễn ưỡn ẹo <em>斜体</em> <b>粗体</b>
<a href="https://example.org/">链接</a> <a href="#end">文末</a></p>
<svg width="20" height="20"><rect width="9" height="9" fill="teal" opacity="0.5"/></svg>
<p id="end" style="opacity: 0.6">完</p>"""


@pytest.fixture(scope="module")
def page() -> bytes:
    return pdf.render(PAGE, title="结业证书")


def test_a_rendered_document_may_be_archived(page: bytes) -> None:
    assert (part_of(page), faults(page)) == ("2B", [])


def test_a_document_with_its_data_may_be_archived() -> None:
    data = [pdf.Attached("成绩.json", b"{}", "成绩数据"), pdf.Attached("a.csv", b"1,2", "表")]
    content = pdf.render("<p>成绩</p>", title="成绩", attachments=data)
    assert (part_of(content), faults(content)) == ("3B", [])


def test_merged_documents_may_be_archived(page: bytes) -> None:
    merged = pdf.merge([page, pdf.render("<p>第二份</p>", title="二"), page])
    assert (part_of(merged), faults(merged)) == ("2B", [])


def _first_font(writer: PdfWriter) -> DictionaryObject:
    fonts = writer.pages[0]["/Resources"]["/Font"]
    font: DictionaryObject = next(iter(fonts.values())).get_object()
    return font


def _descendant(writer: PdfWriter) -> DictionaryObject:
    found: DictionaryObject = _first_font(writer)["/DescendantFonts"][0].get_object()
    return found


def _script() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Action"),
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )


def _state_another_width(writer: PdfWriter) -> None:
    stated = _descendant(writer)["/W"]
    stated[1] = ArrayObject([FloatObject(123)])


def _use_a_glyph_that_is_not_there(writer: PdfWriter) -> None:
    stated = _descendant(writer)["/W"]
    stated += [NumberObject(65535), ArrayObject([FloatObject(1000)])]


def _lose_the_font(writer: PdfWriter) -> None:
    descriptor = _descendant(writer)["/FontDescriptor"].get_object()
    for key in ("/FontFile2", "/FontFile3"):
        descriptor.pop(key, None)


def _claim(writer: PdfWriter, statement: bytes) -> None:
    metadata = writer.root_object["/Metadata"].get_object()
    metadata.set_data(metadata.get_data().replace(b'part="2"', statement))


def _point_outside(writer: PdfWriter) -> None:
    outside = StreamObject()
    outside[NameObject("/F")] = TextStringObject("/etc/passwd")
    writer.root_object[NameObject("/Piece")] = writer._add_object(outside)


def _paint_in_cmyk(writer: PdfWriter) -> None:
    paint = StreamObject()
    paint.set_data(b"0 0 0 1 k 0 0 9 9 re f")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(paint)


def _hide_the_link(writer: PdfWriter) -> None:
    link = writer.pages[0]["/Annots"][0].get_object()
    link[NameObject("/F")] = NumberObject(2)


def _set(writer: PdfWriter, key: str, value: object) -> None:
    writer.root_object[NameObject(key)] = value


@pytest.mark.parametrize(
    ("damage", "clause"),
    [
        (lambda one: one.root_object.pop("/Metadata"), "6.6.2 "),
        (lambda one: one.root_object.pop("/OutputIntents"), "6.2.3 "),
        (lambda one: _claim(one, b'part="1"'), "6.6.4 "),
        (lambda one: _set(one, "/AA", DictionaryObject()), "6.5.2"),
        (lambda one: _set(one, "/OpenAction", _script()), "6.5.1 "),
        (lambda one: _first_font(one).pop("/ToUnicode"), "6.2.11.7 "),
        (_lose_the_font, "6.2.11.4.1 "),
        (_use_a_glyph_that_is_not_there, "6.2.11.4.1 "),
        (_state_another_width, "6.2.11.5 "),
        (_point_outside, "6.1.7.1 "),
        (_paint_in_cmyk, "6.2.4.3 "),
        (_hide_the_link, "6.3.2 "),
        (lambda one: one.add_attachment("a.exe", b"MZ"), "6.8 "),
        (lambda one: one.encrypt("", algorithm="AES-256"), "6.1.3 it is encrypted"),
    ],
)
def test_a_breach_is_seen(page: bytes, damage: Callable[[PdfWriter], object], clause: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(page))
    damage(writer)
    damaged = io.BytesIO()
    writer.write(damaged)
    found = faults(damaged.getvalue())
    assert {fault[: len(clause)] for fault in found} == {clause}


def test_what_stands_around_the_document_is_seen(page: bytes) -> None:
    assert faults(page + b"more") == ["6.1.3 something follows the end of the file"]
    assert faults(page.replace(b"/ID [", b"/XX [", 1)) == ["6.1.3 the file has no identifier"]
    assert faults(page.replace(b"%PDF-1.7", b"%PDF-2.0", 1))[0].startswith("6.1.2 ")
    assert PdfReader(io.BytesIO(page)).trailer["/ID"] is not None
