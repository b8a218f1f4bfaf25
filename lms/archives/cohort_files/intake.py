"""Reading a bundle again, and holding it against its own list of hashes."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lms.archives.cohort_files.rules.manifest import (
    CSV_NAME,
    JSON_NAME,
    Manifest,
    as_csv,
    canonical,
    first_fault,
    parse,
)
from lms.ground.vault import is_signed

_LISTS = frozenset({JSON_NAME, CSV_NAME})


@dataclass(frozen=True)
class Verdict:
    """What became of a bundle: `fault` names the first file that is not as it was filed."""

    manifest: Manifest | None
    fault: str = ""


def verify(bundle: Path) -> Verdict:
    """Hold every file of a bundle against the manifest, and the manifest against its signature."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            return _judge(archive)
    except (zipfile.BadZipFile, OSError):
        return Verdict(None, f"{bundle.name}：不是档案包，或已经损坏。")


def _judge(archive: zipfile.ZipFile) -> Verdict:
    names = set(archive.namelist())
    if not names >= _LISTS:
        return Verdict(None, f"{min(_LISTS - names)}：档案包里没有这个校验清单。")
    try:
        listed, signature = parse(archive.read(JSON_NAME))
    except (ValueError, zipfile.BadZipFile):
        return Verdict(None, f"{JSON_NAME}：读不出来，清单已损坏或被改过。")
    found: dict[str, str] = {}
    for name in sorted(names - _LISTS):
        try:
            found[name] = _hash(archive, name)
        except zipfile.BadZipFile:  # the zip's own checksum noticed it first
            found[name] = "damaged"
    fault = first_fault(listed.lines, found)
    return Verdict(listed, fault or _fault_of_lists(archive, listed, signature))


def _fault_of_lists(archive: zipfile.ZipFile, listed: Manifest, signature: str) -> str:
    try:
        told = archive.read(CSV_NAME)
    except zipfile.BadZipFile:
        told = b""
    if told != as_csv(listed.lines):
        return f"{CSV_NAME}：与 {JSON_NAME} 不一致，清单被改过。"
    if not is_signed(canonical(listed), signature):
        return f"{JSON_NAME}：签名不符，清单被改过，或者不是本系统生成的档案包。"
    return ""


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
