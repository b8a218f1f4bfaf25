"""Reading the analyses of papers, and what they say of items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.analysis.models import ItemStatistic, PaperAnalysis
from question_bank.analysis.queries.records import pooled_records
from question_bank.analysis.queries.scope import limits, seen, statistics_seen
from question_bank.analysis.rules.advice import faults


def analyses(account: Account, *, search: str = "", page: int | None) -> Page[PaperAnalysis]:
    """A page of what the account may see, the latest first; `search` in title and audience."""
    statement = (
        select(PaperAnalysis)
        .where(seen(account))
        .order_by(PaperAnalysis.held_on.desc(), PaperAnalysis.id.desc())
    )
    if search:
        wanted = f"%{search}%"
        statement = statement.where(
            or_(PaperAnalysis.title.ilike(wanted), PaperAnalysis.audience.ilike(wanted))
        )
    return paginate(statement, number=page)


def find_analysis(occasion: str) -> PaperAnalysis | None:
    """The analysis of an occasion, for the wing that named it."""
    return session.scalar(select(PaperAnalysis).where(PaperAnalysis.occasion == occasion))


def get_analysis(analysis_id: int, account: Account) -> PaperAnalysis:
    """The analysis; Missing when it is not there or not the account's to see."""
    wanted = select(PaperAnalysis).options(joinedload(PaperAnalysis.paper))
    found = session.scalar(wanted.where(PaperAnalysis.id == analysis_id, seen(account)))
    if found is None:
        raise Missing("这份试题分析")
    return found


def statistics(analysis: PaperAnalysis, account: Account) -> list[ItemStatistic]:
    """The items of an analysis that the account may see, with item and options, in order."""
    wanted = statistics_seen(account).where(ItemStatistic.analysis_id == analysis.id)
    return list(session.scalars(wanted.order_by(ItemStatistic.position)))


def get_statistic(analysis_id: int, statistic_id: int, account: Account) -> ItemStatistic:
    """One item of an analysis, with item, options and analysis; Missing when not to be seen."""
    wanted = statistics_seen(account).options(joinedload(ItemStatistic.analysis))
    found = session.scalar(
        wanted.where(ItemStatistic.id == statistic_id, ItemStatistic.analysis_id == analysis_id)
    )
    if found is None:
        raise Missing("这道题的分析")
    return found


def fault_counts(analysis_ids: Collection[int], account: Account) -> Counter[int]:
    """How many items of each analysis want mending, by its own figures."""
    judged = limits()
    here = ItemStatistic.analysis_id.in_(analysis_ids)
    found = pooled_records(account, here, by_occasion=True)
    return Counter(analysis_id for (analysis_id, _), one in found.items() if faults(one, judged))
