"""Stored files: durable, found by content, refused with a sentence, sent under their own name."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import resource
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.ground.db import session, transaction
from lms.ground.errors import Refused
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect, open_bytes, path, send
from lms.ground.uploads.media import detect
from lms.ground.uploads.models import Upload
from lms.ground.uploads.names import LONGEST, ending, safe_name

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def keep(content: bytes, name: str = "名单.txt", **options: int) -> Upload:
    return store(content, name=name, owner_id=7, at=NOON, **options)


def zipped(*names: str, **files: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in names:
            archive.writestr(name, files.get(name, "x"))
    return memory.getvalue()


def ole(*streams: str) -> bytes:
    """A compound file's header and a directory with these streams, as far as detection looks."""
    entries = b"".join(
        struct.pack("<64sHB", name.encode("utf-16-le"), 2 * len(name) + 2, 2).ljust(128, b"\0")
        for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


def test_a_file_is_kept_under_the_hash_of_its_content(context: None) -> None:
    with transaction():
        upload = keep("甲".encode(), "名单.txt")
    digest = hashlib.sha256("甲".encode()).hexdigest()
    row = session.scalars(select(Upload)).one()
    assert (row.sha256, row.size, row.name, row.media_type, row.owner_id, row.at) == (
        digest, 3, "名单.txt", "text/plain", 7, NOON,
    )  # fmt: skip
    assert path(upload).parts[-2:] == (digest[:2], digest)
    with open_bytes(upload) as file:
        assert file.read() == "甲".encode()


def test_the_same_content_lies_there_once_and_has_a_row_for_each_time(
    app: Flask, context: None
) -> None:
    first, second = keep(b"same", "a.txt"), keep(b"same", "b.txt")
    assert path(first) == path(second)
    assert (first.id == second.id, second.name) == (False, "b.txt")


def test_a_stream_is_read_in_pieces(context: None) -> None:
    content = os.urandom(3 * 2**20 + 17)
    upload = store(io.BytesIO(content), name="a.bin", owner_id=7, at=NOON)
    assert (upload.size, path(upload).read_bytes() == content) == (len(content), True)


def test_a_file_may_be_as_large_as_the_limit_and_not_larger(app: Flask, context: None) -> None:
    assert keep(b"x" * 2**19, limit=2**19).size == 2**19
    with pytest.raises(Refused) as refusal:
        keep(b"y" * (2**19 + 1), limit=2**19)
    assert refusal.value.reasons == ("文件超过上限 0.5 MB，请压缩或拆分后再上传。",)
    assert drafts(app) == []


def test_an_empty_file_is_refused(app: Flask, context: None) -> None:
    with pytest.raises(Refused) as refusal:
        keep(b"")
    assert refusal.value.reasons == ("文件是空的，请检查后重新上传。",)
    assert drafts(app) == []


def test_a_full_disk_is_told_and_leaves_nothing_behind(app: Flask, context: None) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))  # the kernel then refuses to write on
    try:
        with pytest.raises(Refused) as refusal:
            keep(os.urandom(2**20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal.value.reasons == ("服务器磁盘已满，文件没有保存，请立即联系管理员。",)
    assert (drafts(app), session.scalars(select(Upload)).all()) == ([], [])


def test_another_failure_of_the_disk_is_no_refusal(context: None) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        store(Broken(), name="a.txt", owner_id=7, at=NOON)


def drafts(app: Flask) -> list[Path]:
    return list(app.config["FENGXUE"].uploads.glob(".*"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n...", media.PDF),
        (b"\n\n%PDF-1.4 after a few bytes", media.PDF),
        (PNG, media.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", media.JPEG),
        (b"RIFF\0\0\0\0WAVEfmt ", media.WAV),
        (b"RIFF\0\0\0\0WEBPVP8 ", media.WEBP),
        (b"\0\0\0 ftypisom\0\0", media.MP4),
        (b"\0\0\0 ftypM4A \0\0", media.M4A),
        (b"ID3\x04\0", media.MP3),
        (zipped("[Content_Types].xml", "word/document.xml"), media.DOCX),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), media.XLSX),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), media.PPTX),
        (zipped("mimetype", mimetype=media.ODS), media.ODS),
        (zipped("OFD.xml"), media.OFD),
        (zipped("imsmanifest.xml"), media.ZIP),
        # Named: a zip holds the time of its making, and test processes compare names.
        pytest.param(zipped("word/document.xml")[:40], media.UNKNOWN, id="torn"),
        (ole("Root Entry", "WordDocument", "Workbook"), media.DOC),
        (ole("Workbook"), media.XLS),
        (ole("EncryptedPackage"), media.LOCKED),
        (ole("Something"), media.OLE),
        ("第一章".encode(), media.TEXT),
        ("第一章 总则".encode("gb18030"), media.TEXT),
        ("第一章".encode("utf-16"), media.TEXT),
        (("字" * 1365 + "a" + "字" * 10).encode(), media.TEXT),
        (b"<html><script>", media.TEXT),
        (b"\x01\x02\0\x03", media.UNKNOWN),
    ],
)
def test_content_tells_the_type(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "some.file"
    file.write_bytes(content)
    assert detect(file) == expected


def test_a_wrong_type_is_refused_by_what_it_is_and_not_by_its_name(context: None) -> None:
    upload = keep(PNG, "题库.docx")
    expect(upload, {media.PNG})
    with pytest.raises(Refused) as refusal:
        expect(upload, [media.DOCX, media.XLSX])
    assert refusal.value.reasons == (
        "这里只能上传Word 文档（.docx）、Excel 工作簿（.xlsx）；“题库.docx”的内容是PNG 图片。",
    )


def test_a_locked_and_a_broken_file_have_sentences_of_their_own(context: None) -> None:
    with pytest.raises(Refused, match="加了打开密码，请去掉密码后重新上传"):
        expect(keep(ole("EncryptedPackage"), "成绩.xlsx"), [media.XLSX])
    with pytest.raises(Refused, match="可能已损坏或改过扩展名"):
        expect(keep(b"PK\x03\x04 cut short", "成绩.xlsx"), [media.XLSX])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("名单.xlsx", "名单.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\资料\\第一讲.pptx", "第一讲.pptx"),
        ("Tiếng Việt.docx", "Tiếng Việt.docx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie_ x.txt"),
        ("...", "未命名文件"),
        ("", "未命名文件"),
        ("\ud800.txt", "txt"),
        ("𬱖名单.txt", "𬱖名单.txt"),
    ],
)
def test_names_become_harmless_and_stay_recognisable(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_a_long_name_is_cut_between_characters_and_keeps_its_ending() -> None:
    name = safe_name("𬱖" * 100 + ".docx")
    assert name == "𬱖" * 48 + ".docx"
    assert len(name.encode()) <= LONGEST


def test_an_ending_is_short_and_behind_a_name() -> None:
    assert [ending(name) for name in ("a.DOCX", ".env", "第1.2节 全过程人民民主与基层治理")] == [
        ".docx", "", "",
    ]  # fmt: skip


def test_a_download_keeps_its_chinese_name_and_is_never_shown_as_a_page(app: Flask) -> None:
    with app.test_request_context():
        response = send(keep(b"<html>", "第一班 名单.html"))
        body = b"".join(response.iter_encoded())
        response.close()
    assert response.headers["Content-Disposition"] == (
        'attachment; filename=" .html"; '
        "filename*=UTF-8''%E7%AC%AC%E4%B8%80%E7%8F%AD%20%E5%90%8D%E5%8D%95.html"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.mimetype == "text/plain"
    assert body == b"<html>"


def test_a_download_may_have_another_name(app: Flask) -> None:
    with app.test_request_context():
        response = send(keep(b"abc", "a.txt"), as_name="b\r\n.txt")
        response.close()
    assert response.headers["Content-Disposition"] == 'attachment; filename="b .txt"'
