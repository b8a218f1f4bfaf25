"""The audit trail as a file to take away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from lms.ground.audit.models import AuditEntry
from lms.ground.clock import local
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("编号", 8),
    Column("时间", 20),
    Column("操作人", 12),
    Column("操作", 24),
    Column("对象", 20),
    Column("内容", 50),
    Column("细节", 40),
)


def as_workbook(entries: Iterable[AuditEntry]) -> bytes:
    """An .xlsx of one sheet."""
    return workbook([SheetSpec("审计日志", _COLUMNS, _rows(entries), landscape=True)])


def as_csv(entries: Iterable[AuditEntry]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it; nothing in it can be a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.heading for column in _COLUMNS)
    writer.writerows([_harmless(cell) for cell in row] for row in _rows(entries))
    return text.getvalue().encode("utf-8-sig")


def _rows(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    for entry in entries:
        subject = f"{entry.subject_kind} {'' if entry.subject_id is None else entry.subject_id}"
        yield [
            str(entry.id),
            f"{local(entry.at):%Y-%m-%d %H:%M:%S}",
            entry.actor_name,
            entry.action,
            subject.strip(),
            entry.sentence,
            json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
        ]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
