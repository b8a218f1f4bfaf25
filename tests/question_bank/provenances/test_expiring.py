"""Sources that end: told beforehand, out of papers afterwards, renewed or retired together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.ground import db
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.items.models import Item
from question_bank.items.queries import get_item
from question_bank.items.rules.terms import ItemState, Source
from question_bank.papers.queries.exposure import usable
from question_bank.provenances import actions, queries
from question_bank.provenances.queries import Wanted
from tests import cast, make


def _item(days: int | None, document: str = "甲法") -> Item:
    ends = None if days is None else today() + timedelta(days=days)
    made: Item = make.item(sources=[Source(document, "第一条", "2018年", None, ends)])
    return made


# (days until the source ends, on the list, on the list of expired ones, offered to papers)
CASES = [(-1, True, True, False), (0, True, False, True), (60, True, False, True),
         (61, False, False, True), (None, False, False, True)]  # fmt: skip


@pytest.mark.parametrize(("days", "listed", "expired", "offered"), CASES)
def test_an_item_is_listed_before_and_withheld_after_its_source_ends(
    context: None, days: int | None, listed: bool, expired: bool, offered: bool
) -> None:
    item = _item(days)
    offered_ids = set(session.scalars(select(Item.id).where(usable(today=today()))))
    assert (item.id in _listed(Wanted()), item.id in _listed(Wanted(expired=True))) == (
        listed,
        expired,
    )
    assert (item.id in offered_ids) is offered


def test_the_first_to_end_comes_first_and_retired_ones_are_gone(context: None) -> None:
    late, soon, gone = _item(30), _item(-3), _item(-9)
    session.get_one(Item, gone.id).state = ItemState.RETIRED
    session.flush()
    assert _listed(Wanted()) == [soon.id, late.id]
    assert _listed(Wanted(document="乙法")) == []
    assert queries.documents(cast.office(), on=today()) == [("甲法", 2)]


def test_renewed_sources_hold_on_and_the_item_is_offered_again(context: None) -> None:
    item = _item(-1)
    number = actions.renew(
        queries.chosen([item.id]), edition="2026年修正", valid_to=None, by=cast.office(), at=now()
    )
    session.flush()
    source = get_item(item.id).provenances[0]
    assert (number, source.edition, source.valid_to, _listed(Wanted())) == (
        1,
        "2026年修正",
        None,
        [],
    )


def test_a_source_is_not_renewed_into_the_past(context: None) -> None:
    chosen = queries.chosen([_item(-1).id])
    with pytest.raises(Refused, match="已经过去"):
        actions.renew(chosen, edition="", valid_to=date(2020, 1, 1), by=cast.office(), at=now())


def test_items_are_renewed_and_retired_on_the_page(app: Flask) -> None:
    office, teacher = cast.browser(app, cast.office), cast.browser(app, cast.instructor)
    assert "没有出处失效的试题" in office.get("/provenances/").text
    with app.app_context(), db.transaction():
        one, two = _item(-1).id, _item(-1).id
    assert "已失效" in teacher.get("/provenances/").text
    assert teacher.post("/provenances/retire", data={"item": one}).status_code == 403
    assert office.post("/provenances/retire", data={"item": one}).status_code == 303
    past = {"item": two, "valid_to": "2020-01-01"}
    assert office.post("/provenances/renew", data=past).status_code == 422
    assert office.post("/provenances/renew", data={"item": two}).status_code == 303
    assert "没有出处失效的试题" in office.get("/provenances/").text


def _listed(wanted: Wanted) -> list[int]:
    page = queries.expiring(wanted, cast.office(), on=today(), page=1)
    return [item.id for item in page.rows]
