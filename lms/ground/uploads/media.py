"""What a file really is, told by its content and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

PDF = "application/pdf"
PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
BMP, TIFF, HEIC = "image/bmp", "image/tiff", "image/heic"
ZIP, RAR, SEVEN_ZIP = "application/zip", "application/vnd.rar", "application/x-7z-compressed"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC, XLS = "application/msword", "application/vnd.ms-excel"
PPT, OLE = "application/vnd.ms-powerpoint", "application/x-ole-storage"
LOCKED = "application/vnd.ms-office.encrypted"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
OFD, RTF, TEXT = "application/ofd", "application/rtf", "text/plain"
MP3, WAV, M4A, OGG, AMR = "audio/mpeg", "audio/wav", "audio/mp4", "audio/ogg", "audio/amr"
MP4, WEBM = "video/mp4", "video/webm"
UNKNOWN = "application/octet-stream"

NAMES: dict[str, str] = {
    PDF: "PDF 文档", PNG: "PNG 图片", JPEG: "JPEG 图片", GIF: "GIF 图片", WEBP: "WebP 图片",
    BMP: "BMP 图片", TIFF: "TIFF 图片", HEIC: "HEIC 图片", ZIP: "ZIP 压缩包", RAR: "RAR 压缩包",
    SEVEN_ZIP: "7z 压缩包", DOCX: "Word 文档（.docx）", XLSX: "Excel 工作簿（.xlsx）",
    PPTX: "演示文稿（.pptx）", DOC: "旧版 Word 文档（.doc）", XLS: "旧版 Excel 工作簿（.xls）",
    PPT: "旧版演示文稿（.ppt）", OLE: "旧版办公文档", LOCKED: "加了密码的办公文档",
    ODT: "ODT 文档", ODS: "ODS 表格", ODP: "ODP 演示文稿", OFD: "OFD 版式文档",
    RTF: "RTF 文档", TEXT: "纯文本（.txt、.csv）", MP3: "MP3 音频", WAV: "WAV 音频",
    M4A: "M4A 音频", OGG: "OGG 音频", AMR: "AMR 音频", MP4: "MP4 视频", WEBM: "WebM 视频",
    UNKNOWN: "无法识别的文件",
}  # fmt: skip

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF),
    (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"Rar!\x1a\x07", RAR), (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"{\\rtf", RTF), (b"ID3", MP3), (b"\xff\xfb", MP3), (b"\xff\xf3", MP3), (b"\xff\xf2", MP3),
    (b"OggS", OGG), (b"#!AMR", AMR), (b"\x1aE\xdf\xa3", WEBM),
)  # fmt: skip
_IN_OFFICE_ZIP = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_OLE_STREAMS = {
    "WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT,
    "EncryptedPackage": LOCKED,
}  # fmt: skip
_OLE_ENTRY = 128
_HEAD = 4096


def detect(path: Path) -> str:
    """The media type of the file at `path`; `UNKNOWN` where the content says nothing."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_ole(path.read_bytes())
    return _by_start(head) or _in_container(head) or (TEXT if _is_text(head) else UNKNOWN)


def _by_start(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:  # PDF 1.7, annex H: readers look in the first 1,024 bytes
        return PDF
    return next((media for start, media in _STARTS if head.startswith(start)), "")


def _in_container(head: bytes) -> str:
    """Formats whose name stands behind a length: RIFF, ISO base media, BMP."""
    if head[:4] == b"RIFF":
        return {b"WAVE": WAV, b"WEBP": WEBP}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return M4A if brand == b"M4A " else HEIC if brand in (b"heic", b"mif1") else MP4
    return BMP if head[:2] == b"BM" and head[6:10] == bytes(4) else ""


def _in_zip(path: Path) -> str:
    """Office documents are zips too; a zip that cannot be listed is nothing known."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return _open_document(entry.read(100))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return UNKNOWN
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        for start, media in _IN_OFFICE_ZIP:
            if any(name.startswith(start) for name in names):
                return media
    return ZIP


def _open_document(declared: bytes) -> str:
    media = declared.decode("ascii", "replace").strip()
    return media if media in (ODT, ODS, ODP) else ZIP


def _in_ole(data: bytes) -> str:
    """By the first telling stream of the directory ([MS-CFB] 2.6: entries of 128 bytes).

    Entries stand at multiples of 128; name at 0, its length with the final zero at 64,
    kind at 66 (2 is a stream). The outer document's streams come before embedded ones.
    """
    for start in range(512, len(data) - _OLE_ENTRY + 1, _OLE_ENTRY):
        if data[start + 66] != 2:
            continue
        length = int.from_bytes(data[start + 64 : start + 66], "little")
        if 4 <= length <= 64:
            name = data[start : start + length - 2].decode("utf-16-le", "replace")
            if name in _OLE_STREAMS:
                return _OLE_STREAMS[name]
    return OLE


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, GB18030 or marked UTF-16; a character cut by the end of `head` is forgiven."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    return any(_reads(head, encoding) for encoding in ("utf-8", "gb18030"))


def _reads(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == _HEAD and error.start > len(head) - 4
    return True
