"""QTI 2.1 and 2.2: items and packages read, packages of 2.1 written."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from question_bank.items.formats import package
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.qti_reading import read_item
from question_bank.items.formats.qti_references import resolved
from question_bank.items.formats.qti_writing import item
from question_bank.items.formats.tags import tagged, tags_of
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.formats.xml_tree import name_of, parsed
from question_bank.items.rules.draft import Draft, Place, Problem, Reading

SUFFIX = ".zip"
_MANIFEST = "imsmanifest.xml"
_ITEM = "imsqti_item_xmlv2p"
_LOM = "http://www.imsglobal.org/xsd/imsmd_v1p2"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def recognises(data: bytes) -> bool:
    """Whether an XML document is an item or a manifest of QTI, by its beginning."""
    return b"<assessmentItem" in data[:8192] or b"<manifest" in data[:8192]


def holds(names: Collection[str]) -> bool:
    """Whether a package with these parts is one of QTI."""
    return any(posixpath.basename(name) == _MANIFEST for name in names)


def read(path: Path) -> Reading:
    """One item, or all items of a package in the order of its manifest."""
    if zipfile.is_zipfile(path):
        with package.opened(path) as opened:
            return _read_package(opened, path.name)
    root = parsed(path.read_bytes())
    if name_of(root) == "manifest":
        raise Unreadable("这只是 QTI 的清单（imsmanifest.xml），请上传整个压缩包（.zip）。")
    if name_of(root) != "assessmentItem":
        raise Unreadable("这个 XML 文件不是 QTI 的试题，没有读取。")
    draft = read_item(root, file=path.name, number=1)
    return Reading((_without_files(draft, ()),), (), "qti")


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    """Parts of a package by their names in it; nothing is ever unpacked to a disk."""
    if not zipfile.is_zipfile(path):
        return {}
    with package.opened(path) as opened:
        found = {name: package.part(opened, name) for name in names}
    return {name: data for name, data in found.items() if data is not None}


def _read_package(opened: zipfile.ZipFile, file: str) -> Reading:
    manifest = min(
        (name for name in opened.namelist() if posixpath.basename(name) == _MANIFEST), key=len
    )
    folder = posixpath.dirname(manifest)
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for resource in _resources(parsed(package.part(opened, manifest) or b"")):
        name = resolved(resource.get("href", ""), folder)
        data = package.part(opened, name) if name else None
        if data is None:
            sentence = f"清单里的“{resource.get('href', '')[:60]}”不在压缩包里，没有读入。"
            problems.append(Problem("part_missing", sentence, Place(file)))
            continue
        number = len(drafts) + 1
        root = _item_root(data)
        if root is None:
            sentence = f"“{name}”不是 QTI 的试题或格式有误，没有读入。"
            problems.append(Problem("item_unreadable", sentence, Place(file)))
            continue
        draft = read_item(root, file=name, number=number, folder=posixpath.dirname(name))
        drafts.append(_without_files(tagged(draft, _keywords(resource)), opened.NameToInfo))
    return Reading(tuple(drafts), (*problems, *_further(opened, manifest, file)), "qti-package")


def _resources(manifest: etree._Element) -> list[etree._Element]:
    return [
        element
        for element in manifest.iter()
        if isinstance(element.tag, str)
        and name_of(element) == "resource"
        and element.get("type", "").startswith(_ITEM)
    ]


def _item_root(data: bytes) -> etree._Element | None:
    try:
        root = parsed(data)
    except Unreadable:
        return None
    return root if name_of(root) == "assessmentItem" else None


def _keywords(resource: etree._Element) -> list[str]:
    return [
        "".join(map(str, word.itertext())).strip()
        for word in resource.iter()
        if isinstance(word.tag, str) and name_of(word) == "keyword"
    ]


def _further(opened: zipfile.ZipFile, manifest: str, file: str) -> list[Problem]:
    """A package may hold tests besides items: their order and time have no place in a bank."""
    text = package.part(opened, manifest) or b""
    if b"imsqti_test_xmlv2p" not in text:
        return []
    sentence = "压缩包里还有试卷（assessmentTest），只读入了其中的试题。"
    return [Problem("test_left_out", sentence, Place(file), notice=True)]


def _without_files(draft: Draft, known: Collection[str]) -> Draft:
    """With a problem for files that the package does not bring."""
    missing = [name for name in draft.media if name not in known]
    if not missing:
        return draft
    sentence = f"文件里没有附上“{'”“'.join(missing)}”，请补上或改题。"
    problem = Problem("media_missing", sentence, draft.source)
    return replace(draft, problems=(*draft.problems, problem))


def losses(draft: Draft) -> list[Loss]:
    """QTI holds every kind."""
    if any(part.topic or part.difficulty for part in draft.parts):
        return [Loss(draft.number, "小题自己的知识点和难度不会写入")]
    return []


def write(drafts: Sequence[Draft], files: Mapping[str, bytes]) -> bytes:
    """A package: the manifest, one file for each item, their pictures and recordings."""
    memory = io.BytesIO()
    names = [f"item-{number:05}" for number in range(1, len(drafts) + 1)]
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        _put(made, _MANIFEST, _manifest(drafts, names))
        for draft, name in zip(drafts, names, strict=True):
            _put(made, f"{name}.xml", item(draft, name))
        for one in dict.fromkeys(one for draft in drafts for one in draft.media):
            _put(made, f"media/{one}", files[one])
    return memory.getvalue()


def _put(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    """With one date for all, so that the same items make the same bytes."""
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(entry, data, compresslevel=1)


def _manifest(drafts: Sequence[Draft], names: Sequence[str]) -> bytes:
    resources = "\n".join(map(_resource, drafts, names))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
        f'xmlns:imsmd="{_LOM}" identifier="fengxue-items">'
        "<metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata>"
        f"<organizations/><resources>\n{resources}\n</resources></manifest>\n"
    ).encode()


def _resource(draft: Draft, name: str) -> str:
    words = "".join(
        f'<imsmd:keyword><imsmd:langstring xml:lang="zh-CN">{escape(tag)}</imsmd:langstring></imsmd:keyword>'
        for tag in tags_of(draft)
    )
    media = "".join(f"<file href={quoteattr('media/' + one)}/>" for one in draft.media)
    return (
        f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}.xml">'
        f"<metadata><imsmd:lom><imsmd:general>{words}</imsmd:general></imsmd:lom></metadata>"
        f'<file href="{name}.xml"/>{media}</resource>'
    )
