"""Zip packages (.docx, .xlsx) opened with limits: bombs and encrypted or damaged files are refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from question_bank.items.formats.unreadable import Unreadable

# A bank of 50 MB holds pictures, which hardly shrink: what unpacks to more than this is a bomb.
MOST_UNPACKED = 400 * 1024 * 1024
MOST_XML = 120 * 1024 * 1024
MOST_ENTRIES = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20


def opened(path: Path) -> zipfile.ZipFile:
    """The package at `path`, after a look at what it claims to hold."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable("文件已损坏，打不开，请在 Word 或 Excel 里重新保存一次再上传。") from error
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unreadable("文件解压后过大，不像是题库文件，没有读取。")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("文件设有密码，请去掉密码后再上传。")
    return package


def part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """One part as bytes, None if there is none; never more than the limit, whatever the header says."""
    if name not in package.NameToInfo:
        return None
    pieces, size = [], 0
    for chunk in _chunks(package, name):
        size += len(chunk)
        if size > MOST_XML:
            raise Unreadable("文件解压后过大，不像是题库文件，没有读取。")
        pieces.append(chunk)
    return b"".join(pieces)


def _chunks(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with package.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unreadable("文件已损坏，打不开，请在 Word 或 Excel 里重新保存一次再上传。") from error


def xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """One part as XML, with entities, network and DTDs switched off; None if there is none."""
    data = part(package, name)
    if data is None:
        return None
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        raise Unreadable("文件里有不该出现的外部声明，为安全起见没有读取。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("文件已损坏，打不开，请在 Word 或 Excel 里重新保存一次再上传。") from error


def is_ole(head: bytes) -> bool:
    """Whether a file is a legacy compound file: .xls, .doc, or a package with a password."""
    return head.startswith(_OLE)


def is_encrypted_ole(data: bytes) -> bool:
    """Whether a compound file only wraps an encrypted package."""
    return "EncryptedPackage".encode("utf-16-le") in data
