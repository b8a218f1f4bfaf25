"""Renewing sources of many items at once, or taking the items out of use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.errors import Refused
from question_bank.items import actions as items
from question_bank.items.models import Item, Provenance
from question_bank.provenances import queries


def renew(
    chosen: Sequence[Item], *, edition: str, valid_to: date | None, by: Actor, at: datetime
) -> int:
    """Let the ended and ending sources of items (from `queries.chosen`) hold on: `valid_to` None
    is without end, "" keeps the edition. How many sources. Refused when the new day is past.

    The key rests on the source: whoever renews has read that it still says so.
    """
    today = local(at).date()
    if valid_to is not None and valid_to < today:
        raise Refused("新的失效日期已经过去，请重新填写。")
    renewed = [one for item in chosen for one in ending(item, on=today)]
    if not renewed:
        raise Refused("所选试题的出处都还有效，没有要更新的。")
    for one in renewed:
        one.valid_to = valid_to
        one.edition = edition or one.edition
    for item in chosen:
        item.version += 1
    told = f"更新了{len(chosen)}道试题的{len(renewed)}条出处"
    ids = [item.id for item in chosen]
    until = None if valid_to is None else valid_to.isoformat()
    record("provenances.renew", chosen[0], told, by=by, at=at, items=ids, valid_to=until)
    return len(renewed)


def retire(chosen: Sequence[Item], *, by: Actor, at: datetime) -> int:
    """Take items out of use, because what they rest on is no more; how many."""
    for item in chosen:
        items.retire(item, seen=item.version, by=by, at=at)
    return len(chosen)


def ending(item: Item, *, on: date) -> list[Provenance]:
    """The sources of an item that have ended or soon will."""
    days = queries.warning_days(on=on)
    return [one for one in item.provenances if one.valid_to and (one.valid_to - on).days <= days]
