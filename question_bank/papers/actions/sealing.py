"""Sealing a paper for good, and looking at a sealed one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.errors import Refused
from question_bank.blueprints.queries import multiple_policy
from question_bank.items import queries as items
from question_bank.items.kinds.protocol import content_of, shown
from question_bank.items.rules.terms import ItemState, Source
from question_bank.papers.models import Paper, Slot, Variant
from question_bank.papers.queries import papers
from question_bank.papers.rules.freezing import (
    Draw,
    Part,
    Place,
    digest,
    frozen_answers,
    frozen_content,
)


def seal(paper: Paper, *, by: Actor, at: datetime) -> None:
    """封卷: freeze both documents of every variant; from here on nothing can be changed.

    Refused when an item was retired or changed for the worse since, with the places.
    """
    paper = papers.get_paper(paper.id)
    if paper.sealed_at is not None:
        raise Refused(f"“{paper.title}”已经封存，不能再改动。")
    _check_items(paper)
    multiple = multiple_policy(today=local(at).date())
    recordings = _recordings(paper)
    for variant in paper.variants:
        parts = _frozen_parts(paper, variant, recordings)
        variant.content = frozen_content(
            paper.title,
            paper.minutes,
            parts,
            shuffle_options=paper.shuffle_options,
            shuffle_items=paper.shuffle_items,
        )
        variant.answers = frozen_answers(parts, multiple=multiple)
        variant.content_hash = digest(variant.content)
    paper.sealed_at, paper.sealed_by = at, by.name
    paper.version += 1
    hashes = {variant.code: variant.content_hash for variant in paper.variants}
    record("papers.seal", paper, f"封存了试卷“{paper.title}”", by=by, at=at, hashes=hashes)


def retire(paper: Paper, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a sealed paper out of use for good: no new exam may be held on it, and its keys are
    kept secret no longer than the exams that are arranged on it already last.

    Refused without a reason, for a paper that is not sealed, and for one that is retired.
    """
    reasons = []
    if paper.sealed_at is None:
        reasons.append("没有封存的试卷不用停用，可以直接废弃。")
    if paper.retired_at is not None:
        reasons.append(f"“{paper.title}”已经停用。")
    if not reason.strip():
        reasons.append("请写明停用的原因，如“考试取消，不再使用”。")
    if reasons:
        raise Refused(*reasons)
    paper.retired_at, paper.retired_by, paper.retired_for = at, by.name, reason.strip()
    told = f"停用了已封存的试卷“{paper.title}”：{paper.retired_for}"
    record("papers.retire", paper, told, by=by, at=at, reason=paper.retired_for)


def open_answers(paper: Paper, *, by: Actor, at: datetime) -> None:
    """Whoever looks at a sealed paper or its answers leaves a trace (工作秘密)."""
    record("papers.open", paper, f"查看了已封存试卷“{paper.title}”的试题和答案", by=by, at=at)


def _check_items(paper: Paper) -> None:
    """Every item is still in use, and both variants are worth the same."""
    reasons = [
        f"{variant.code}卷第{slot.number}题已停用，请先更换。"
        for variant in paper.variants
        for slot in variant.slots
        if slot.item_version.item.state is ItemState.RETIRED
    ]
    totals = {sum((slot.points for slot in one.slots), Decimal(0)) for one in paper.variants}
    if len(totals) > 1:
        reasons.append(f"各卷总分不同：{'、'.join(map(shown, sorted(totals)))}分。")
    if reasons:
        raise Refused(*reasons)


def _recordings(paper: Paper) -> frozenset[int]:
    versions = [slot.item_version for variant in paper.variants for slot in variant.slots]
    found = items.files_of_versions(versions)
    return frozenset(number for number, upload in found.items() if items.is_recording(upload))


def _frozen_parts(paper: Paper, variant: Variant, recordings: frozenset[int]) -> list[Part]:
    return [
        Part(
            section.title,
            section.kind.value,
            section.policy,
            [_place(slot, recordings) for slot in variant.slots if slot.section_id == section.id],
            _draws(paper.pool, [one for one in variant.slots if one.section_id == section.id]),
        )
        for section in paper.sections
    ]


def _draws(pool: int, slots: Sequence[Slot]) -> list[Draw]:
    """The slots of every cell, of which a candidate gets one in `pool`."""
    if pool == 1:
        return []
    alike: dict[tuple[object, ...], list[int]] = {}
    for slot in slots:
        cell = (slot.points, slot.topic_id, slot.bank_id, slot.difficulty, slot.cognition)
        alike.setdefault(cell, []).append(slot.number)
    return [Draw(len(numbers) // pool, numbers) for numbers in alike.values()]


def _place(slot: Slot, recordings: frozenset[int]) -> Place:
    version = slot.item_version
    sources = [Source(one.document, one.article, one.edition) for one in version.item.provenances]
    return Place(
        slot.number,
        slot.points,
        content_of(version.item.kind.value, vars(version)),
        version.id,
        "；".join(source.shown for source in sources),
        slot.keeps_order,
        recordings,
    )
