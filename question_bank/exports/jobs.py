"""Writing export files in a worker."""

from __future__ import annotations

from typing import Any

from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from question_bank.exports import actions, queries
from question_bank.exports.documents.export import Exported, export, list_of
from question_bank.exports.rules import Unfit
from question_bank.items.formats.interchange import SUFFIXES, TITLES
from question_bank.items.queries import get_bank
from question_bank.items.rules.finding import Search, search_of

_LARGEST = 500 * 2**20


@handles("exports.write", title="导出试题")
def write(work: Work, search: dict[str, Any], form: str, unfit: str) -> Upload:
    """The file; or, where something would be lost and that was not allowed, the list of it."""
    wanted, account = search_of(search), get_account(work.owner_id)
    ids = queries.ids_found(wanted, account, at=now())
    work.advance(0, len(ids) or 1, "正在取出试题")
    made = export(
        ids, form, Unfit(unfit), advance=lambda done: work.advance(done, len(ids), "正在写入文件")
    )
    where = _where(wanted)
    if not made.data:
        return _list(work, made, form, where)
    with work.writing():
        upload = store(
            made.data,
            name=f"{where}{SUFFIXES[form]}",
            owner_id=work.owner_id,
            at=now(),
            limit=_LARGEST,
        )
        actions.record_export(upload, made.number, form, where, by=account, at=now())
    left = f"，有{len(made.missed)}处内容没有写入" if made.missed else ""
    work.advance(len(ids), len(ids), f"已导出{made.number}道试题{left}")
    return upload


def _list(work: Work, made: Exported, form: str, where: str) -> Upload:
    data = list_of(made.missed, f"{where}：{TITLES[form]}放不下的内容")
    with work.writing():
        upload = store(
            data, name=f"没有导出-{where}里放不下的内容.xlsx", owner_id=work.owner_id, at=now()
        )
    work.advance(1, 1, f"没有导出：有{len(made.missed)}处内容这种格式放不下，请下载清单查看")
    return upload


def _where(search: Search) -> str:
    return get_bank(search.bank_id).name if search.bank_id is not None else "试题"
