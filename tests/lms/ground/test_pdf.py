"""PDFs for the archive: readable for ever, complete, made from nothing but the house."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lms.ground import pdf
from lms.ground.pdf import Attached, MissingGlyph, merge, render, uncovered

RARE = "仉督、𬱖一、㑇明、𠮷野、堃、𪚥"
VIETNAMESE = "Trường Chính trị huyện: Việt ngữ, đường, Nguyễn, ưỡn ẹo"
PAGE = f"""<!doctype html><html><head><style>
@page {{ @bottom-center {{ content: "第" counter(page) "页 㑇 ế" }} }}
h1 {{ font-weight: bold }} em {{ font-style: italic }} .sans {{ font-family: {pdf.SANS_STACK} }}
</style></head><body><h1>结业证书 {RARE}</h1><p>{VIETNAMESE}</p>
<pre>代码 {RARE}</pre><em>斜体 仉</em><p class="sans">黑体 仉 ữ</p></body></html>"""


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def fonts_of(content: bytes) -> Iterator[Any]:
    """The font descriptors of all pages."""
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            yield font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def xmp_of(content: bytes) -> str:
    catalog = PdfReader(io.BytesIO(content)).trailer["/Root"]
    return str(catalog["/Metadata"].get_object().get_data().decode())


@pytest.fixture(scope="module")
def page() -> bytes:
    return render(PAGE, title="结业证书 仉督")


def test_every_character_can_be_read_out_again(page: bytes) -> None:
    text = text_of(page)
    assert [part for part in (RARE, VIETNAMESE, f"代码 {RARE}", "斜体 仉", "黑体 仉 ữ", "第1页 㑇 ế")
            if part not in text] == []  # fmt: skip


def test_every_font_is_inside_and_is_one_of_the_stack(page: bytes) -> None:
    descriptors = list(fonts_of(page))
    inside = [bool({"/FontFile2", "/FontFile3"} & set(font.get_object())) for font in descriptors]
    names = {str(font.get_object()["/FontName"]).partition("+")[2] for font in descriptors}
    allowed = tuple(family.replace(" ", "-") for family in pdf.FONTS)
    assert (len(inside) > 1, all(inside)) == (True, True)
    assert [name for name in names if not name.startswith(allowed)] == []


def test_it_says_that_it_is_pdf_a(page: bytes) -> None:
    xmp = xmp_of(page)
    catalog = PdfReader(io.BytesIO(page)).trailer["/Root"]
    assert re.findall(r'pdfaid:(\w+)="(\w)"', xmp) == [("part", "2"), ("conformance", "B")]
    assert "结业证书 仉督" in xmp
    assert catalog["/Lang"] == "zh-Hans"
    assert catalog["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"


def test_attachments_make_it_pdf_a_3() -> None:
    content = render(
        "<p>成绩</p>", title="成绩", attachments=[Attached("成绩.json", b"{}", "成绩数据")]
    )
    reader = PdfReader(io.BytesIO(content))
    assert 'pdfaid:part="3"' in xmp_of(content)
    assert reader.attachments["成绩.json"] == [b"{}"]


def test_a_character_without_a_font_is_named_and_not_left_out() -> None:
    with pytest.raises(MissingGlyph) as missing:
        render("<p>甲\U0010fffd乙&#x0E3FFF;</p>", title="x")
    assert missing.value.characters == ("\U000e3fff", "\U0010fffd")
    assert "（U+E3FFF）、" in str(missing.value)
    assert str(missing.value).endswith("没有生成文件；请管理员安装含有它们的字体。")


def test_marks_that_are_not_seen_need_no_font() -> None:
    assert uncovered("葛\U000e0100　\u200b\ufe0f\t\u00ad") == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "file:///etc/passwd",
        "../app.py",
        "vendor/../../app.py",
        "//server/share/a.png",
        "ftp://example.org/a.png",
        "no-such-file.png",
    ],
)
def test_nothing_is_fetched_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="Error fetching"):
        render(f'<p>图</p><img src="{address}">', title="x")


def test_static_files_and_data_addresses_are_used(tmp_path: Path) -> None:
    dot = base64.b64encode(
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    ).decode()
    content = render(
        f'<img src="icon.svg"><img src="data:image/svg+xml;base64,{dot}"><p>图</p>', title="x"
    )
    assert text_of(content) == "图"


def test_a_style_sheet_may_not_reach_outside_either() -> None:
    with pytest.raises(ValueError, match="Error fetching"):
        render('<style>@import "file:///etc/hostname";</style><p>甲</p>', title="x")


def test_merged_pages_stay_in_order_and_stay_pdf_a(page: bytes) -> None:
    merged = merge([page, render("<p>第二份</p>", title="二"), page])
    texts = [found.extract_text() for found in PdfReader(io.BytesIO(merged)).pages]
    assert ["第二份" in text for text in texts] == [False, True, False]
    assert [RARE in text for text in texts] == [True, False, True]
    assert xmp_of(merged) == xmp_of(page)


def test_importing_a_room_that_makes_documents_loads_no_layout_engine() -> None:
    code = "import sys, lms.ground.pdf; print([m for m in sys.modules if m.startswith(('weasyprint.', 'pydyf'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
