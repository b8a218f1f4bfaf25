"""Who sees which items and which keys: decided in the SQL, by bank, writer and open papers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.sittings.models import Sitting
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.banks import actions
from question_bank.banks.queries import possible_readers, summaries
from question_bank.items import queries
from question_bank.items.models import Bank, Item, ItemVersion
from question_bank.items.rules.finding import Search
from question_bank.items.rules.terms import BankAccess
from question_bank.papers.actions.sealing import retire
from question_bank.papers.models import Paper
from tests import cast, make

KEYS, STEMS, CLOSED = BankAccess.KEYS, BankAccess.STEMS, BankAccess.RESTRICTED
# (what the bank says, whose item it is and to whom the bank is opened, item seen, key seen)
CASES = [
    (KEYS, "another's", True, True),
    (STEMS, "another's", True, False),
    (CLOSED, "another's", False, False),
    (STEMS, "own", True, True),
    (CLOSED, "own", True, True),
    (STEMS, "opened", True, True),
    (CLOSED, "opened", True, True),
    (CLOSED, "own bank", True, True),
]


@pytest.mark.parametrize(("access", "how", "item_seen", "key_seen"), CASES)
def test_an_instructor_sees_what_the_bank_allows(
    context: None, access: BankAccess, how: str, item_seen: bool, key_seen: bool
) -> None:
    reader = cast.instructor()
    bank: Bank = make.bank()
    bank.access = access
    bank.owner_id = reader.id if how == "own bank" else None
    item = make.item(bank=bank, by=reader if how == "own" else None, rationale="秘密理由")
    if how == "opened":
        _open(bank, reader)
    session.flush()
    found = [one.id for one in queries.items(Search(), reader, page=1).rows]
    assert (item.id in found, queries.sees_key(item.id, reader, at=now())) == (
        item_seen,
        key_seen,
    )


def test_the_office_knows_every_key(context: None) -> None:
    bank: Bank = make.bank()
    bank.access = CLOSED
    item = make.item(bank=bank)
    assert queries.sees_key(item.id, cast.office(), at=now())


def test_what_an_instructor_may_not_read_cannot_be_searched_for(context: None) -> None:
    make.item(stem="公开的题干（　）", rationale="秘密理由")
    reader = cast.instructor()
    assert queries.items(Search(text="秘密理由"), cast.office(), page=1).total == 1
    assert queries.items(Search(text="秘密理由"), reader, page=1).total == 0
    assert queries.items(Search(text="公开的题干"), reader, page=1).total == 1


def test_a_closed_bank_is_not_even_named(context: None) -> None:
    bank: Bank = make.bank("结业考试库")
    bank.access = CLOSED
    session.flush()
    assert [one.bank.name for one in summaries(cast.instructor())] == []
    assert [one.bank.name for one in summaries(cast.office())] == ["结业考试库"]


def test_keys_on_a_sealed_paper_are_hidden_until_its_exam_is_over(context: None) -> None:
    writer = cast.instructor()
    item = _on_a_sealed_paper(writer)
    assert not queries.sees_key(item.id, writer, at=now())
    assert queries.sees_key(item.id, cast.office(), at=now())
    exam = make.exam(make.cohort(), paper=session.scalars(select(Paper)).one())
    _sitting(exam.id, closes=now() + timedelta(hours=1))
    assert not queries.sees_key(item.id, writer, at=now())
    assert queries.sees_key(item.id, writer, at=now() + timedelta(hours=2))
    with pytest.raises(Missing):
        queries.get_editable(item.id, writer, at=now())


def test_keys_on_a_retired_paper_are_hidden_only_while_an_exam_on_it_lasts(context: None) -> None:
    writer = cast.instructor()
    item = _on_a_sealed_paper(writer)
    paper = session.scalars(select(Paper)).one()
    exam = make.exam(make.cohort(), paper=paper)
    _sitting(exam.id, closes=now() + timedelta(hours=1))
    retire(paper, reason="不再使用", by=cast.office(), at=now())
    assert not queries.sees_key(item.id, writer, at=now())
    assert queries.sees_key(item.id, writer, at=now() + timedelta(hours=2))


def test_keys_on_a_retired_paper_that_nobody_sat_are_no_secret(context: None) -> None:
    writer = cast.instructor()
    item = _on_a_sealed_paper(writer)
    assert not queries.sees_key(item.id, writer, at=now())
    paper = session.scalars(select(Paper)).one()
    retire(paper, reason="考试取消", by=cast.office(), at=now())
    assert queries.sees_key(item.id, writer, at=now())


def test_a_page_without_keys_shows_none(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    with app.app_context(), db.transaction():
        item_id = make.item(options=["甲", "乙"], key=["B"], rationale="秘密理由").id
    page = browser.get(f"/items/{item_id}").text
    assert ("秘密理由" in page, "标准答案" in page, "fw-bold text-green" in page) == (
        False,
        False,
        False,
    )


def test_the_bank_page_says_who_reads(app: Flask) -> None:
    office, teacher = cast.browser(app, cast.office), cast.browser(app, cast.instructor)
    with app.app_context(), db.transaction():
        bank_id, reader_id = make.bank().id, cast.instructor().id
    assert teacher.get(f"/banks/{bank_id}").status_code == 404
    assert "何讲" in office.get(f"/banks/{bank_id}").text
    data = {"access": "restricted", "readers": [str(reader_id)], "note": "结业考试用"}
    assert office.post(f"/banks/{bank_id}", data=data).status_code == 303
    with app.app_context():
        assert [one.name for one in queries.visible_banks(cast.instructor())] != []
        other: Account = make.account(Role.INSTRUCTOR)
        assert queries.visible_banks(other) == []


def test_a_bank_of_a_taken_name_is_refused(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert office.get("/banks/new").status_code == 200
    data = {"name": "党章", "access": "stems"}
    assert office.post("/banks/", data=data).status_code == 303
    again = office.post("/banks/", data=data)
    assert (again.status_code, "已经有名为“党章”的题库" in again.text) == (422, True)


def _open(bank: Bank, reader: Account) -> None:
    assert reader.id in {one.id for one in possible_readers()}
    actions.open_to(
        bank, note="", access=bank.access, readers=[reader.id], by=cast.office(), at=now()
    )


def _on_a_sealed_paper(writer: Account) -> Item:
    paper = make.paper(("single", 2, "2"))
    version = session.get_one(ItemVersion, paper.variants[0].slots[0].item_version_id)
    item = session.get_one(Item, version.item_id)
    item.owner_id = writer.id
    session.flush()
    return item


def _sitting(exam_id: int, *, closes: object) -> None:
    opens = now() - timedelta(hours=1)
    session.add(Sitting(exam_id=exam_id, opens_at=opens, closes_at=closes, minutes=60))
    session.flush()
