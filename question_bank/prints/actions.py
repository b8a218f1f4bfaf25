"""Printing sealed variants: a run with its serials, its file, and every time it is opened."""

from __future__ import annotations

from datetime import datetime

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from question_bank.papers.models import Variant
from question_bank.prints import queries
from question_bank.prints.models import PrintRun
from question_bank.prints.rules.runs import (
    FORMAT_NAMES,
    MOST_COPIES,
    PRINT_NAMES,
    PrintFormat,
    PrintKind,
    file_name,
)


def print_variant(
    variant: Variant,
    *,
    kind: PrintKind,
    format: PrintFormat = PrintFormat.PDF,
    copies: int = 1,
    by: Account,
    at: datetime,
) -> PrintRun:
    """Have copies of a sealed variant (with its paper) made by a worker, with the next serials.

    A Word file holds one copy: whoever edits it answers for it.
    """
    if variant.paper.sealed_at is None:
        raise Refused("试卷封存后才能打印。")
    if variant.paper.pool > 1 and kind is not PrintKind.GUIDE:
        raise Refused("随机抽题的试卷每位考生的题不同，只在机上考；可以印标准答案和评分标准。")
    most = 1 if format is PrintFormat.DOCX else MOST_COPIES
    if not 1 <= copies <= most:
        raise Refused(f"{FORMAT_NAMES[format]}一次可印1至{most}份。")
    run = PrintRun(
        variant_id=variant.id,
        kind=kind,
        format=format,
        copies=copies,
        first_serial=queries.next_serial(variant, kind),
        printed_by=by.name,
        printed_at=at,
    )
    session.add(run)
    session.flush()
    job = jobs.enqueue("prints.print", owner_id=by.id, at=at, run_id=run.id)
    run.job_id = job.id
    told = (
        f"印制“{variant.paper.title}”{variant.code}卷{PRINT_NAMES[kind]}{copies}份，"
        f"印号{run.first_serial}至{run.last_serial}"
    )
    record("prints.print", variant.paper, told, by=by, at=at, run=run.id, variant=variant.code)
    return run


def keep_file(run: PrintRun, content: bytes, *, owner_id: int, at: datetime) -> Upload:
    """The file of a run (with variant and paper), kept for every reprint."""
    variant = run.variant
    name = file_name(
        variant.paper.title,
        variant.code,
        run.kind,
        run.first_serial,
        run.last_serial,
        run.format.value,
    )
    upload = store(content, name=name, owner_id=owner_id, at=at)
    run.upload_id = upload.id
    return upload


def open_file(run: PrintRun, *, by: Actor, at: datetime) -> Upload:
    """The stored file of a run; whoever takes it leaves a trace (工作秘密)."""
    if run.upload is None:
        raise Refused("这批印件还没有排好，请稍候。")
    paper = run.variant.paper
    told = (
        f"取用“{paper.title}”{run.variant.code}卷{PRINT_NAMES[run.kind]}印件"
        f"（印号{run.first_serial}至{run.last_serial}）"
    )
    record("prints.open_file", paper, told, by=by, at=at, run=run.id, sha256=run.upload.sha256)
    return run.upload
