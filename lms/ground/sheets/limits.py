"""What a workbook may hold, found out before it is opened: a few kilobytes can unpack to gigabytes."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from lms.ground.errors import Refused

MOST_BYTES = 200 * 2**20
"""Of all parts together, unpacked."""
MOST_CELLS = 5_000_000
"""In the rectangle from A1 to the last cell: readers make room for all of it."""
WIDE_RANGE = "工作表的范围太大（可能在很远的地方误填了一格），请删除多余的行和列，或把内容复制到新工作簿后再上传。"
_MOST_PARTS = 10_000
_CHUNK = 1 << 20
_DAMAGED = "文件不是 Excel 工作簿或已损坏，请用 Excel 打开后另存为 .xlsx 再上传。"
_TOO_LARGE = "工作簿展开后太大，无法读取，请拆分后再上传。"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^>]*>")
_REFERENCE = re.compile(rb'\sr\s*=\s*["\']([A-Z]{0,3})(\d{1,7})["\']')
_IS_ERROR = re.compile(rb'\st\s*=\s*["\']e["\']')


def survey(content: bytes) -> dict[str, tuple[str, ...]]:
    """The references of error cells by sheet name; Refused where opening would be dangerous.

    Sizes are counted by unpacking, not taken from what the file says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > _MOST_PARTS:
                raise Refused(_TOO_LARGE)
            names = _sheet_names(archive)
            errors: dict[str, tuple[str, ...]] = {}
            total = 0
            for info in archive.infolist():
                sheet = _Sheet()
                for chunk in _unpack(archive, info):
                    total += len(chunk)
                    if total > MOST_BYTES:
                        raise Refused(_TOO_LARGE)
                    sheet.feed(chunk)
                if sheet.errors and info.filename in names:
                    errors[names[info.filename]] = tuple(sheet.errors)
            return errors
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused(_DAMAGED) from error


class _Sheet:
    """The extent and the error cells of one sheet's XML, fed in pieces.

    Every part is looked at as if it were one: what is no sheet names no cells.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._rest = b""
        self._row = self._column = 1

    def feed(self, chunk: bytes) -> None:
        text = self._rest + chunk
        for tag in _CELL.findall(text):
            self._note(tag)
        if self._row * self._column > MOST_CELLS:
            raise Refused(WIDE_RANGE)
        self._rest = text[text.rfind(b"<") :] if b"<" in text else b""
        if len(self._rest) > _CHUNK:
            raise Refused(_DAMAGED)

    def _note(self, tag: bytes) -> None:
        found = _REFERENCE.search(tag)
        if found is None:
            return
        letters, digits = found.groups()
        self._row = max(self._row, int(digits))
        self._column = max(self._column, _column_number(letters))
        reference = (letters + digits).decode()
        if _IS_ERROR.search(tag) and reference not in self.errors[-1:]:
            self.errors.append(reference)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content: `zipfile` would stop where the file says that it ends."""
    info.file_size = MOST_BYTES + _CHUNK
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name → sheet name (ECMA-376-1, 18.2.19 and Part 2, 9.3); empty where they are not."""
    try:
        book = _parse(archive.read("xl/workbook.xml"))
        links = _parse(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, etree.XMLSyntaxError) as error:
        raise Refused(_DAMAGED) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names = {}
    for sheet in book.iter("{*}sheet"):
        link = sheet.get(_LINK) or sheet.get(_STRICT_LINK) or ""
        part = posixpath.normpath(posixpath.join("/xl", targets.get(link, ""))).lstrip("/")
        names[part] = sheet.get("name", "")
    return names


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
