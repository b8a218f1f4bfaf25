"""Files made to do harm: they are refused in one sentence, or read without what is harmful."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from question_bank.intakes.intake import files, read
from question_bank.items.formats import package
from question_bank.items.formats.unreadable import Unreadable

UNSAFE = "文件里有不该出现的外部声明，为安全起见没有读取。"
SECRET = "不许读出来的内容"
ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t" '
    'adaptive="false" timeDependent="false"><itemBody><p>甲{inner}</p></itemBody></assessmentItem>'
)
MANIFEST = '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{inner}</resources></manifest>'


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read(path)
    return str(refused.value)


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "body", ["<quiz><question type='essay'/>&c;</quiz>", ITEM.format(inner="&c;")]
)
def test_entities_are_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "题.xml").write_text(f'<?xml version="1.0"?>{LAUGHS}{body}', "utf-8")
    assert refusal(tmp_path / "题.xml") == UNSAFE


def test_an_external_entity_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "秘密").write_text(SECRET, "utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/秘密">]>'
    (tmp_path / "题.xml").write_text(doctype + ITEM.format(inner="&e;"), "utf-8")
    assert refusal(tmp_path / "题.xml") == UNSAFE


def test_an_item_with_entities_in_a_package_is_left_out_and_told(tmp_path: Path) -> None:
    resource = '<resource identifier="i" type="imsqti_item_xmlv2p1" href="i.xml"/>'
    path = zipped(
        tmp_path / "题.zip",
        {"imsmanifest.xml": MANIFEST.format(inner=resource).encode(), "i.xml": (LAUGHS + ITEM.format(inner="&c;")).encode()},
    )  # fmt: skip
    reading = read(path)
    assert ([problem.code for problem in reading.problems], reading.items) == (
        ["item_unreadable", "no_items"], (),
    )  # fmt: skip


def test_parts_outside_of_a_package_are_never_opened(tmp_path: Path) -> None:
    (tmp_path / "外面.xml").write_text(ITEM.format(inner=SECRET), "utf-8")
    outside = [
        "../外面.xml",
        f"{tmp_path}/外面.xml",
        "file:///etc/passwd",
        "http://example.org/i.xml",
    ]
    inner = "".join(
        f'<resource identifier="r{at}" type="imsqti_item_xmlv2p1" href="{href}"/>'
        for at, href in enumerate(outside)
    )
    path = zipped(
        tmp_path / "题.zip",
        {"imsmanifest.xml": MANIFEST.format(inner=inner).encode(), "../外面.xml": ITEM.format(inner=SECRET).encode()},
    )  # fmt: skip
    reading = read(path)
    assert [problem.code for problem in reading.problems] == [*["part_missing"] * 4, "no_items"]


def test_pictures_outside_of_a_package_lose_their_targets(tmp_path: Path) -> None:
    shown = "".join(
        f'<img src="{src}" alt=""/>'
        for src in ("../a.png", "/etc/passwd", "http://example.org/a.png")
    )
    resource = '<resource identifier="i" type="imsqti_item_xmlv2p1" href="i.xml"/>'
    path = zipped(
        tmp_path / "题.zip",
        {
            "imsmanifest.xml": MANIFEST.format(inner=resource).encode(),
            "i.xml": ITEM.format(inner=shown).encode(),
        },
    )
    (draft,) = read(path).items
    assert (draft.stem, draft.media) == ("甲［图］［图］［图］", ())


def test_a_file_that_only_says_it_is_a_picture_is_not_taken(tmp_path: Path) -> None:
    resource = '<resource identifier="i" type="imsqti_item_xmlv2p1" href="i.xml"/>'
    path = zipped(
        tmp_path / "题.zip",
        {"imsmanifest.xml": MANIFEST.format(inner=resource).encode(),
         "i.xml": ITEM.format(inner='<img src="a.png" alt=""/><object data="b.mp3"/>').encode(),
         "a.png": b"<svg onload='alert(1)'/>", "b.mp3": b"<html>"},
    )  # fmt: skip
    reading = read(path)
    assert sorted(reading.media) == ["a.png", "b.mp3"]
    assert list(files(path, reading.media)) == []


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_UNPACKED", 1 << 20)
    path = zipped(tmp_path / "题.zip", {"imsmanifest.xml": b"<manifest/>", "i.xml": bytes(1 << 21)})
    assert refusal(path) == "文件解压后过大，不像是题库文件，没有读取。"


def test_a_bomb_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_XML", 1 << 16)
    path = zipped(
        tmp_path / "题.zip", {"imsmanifest.xml": b"<manifest>" + b" " * (1 << 17) + b"</manifest>"}
    )
    assert refusal(path) == "文件解压后过大，不像是题库文件，没有读取。"


def test_a_cell_far_away_in_the_house_s_own_workbook_is_refused(tmp_path: Path) -> None:
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>远</t></is></c></row></sheetData></worksheet>'
    book = '<workbook><sheets><sheet name="试题"/><sheet name="填写说明"/></sheets></workbook>'
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as made:
        made.writestr("xl/workbook.xml", book)
        made.writestr("xl/worksheets/sheet1.xml", sheet)
    (tmp_path / "题.xlsx").write_bytes(memory.getvalue())
    assert refusal(tmp_path / "题.xlsx") == "表格的范围过大，请删去题目以外的空行空列再上传。"


def test_a_manifest_alone_and_broken_xml_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "imsmanifest.xml").write_text(MANIFEST.format(inner=""), "utf-8")
    assert (
        refusal(tmp_path / "imsmanifest.xml")
        == "这只是 QTI 的清单（imsmanifest.xml），请上传整个压缩包（.zip）。"
    )
    (tmp_path / "题.xml").write_text("<quiz><question>", "utf-8")
    assert refusal(tmp_path / "题.xml") == "XML 文件的格式有误，读不出来，请从原来的系统重新导出。"
