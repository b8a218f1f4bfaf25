"""Changing a paper by hand before it is sealed, and undoing the last change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.items.kinds.policies import POLICIES, policies_for
from question_bank.items.models import ItemVersion
from question_bank.papers.models import Change, Paper, Section, Slot, Variant
from question_bank.papers.queries import papers


def swap(
    paper: Paper,
    slot: Slot,
    version: ItemVersion,
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Put another item into a slot (both from `get_paper`); Refused when it does not fit."""
    _begin(paper, seen)
    today = local(at).date()
    fitting = papers.alternatives(paper, slot, today=today, only=version.id)
    if not fitting:
        raise Refused(
            "这道题不能换到这里：不合这一格的要求、没有审定、近期用得太多，或者已经在卷中。"
        )
    if fitting[0].enemies:
        listed = "、".join(map(str, fitting[0].enemies))
        raise Refused(f"这道题与本卷第{listed}题互斥，不能同卷。")
    before, slots = slot.item_version_id, _kept([slot])
    slot.item_version_id = version.id
    code = _variant_of(paper, slot).code
    told = f"更换了{code}卷第{slot.number}题"
    _keep(paper, told, slots=slots, by=by, at=at, action="swap", before=before, after=version.id)


def move(paper: Paper, slot: Slot, *, up: bool, seen: int | None, by: Actor, at: datetime) -> None:
    """Change places with the neighbour in the same section; Refused at its end."""
    _begin(paper, seen)
    variant = _variant_of(paper, slot)
    step = -1 if up else 1
    other = next((one for one in variant.slots if one.number == slot.number + step), None)
    if other is None or other.section_id != slot.section_id:
        raise Refused("已经在本大题的" + ("最前面。" if up else "最后面。"))
    slots = _kept([slot, other])
    first, second = slot.number, other.number
    _renumber([(slot, second), (other, first)])
    told = f"将{variant.code}卷第{first}题与第{second}题对调"
    _keep(paper, told, slots=slots, by=by, at=at, action="move")


def keep_order(
    paper: Paper, slot: Slot, keeps: bool, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Say whether the options of a slot stay in the author's order for every candidate."""
    _begin(paper, seen)
    slots = _kept([slot])
    slot.keeps_order = keeps
    told = f"将{_variant_of(paper, slot).code}卷第{slot.number}题选项设为" + (
        "不打乱" if keeps else "可打乱"
    )
    _keep(paper, told, slots=slots, by=by, at=at, action="keep_order")


def set_policy(
    paper: Paper, section: Section, code: str, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Another score policy for a section; Refused when it is not for its kind."""
    _begin(paper, seen)
    if code not in {policy.code for policy in policies_for(section.kind)}:
        raise Refused("这种计分办法不适用于本大题的题型。")
    before = [[section.id, section.policy]]
    section.policy = code
    told = f"将{section.title}的计分办法定为“{POLICIES[code].title}”"
    _keep(paper, told, sections=before, by=by, at=at, action="set_policy", policy=code)


def set_shuffle(
    paper: Paper, *, options: bool, items: bool, seen: int | None, by: Actor, at: datetime
) -> None:
    """Whether candidates get options, and the items of a section, in an order of their own."""
    _begin(paper, seen)
    paper.shuffle_options, paper.shuffle_items = options, items
    told = f"设定“{paper.title}”：选项{_orders(options)}，题序{_orders(items)}"
    record("papers.set_shuffle", paper, told, by=by, at=at, options=options, items=items)


def undo(paper: Paper, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Take back the last change that was made by hand; Refused when there is none."""
    _begin(paper, seen)
    changes = papers.changes(paper)
    if not changes:
        raise Refused("没有可以撤销的改动。")
    last = changes[0]
    slots = {slot.id: slot for variant in paper.variants for slot in variant.slots}
    sections = {section.id: section for section in paper.sections}
    kept = [row for row in last.before.get("slots", ()) if row[0] in slots]
    for slot_id, _number, version_id, keeps in kept:
        slots[slot_id].item_version_id, slots[slot_id].keeps_order = version_id, keeps
    _renumber([(slots[slot_id], number) for slot_id, number, _version, _keeps in kept])
    for section_id, policy in last.before.get("sections", ()):
        sections[section_id].policy = policy
    record("papers.undo", paper, f"撤销：{last.sentence}（{paper.title}）", by=by, at=at)
    session.delete(last)
    session.flush()


def _begin(paper: Paper, seen: int | None) -> None:
    if paper.sealed_at is not None:
        raise Refused(f"“{paper.title}”已经封存，不能再改动。")
    paper.edited_from(seen)


def _variant_of(paper: Paper, slot: Slot) -> Variant:
    return next(one for one in paper.variants if one.id == slot.variant_id)


def _kept(slots: Iterable[Slot]) -> list[list[object]]:
    return [[one.id, one.number, one.item_version_id, one.keeps_order] for one in slots]


def _renumber(numbers: list[tuple[Slot, int]]) -> None:
    """No two slots of a variant have the same number at any moment: out of the way first."""
    for slot, number in numbers:
        if slot.number != number:
            slot.number = -slot.number
    session.flush()
    for slot, number in numbers:
        slot.number = number
    session.flush()


def _keep(
    paper: Paper,
    sentence: str,
    *,
    action: str,
    slots: list[list[object]] | None = None,
    sections: list[list[object]] | None = None,
    by: Actor,
    at: datetime,
    **details: object,
) -> None:
    """Write the change down, for the audit trail and for whoever takes it back."""
    before = {"slots": slots or [], "sections": sections or []}
    session.add(Change(paper_id=paper.id, sentence=sentence, before=before, by_name=by.name, at=at))
    record(f"papers.{action}", paper, f"{sentence}（{paper.title}）", by=by, at=at, **details)


def _orders(own: bool) -> str:
    return "随机打乱" if own else "不打乱"
