"""Who may see which analyses and items, decided in SQL.

Whoever assembles papers or releases results sees all of them. Others who may read items see
their own items alone, and only of occasions with enough candidates that no figure tells of
a person (norm analysis.least_shown).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, select, true
from sqlalchemy.orm import contains_eager, selectinload

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.clock import today
from lms.ground.norms import queries as norms
from question_bank.analysis.models import ItemStatistic, PaperAnalysis
from question_bank.analysis.rules.advice import Limits
from question_bank.items.models import Item, ItemVersion


def sees_all(account: Account) -> bool:
    """Does this account see the analyses of everybody's items?"""
    return bool({Permission.ASSEMBLE, Permission.RELEASE} & account.permissions)


def limits(on: date | None = None) -> Limits:
    """The norms by which figures are judged."""
    found = norms.values(
        "analysis.least_candidates",
        "analysis.facility_high",
        "analysis.facility_low",
        "analysis.discrimination_low",
        "analysis.distractor_share",
        "analysis.reliability_low",
        on=on or today(),
    )
    return Limits(
        candidates=int(found["analysis.least_candidates"]),
        facility_high=found["analysis.facility_high"],
        facility_low=found["analysis.facility_low"],
        discrimination_low=found["analysis.discrimination_low"],
        distractor_share=found["analysis.distractor_share"],
        reliability_low=found["analysis.reliability_low"],
    )


def statistics_seen(account: Account) -> Select[ItemStatistic]:
    """Statistics that the account may see, with item version, item and options."""
    return (
        select(ItemStatistic)
        .join(ItemStatistic.item_version)
        .join(ItemVersion.item)
        .options(
            contains_eager(ItemStatistic.item_version).contains_eager(ItemVersion.item),
            selectinload(ItemStatistic.options),
        )
        .where(own_items(account), large_enough(account))
    )


def seen(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on PaperAnalysis."""
    if sees_all(account):
        return true()
    own = (
        exists()
        .where(
            ItemStatistic.analysis_id == PaperAnalysis.id,
            ItemVersion.id == ItemStatistic.item_version_id,
            Item.id == ItemVersion.item_id,
            own_items(account),
            large_enough(account),
        )
        .correlate(PaperAnalysis)
    )
    return and_(own, PaperAnalysis.candidates >= _least_shown())


def own_items(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Item."""
    return true() if sees_all(account) else Item.owner_id == account.id


def large_enough(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on ItemStatistic: no figure of it tells of a person."""
    return true() if sees_all(account) else ItemStatistic.candidates >= _least_shown()


def _least_shown() -> int:
    return int(norms.value("analysis.least_shown", on=today()))
