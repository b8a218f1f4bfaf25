"""Reading corrections of keys, and what holds of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from lms.exams.marking.models import KeyCorrection, ScoringRun
from lms.exams.marking.queries.exams import slots_of, variants
from lms.exams.marking.rules.corrections import Correction, Remedy
from lms.exams.marking.rules.points import Entry
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.items.models import ItemVersion


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of an exam: where it stands, as the paper has it, and its later versions."""

    item_version_id: int
    item_id: int
    label: str
    slot: Mapping[str, Any]
    answer: Entry
    later: tuple[ItemVersion, ...] = ()


def listed(exam_id: int) -> list[KeyCorrection]:
    """The corrections of an exam, the latest first."""
    wanted = (
        select(KeyCorrection)
        .options(joinedload(KeyCorrection.corrected))
        .where(KeyCorrection.exam_id == exam_id)
        .order_by(KeyCorrection.id.desc())
    )
    return list(session.scalars(wanted))


def get_correction(exam_id: int, correction_id: int) -> KeyCorrection:
    """The correction, or Missing."""
    for one in listed(exam_id):
        if one.id == correction_id:
            return one
    raise Missing("这个更正")


def in_force(exam_id: int, *, by: datetime | None = None) -> dict[int, Correction]:
    """The corrections that were approved last (until `by`), by item version of the paper."""
    approved = [
        (one.decided_at, one.id, one)
        for one in listed(exam_id)
        if one.approved and one.decided_at and (by is None or one.decided_at <= by)
    ]
    last = {one.item_version_id: one for *_, one in sorted(approved)}
    return {
        item: as_correction(one) for item, one in last.items() if one.remedy is not Remedy.SEALED
    }


def at_run(run_id: int) -> dict[int, Correction]:
    """The corrections by which a run was scored."""
    run = session.get_one(ScoringRun, run_id)
    return in_force(run.exam_id, by=run.started_at)


def waiting(exam_ids: Collection[int]) -> dict[int, int]:
    """For each exam how many corrections wait for an approval; exams without one are left out."""
    counted = select(KeyCorrection.exam_id, func.count()).where(
        KeyCorrection.exam_id.in_(exam_ids), KeyCorrection.approved.is_(None)
    )
    rows = session.execute(counted.group_by(KeyCorrection.exam_id))
    return {row[0]: row[1] for row in rows}


def to_approve(account: Account) -> Select[int]:
    """The ids of the corrections that wait and that somebody else proposed."""
    return select(KeyCorrection.id).where(
        KeyCorrection.approved.is_(None), KeyCorrection.proposer_id != account.id
    )


def as_correction(one: KeyCorrection) -> Correction:
    """The row as scoring uses it."""
    fixed = one.corrected
    return Correction(one.remedy, one.reason, None if fixed is None else keys_of(fixed))


def keys_of(version: ItemVersion) -> dict[str, Any]:
    """What a correction needs of an item version."""
    return {
        "key": version.key,
        "options": version.options,
        "parts": version.parts,
        "rationale": version.rationale,
    }


def items(exam: Exam) -> list[Asked]:
    """All items of the exam as they come in the first variant, with their later versions."""
    found: dict[int, list[tuple[str, int, Mapping[str, Any], Entry]]] = {}
    for variant in sorted(variants(exam).values(), key=lambda one: one.code):
        for number, slot in sorted(slots_of(variant.content).items()):
            entry = variant.answers[str(number)]
            places = found.setdefault(int(entry["item_version_id"]), [])
            places.append((variant.code, number, slot, entry))
    homes = _homes(found)
    later = _later(homes)
    return [
        Asked(
            version,
            homes[version][0] if version in homes else 0,
            "、".join(f"{code}卷第{number}题" for code, number, *_ in places),
            places[0][2],
            places[0][3],
            tuple(later.get(version, ())),
        )
        for version, places in found.items()
    ]


def get_item(exam: Exam, item_version_id: int) -> Asked:
    """An item of the exam, or Missing."""
    for one in items(exam):
        if one.item_version_id == item_version_id:
            return one
    raise Missing("这道题")


def _homes(version_ids: Mapping[int, Any]) -> dict[int, tuple[int, int]]:
    """Item and number of each version."""
    wanted = select(ItemVersion.id, ItemVersion.item_id, ItemVersion.number).where(
        ItemVersion.id.in_(version_ids)
    )
    return {row.id: (row.item_id, row.number) for row in session.execute(wanted)}


def _later(homes: Mapping[int, tuple[int, int]]) -> dict[int, list[ItemVersion]]:
    """The versions that came after, by the version that the paper has."""
    wanted = select(ItemVersion).where(
        ItemVersion.item_id.in_({item for item, _ in homes.values()})
    )
    found = list(session.scalars(wanted.order_by(ItemVersion.number)))
    return {
        version: [one for one in found if one.item_id == item and one.number > number]
        for version, (item, number) in homes.items()
    }
