"""Asking for an export, and writing down that items left the house with their keys."""

from __future__ import annotations

from datetime import datetime

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from question_bank.exports import queries
from question_bank.exports.rules import MOST_AT_ONCE, Unfit
from question_bank.items.formats.interchange import TITLES
from question_bank.items.rules.finding import Search


def start_export(search: Search, form: str, unfit: Unfit, *, by: Account, at: datetime) -> Job:
    """Have a file made by a worker. Refused for nothing, and for more than one file should hold."""
    number = queries.number_found(search, by, at=at)
    if not number:
        raise Refused("没有可以由您导出的试题。")
    if number > MOST_AT_ONCE:
        raise Refused(f"一次最多导出{MOST_AT_ONCE}道试题，现在有{number}道，请缩小范围。")
    return jobs.enqueue(
        "exports.write", owner_id=by.id, at=at,
        search=search.as_json(), form=form, unfit=unfit.value,
    )  # fmt: skip


def record_export(
    subject: object, number: int, form: str, where: str, *, by: Actor, at: datetime
) -> None:
    """`subject` is the file that was made, or the bank that went out by the command line."""
    told = f"导出了{number}道试题和答案（{where}，{TITLES[form]}）"
    record("exports.write", subject, told, by=by, at=at, items=number, format=form)
