"""Reviewing items: passed one stage or through to the end, or returned with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell
from question_bank.approvals import queries
from question_bank.approvals.rules import Outlook, outlook
from question_bank.items.models import Item, ItemReview
from question_bank.items.rules.reviewing import Who
from question_bank.items.rules.terms import (
    STAGE_OF,
    STATE_AFTER,
    ItemState,
    Stage,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Passed:
    """How many items were passed, how many of them may now be used, and who was left, and why."""

    number: int
    approved: int
    left: tuple[str, ...]


def pass_on(
    items: Sequence[Item], *, until: Stage = Stage.FIRST, by: Actor, at: datetime
) -> Passed:
    """Pass each item (from `queries.reviewable`) the stage it waits for, and on up to `until`.

    Items that wait for no look are left out; those that need somebody else are left and told of.
    One audit entry. A reviewer who did another part of an item already stays visible as such.
    """
    needed = queries.needed_people(on=local(at).date())
    left, done = [], []
    for item in items:
        if item.state not in STAGE_OF:
            continue
        seen = foresee(item, until=until, by=by, needed=needed)
        if seen.refusal:
            left.append(f"第{item.id}号：{seen.refusal}")
        else:
            _pass(item, seen, by=by, at=at)
            done.append((item, seen))
    approved = sum(seen.approves for _, seen in done)
    if done:
        overlapping = sum(bool(seen.overlaps) for _, seen in done)
        told = f"审题通过{len(done)}道，其中{approved}道审定可用"
        told += f"，{overlapping}道有人员重叠" if overlapping else ""
        ids = [item.id for item, _ in done]
        record("approvals.pass_on", done[0][0], told, by=by, at=at, items=ids, until=until.value)
    return Passed(len(done), approved, tuple(left))


def pass_one(
    item: Item, *, seen: int | None, until: Stage = Stage.FIRST, by: Actor, at: datetime
) -> None:
    """Pass one item; Conflict when it changed since it was shown, Refused when it needs another
    person or waits for no look."""
    _check_waiting(item)
    if seen != item.version:
        item.edited_from(seen)
    passed = pass_on([item], until=until, by=by, at=at)
    if passed.left:
        raise Refused(*passed.left)


def send_back(items: Sequence[Item], *, reason: str, by: Actor, at: datetime) -> int:
    """Return items to their writers, who are told why; how many. Refused without a reason."""
    plain = reason.strip()
    if not plain:
        raise Refused("退回要写明理由，命题人据此修改。")
    waiting = [item for item in items if item.state in STAGE_OF]
    for item in waiting:
        _look(item, STAGE_OF[item.state], Verdict.RETURNED, plain, by=by, at=at)
        item.state = ItemState.RETURNED
        item.version += 1
    if waiting:
        _tell_writers(waiting, plain, at=at)
        ids = [item.id for item in waiting]
        told = f"退回了{len(waiting)}道试题：{plain}"
        record("approvals.send_back", waiting[0], told, by=by, at=at, items=ids)
    return len(waiting)


def foresee(item: Item, *, until: Stage, by: Actor, needed: int) -> Outlook:
    """What passing would do; nothing is written."""
    stage = STAGE_OF[item.state]
    writer, looks = queries.writer_of(item), queries.looks_at(item)
    return outlook(writer, looks, stage, Who(by.id, by.name), until=until, needed=needed)


def _check_waiting(item: Item) -> None:
    if item.state not in STAGE_OF:
        raise Refused(f"第{item.id}号试题现在不等待审题，请刷新后查看。")


def _pass(item: Item, seen: Outlook, *, by: Actor, at: datetime) -> None:
    for stage in seen.stages:
        _look(item, stage, Verdict.PASSED, "", by=by, at=at)
    item.state = STATE_AFTER[seen.stages[-1]]
    item.version += 1


def _look(
    item: Item, stage: Stage, verdict: Verdict, reason: str, *, by: Actor, at: datetime
) -> None:
    session.add(
        ItemReview(
            item_id=item.id,
            number=item.latest,
            stage=stage,
            verdict=verdict,
            reason=reason,
            reviewer_id=by.id,
            reviewed_by=by.name,
            reviewed_at=at,
        )
    )


def _tell_writers(items: Sequence[Item], reason: str, *, at: datetime) -> None:
    """One notice for each writer, whichever number of items came back."""
    owners = {item.owner_id for item in items if item.owner_id is not None}
    persons = queries.persons_of(owners)
    for owner_id, person_id in persons.items():
        theirs = [item for item in items if item.owner_id == owner_id]
        numbers = "、".join(f"第{item.id}号" for item in theirs[:10])
        more = f"等{len(theirs)}道" if len(theirs) > 10 else ""
        body = f"{numbers}{more}试题退回修改。理由：{reason}"
        link = f"/items/{theirs[0].id}" if len(theirs) == 1 else "/items/?state=returned"
        tell([person_id], "试题退回修改", body, at=at, link=link)
