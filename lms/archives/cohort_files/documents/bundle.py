"""The bundle: every document of a filing, its contents, and the hashes, in one zip."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from lms.archives.certificates.documents import sheet
from lms.archives.cohort_files.models import CohortFile, FiledDocument
from lms.archives.cohort_files.rules.contents import Heading
from lms.archives.cohort_files.rules.manifest import (
    CSV_NAME,
    JSON_NAME,
    Line,
    Manifest,
    as_csv,
    as_json,
    canonical,
)
from lms.ground import pdf
from lms.ground.clock import local
from lms.ground.uploads.delivery import path
from lms.ground.vault import sign


def contents(
    filing: CohortFile,
    headings: Sequence[Heading],
    documents: Sequence[FiledDocument],
    *,
    school: str,
    filed_at: datetime,
) -> bytes:
    """The 卷内目录 as PDF: every line with its documents, and what is missing and why."""
    title = f"{filing.cohort.title}卷内目录"
    by_entry: dict[int, list[FiledDocument]] = {}
    for document in documents:
        by_entry.setdefault(document.entry, []).append(document)
    html = sheet(
        "cohort_files/print_contents.html",
        title=title,
        school=school,
        cohort=filing.cohort,
        number=filing.number,
        filed_at=filed_at,
        filed_by=filing.filed_by,
        headings=[(heading, by_entry.get(heading.number, [])) for heading in headings],
        count=len(documents),
    )
    return pdf.render(html, title=title)


def manifest(filing: CohortFile, documents: Sequence[FiledDocument]) -> Manifest:
    """The list of hashes of a filing."""
    return Manifest(
        cohort=filing.cohort.title,
        number=filing.number,
        filed_by=filing.filed_by,
        filed_at=local(filing.filed_at).isoformat(timespec="seconds"),
        lines=tuple(
            Line(
                position=one.position,
                entry=one.entry,
                path=one.path,
                title=one.title,
                size=one.upload.size,
                sha256=one.upload.sha256,
            )
            for one in documents
        ),
    )


def write(target: IO[bytes], filing: CohortFile, documents: Sequence[FiledDocument]) -> None:
    """Write the zip: PDFs as they are (they are compressed already), dated by the filing."""
    listed = manifest(filing, documents)
    with zipfile.ZipFile(target, "w") as bundle:
        for one in documents:
            _add_file(bundle, one.path, path(one.upload), filing.filed_at)
        signature = sign(canonical(listed))
        _add(bundle, JSON_NAME, as_json(listed, signature=signature), filing.filed_at)
        _add(bundle, CSV_NAME, as_csv(listed.lines), filing.filed_at)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, local(at).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _add_file(bundle: zipfile.ZipFile, name: str, source: Path, at: datetime) -> None:
    with source.open("rb") as content, bundle.open(_entry(name, at), "w") as entry:
        shutil.copyfileobj(content, entry, 1 << 20)


def _add(bundle: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    bundle.writestr(_entry(name, at), content)
