"""How item versions did, over one occasion or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from lms.ground.accounts.models import Account
from lms.ground.db import session
from question_bank.analysis.models import ItemStatistic, OptionStatistic
from question_bank.analysis.queries.scope import large_enough, limits, own_items
from question_bank.analysis.rules.advice import Fault, faults
from question_bank.analysis.rules.pooling import Line, OptionLine, Record, pooled
from question_bank.items.models import ItemVersion


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of an item over all occasions, and what is wrong with it."""

    version: ItemVersion
    statistics: Sequence[ItemStatistic]
    record: Record
    faults: Sequence[Fault]


def records(found: Iterable[ItemStatistic]) -> list[VersionRecord]:
    """By item version, in the order in which they come."""
    grouped: dict[int, list[ItemStatistic]] = {}
    for one in found:
        grouped.setdefault(one.item_version_id, []).append(one)
    judged = limits()
    records = [(same, record_of(same)) for same in grouped.values()]
    return [
        VersionRecord(same[0].item_version, same, record, faults(record, judged))
        for same, record in records
    ]


def record_of(statistics: Sequence[ItemStatistic]) -> Record:
    """The figures of one item version over these occasions (at least one)."""
    return pooled(
        [(one.candidates, one.facility, one.discrimination) for one in statistics],
        [
            OptionLine(
                one.candidates,
                option.part,
                option.position,
                option.letter,
                option.is_key,
                option.chosen,
                option.correlation,
            )
            for one in statistics
            for option in one.options
        ],
    )


def pooled_records(
    account: Account, where: ColumnElement[bool], *, by_occasion: bool = False
) -> dict[tuple[int, int], Record]:
    """Records by (analysis, item version), the analysis 0 for all occasions together, in two
    statements and without making a row of each: there are thousands of them."""
    scope = (where, own_items(account), large_enough(account))
    lines: dict[tuple[int, int], list[Line]] = {}
    options: dict[tuple[int, int], list[OptionLine]] = {}
    place: dict[int, tuple[tuple[int, int], int]] = {}
    for row in session.execute(_plain(*_LINE).where(*scope)):
        key = (row.analysis_id if by_occasion else 0, row.item_version_id)
        place[row.id] = key, row.candidates
        lines.setdefault(key, []).append((row.candidates, row.facility, row.discrimination))
    chosen = _plain(*_OPTION).join(ItemStatistic.options).where(*scope)
    for statistic_id, *option in session.execute(chosen):
        key, candidates = place[statistic_id]
        options.setdefault(key, []).append(OptionLine(candidates, *option))
    return {key: pooled(same, options.get(key, ())) for key, same in lines.items()}


_LINE = (
    ItemStatistic.id,
    ItemStatistic.analysis_id,
    ItemStatistic.item_version_id,
    ItemStatistic.candidates,
    ItemStatistic.facility,
    ItemStatistic.discrimination,
)
_OPTION = (
    ItemStatistic.id,
    OptionStatistic.part,
    OptionStatistic.position,
    OptionStatistic.letter,
    OptionStatistic.is_key,
    OptionStatistic.chosen,
    OptionStatistic.correlation,
)


def _plain(*columns: Any) -> Select[Any]:
    """These columns of statistics and what hangs on them, with version and item to ask about."""
    return (
        select(*columns)
        .select_from(ItemStatistic)
        .join(ItemStatistic.item_version)
        .join(ItemVersion.item)
    )
