"""阅卷安排: how an exam is marked, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from sqlalchemy import delete

from lms.exams.marking.actions.marks import judge_all
from lms.exams.marking.models import MarkerDuty, MarkerItem, MarkingScheme
from lms.exams.marking.queries import exams, schemes
from lms.exams.marking.rules.modes import MODE_NAMES, Duty, Mode, coverage_faults, scheme_faults
from lms.exams.sittings.models import Exam
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused

ALL_ITEMS: Mapping[int, Collection[int]] = MappingProxyType({})


def set_scheme(
    exam: Exam,
    *,
    mode: Mode,
    tolerance: Decimal,
    marker_ids: Collection[int],
    arbiter_ids: Collection[int],
    items: Mapping[int, Collection[int]] = ALL_ITEMS,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> MarkingScheme:
    """Say how the exam is marked and by whom; `tolerance` is a share of an item's points,
    `items` by marker are those that they mark (none: all).

    What is marked already is judged anew. Refused for too few markers; Conflict for a stale
    form (`seen`: the version that it showed, None for none).
    """
    exams.lock_exam(exam.id)
    tasks = {task.item_version_id: task.label for task in exams.tasks(exam)}
    faults = scheme_faults(mode, Fraction(tolerance), markers=len(set(marker_ids)))
    faults = faults or coverage_faults(mode, marker_ids, items, tasks)
    if faults:
        raise Refused(*faults)
    found = schemes.find_scheme(exam.id)
    if found is None and seen is not None:
        raise Conflict
    if found is None:
        found = MarkingScheme(exam_id=exam.id)
        session.add(found)
    else:
        found.edited_from(seen)
    found.mode, found.tolerance = mode, tolerance
    found.set_by, found.set_at = by.name, at
    session.flush()
    _appoint(exam, {Duty.MARK: marker_ids, Duty.ARBITRATE: arbiter_ids})
    _limit(exam, {one: items.get(one, ()) for one in marker_ids}, tasks)
    judge_all(exam, found.scheme)
    record(
        "marking.set_scheme",
        found,
        f"“{exam.title}”评阅方式定为{MODE_NAMES[mode]}，允许误差{tolerance * 100:f}%",
        by=by,
        at=at,
        markers=sorted(marker_ids),
        arbiters=sorted(arbiter_ids),
        items={str(one): sorted(some) for one, some in items.items() if some},
    )
    return found


def _limit(exam: Exam, items: Mapping[int, Collection[int]], tasks: Collection[int]) -> None:
    """Note who marks which items; whoever marks all of them needs no row."""
    session.execute(delete(MarkerItem).where(MarkerItem.exam_id == exam.id))
    session.add_all(
        MarkerItem(exam_id=exam.id, account_id=account_id, item_version_id=item)
        for account_id, some in items.items()
        for item in sorted(set(some) & set(tasks))
    )
    session.flush()


def _appoint(exam: Exam, wanted: dict[Duty, Collection[int]]) -> None:
    able = {account.id for account in schemes.possible_markers()}
    if not {one for ids in wanted.values() for one in ids} <= able:
        raise Missing("所选的阅卷人")
    session.execute(delete(MarkerDuty).where(MarkerDuty.exam_id == exam.id))
    session.add_all(
        MarkerDuty(exam_id=exam.id, account_id=account_id, duty=duty)
        for duty, ids in wanted.items()
        for account_id in sorted(set(ids))
    )
    session.flush()
