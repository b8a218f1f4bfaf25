"""Three looks at every item: whose turn it is, who may pass, what comes back, what stays visible."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.notices.models import Notice
from question_bank.approvals import actions, queries
from question_bank.approvals.queries import Wanted
from question_bank.items.models import Item
from question_bank.items.rules.reviewing import Look, Who, missing_people, overlaps
from question_bank.items.rules.terms import ItemState, Stage, Verdict
from tests import cast, make

WRITER, ONE, TWO, THREE = (Who(number, f"人{number}") for number in range(1, 5))
F, S, L = Stage.FIRST, Stage.SECOND, Stage.FINAL


def _looks(*by: Who) -> list[Look]:
    return [Look(stage, Verdict.PASSED, who) for stage, who in zip(Stage, by, strict=False)]


# (needed, who passed so far, stage, who would pass it, how many people would then be missing)
PEOPLE = [
    (1, (), F, WRITER, 0),
    (1, (WRITER, WRITER), L, WRITER, 0),
    (2, (), F, WRITER, 0),
    (2, (WRITER, WRITER), L, WRITER, 1),
    (2, (ONE, ONE), L, ONE, 0),
    (2, (ONE, ONE), L, WRITER, 0),
    (3, (ONE, ONE), L, ONE, 1),
    (3, (ONE, TWO), L, ONE, 0),
    (4, (), F, WRITER, 1),
    (4, (ONE,), S, ONE, 1),
    (4, (ONE,), S, TWO, 0),
    (4, (ONE, TWO), L, WRITER, 1),
    (4, (ONE, TWO), L, THREE, 0),
]


@pytest.mark.parametrize(("needed", "passed", "stage", "by", "missing"), PEOPLE)
def test_enough_different_people_write_and_review(
    needed: int, passed: tuple[Who, ...], stage: Stage, by: Who, missing: int
) -> None:
    found = missing_people(WRITER, _looks(*passed), stage, by, needed=needed)
    assert found == missing


OVERLAPS = [
    ((ONE, TWO, THREE), []),
    ((WRITER, ONE, TWO), ["命题、初审为同一人（人1）"]),
    ((ONE, ONE, TWO), ["初审、复审为同一人（人2）"]),
    ((WRITER, ONE, ONE), ["命题、初审为同一人（人1）", "复审、审定为同一人（人2）"]),
]


@pytest.mark.parametrize(("passed", "told"), OVERLAPS)
def test_every_overlap_is_told(passed: tuple[Who, ...], told: list[str]) -> None:
    assert overlaps(WRITER, _looks(*passed)) == told


def test_a_review_that_begins_anew_forgets_who_was_there_before() -> None:
    again = [*_looks(ONE, ONE, ONE), Look(F, Verdict.PASSED, TWO)]
    assert overlaps(WRITER, again) == []


def test_an_item_passes_three_stages_one_by_one(context: None) -> None:
    item_id = make.item(approved=False, by=cast.instructor()).id
    states = []
    for reviewer in (_reviewer(), _reviewer(), _reviewer()):
        (item,) = queries.reviewable([item_id])
        actions.pass_one(item, seen=item.version, by=reviewer, at=now())
        session.flush()
        states.append(item.state)
    assert states == [ItemState.FIRST, ItemState.SECOND, ItemState.APPROVED]


def test_one_person_may_pass_all_stages_of_anothers_item_in_a_small_school(context: None) -> None:
    made = make.item(approved=False, by=cast.instructor())
    passed = actions.pass_on(_loaded(made), until=L, by=cast.office(), at=now())
    assert (passed.number, passed.approved, passed.left) == (1, 1, ())
    (item,) = _loaded(made)
    assert overlaps(queries.writer_of(item), queries.looks_at(item)) == [
        "初审、复审、审定为同一人（李教务）"
    ]


def test_nobody_alone_brings_an_item_into_use(context: None) -> None:
    made = make.item(approved=False, by=cast.office())
    passed = actions.pass_on(_loaded(made), until=L, by=cast.office(), at=now())
    assert (passed.number, passed.approved) == (0, 0)
    assert "至少要有2个不同的人" in passed.left[0]
    (item,) = _loaded(made)
    assert (item.state, item.reviews) == (ItemState.DRAFT, [])


def test_a_school_with_enough_people_may_ask_for_four(context: None) -> None:
    make.norm("items.review_people", Decimal(4))
    made, one = make.item(approved=False, by=cast.instructor()), _reviewer()
    actions.pass_on(_loaded(made), by=one, at=now())
    (item,) = _loaded(made)
    with pytest.raises(Refused, match="复审须由另一人进行"):
        actions.pass_one(item, seen=item.version, by=one, at=now())


def test_returning_needs_a_reason_and_tells_the_writer(context: None) -> None:
    writer = cast.instructor()
    person_id = queries.persons_of([writer.id])[writer.id]
    made = make.item(approved=False, by=writer)
    with pytest.raises(Refused, match="写明理由"):
        actions.send_back(_loaded(made), reason=" ", by=cast.office(), at=now())
    assert actions.send_back(_loaded(made), reason="超纲", by=cast.office(), at=now()) == 1
    assert _loaded(made)[0].state is ItemState.RETURNED
    notice = session.scalars(select(Notice).where(Notice.person_id == person_id)).one()
    assert (notice.body, notice.link) == (
        f"第{made.id}号试题退回修改。理由：超纲",
        f"/items/{made.id}",
    )


def test_an_item_that_changed_meanwhile_is_not_passed(context: None) -> None:
    made = make.item(approved=False, by=cast.instructor())
    with pytest.raises(Conflict):
        actions.pass_one(_loaded(made)[0], seen=7, by=cast.office(), at=now())


def test_a_work_list_has_what_its_reviewer_may_pass(context: None) -> None:
    office = cast.office()
    own = make.item(approved=False, by=office)
    other = make.item(approved=False, by=cast.instructor())
    make.item()
    for made in (own, other):  # so that only the last stage is left
        actions.pass_on(_loaded(made), by=office, at=now())
        actions.pass_on(_loaded(made), by=office, at=now())
    session.flush()
    assert _listed(Wanted(), office) == [other.id]
    assert _listed(Wanted(mine=False), office) == [own.id, other.id]
    assert _listed(Wanted(stage=F), office) == []
    assert _listed(Wanted(), _reviewer()) == [own.id, other.id]


def test_reviewing_goes_on_to_the_next_item(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        ids = [make.item(approved=False, by=cast.instructor()).id for _ in range(3)]
    page = office.get(f"/approvals/{ids[1]}?list=all").text
    assert (f"/approvals/{ids[0]}?" in page, f"/approvals/{ids[2]}?" in page) == (True, True)
    passed = office.post(f"/approvals/{ids[1]}/pass?list=all", data={"version": 1})
    assert (passed.status_code, passed.location) == (303, f"/approvals/{ids[2]}?list=all")
    assert office.post(f"/approvals/{ids[0]}/return", data={"reason": ""}).status_code == 422
    back = office.post(f"/approvals/{ids[0]}/return", data={"reason": "重写"})
    assert back.status_code == 303
    with app.app_context():
        states = [session.get_one(Item, one).state.value for one in ids]
    assert states == ["returned", "first", "draft"]


def test_many_are_passed_at_once_after_their_consequences_were_told(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        mine = make.item(approved=False, by=cast.office()).id
        others = [make.item(approved=False, by=cast.instructor()).id for _ in range(2)]
    chosen = "&".join(f"item={one}" for one in [mine, *others])
    told = office.get(f"/approvals/together?through=1&{chosen}").text
    assert "通过2道，其中2道审定后可用于组卷。" in told
    assert "1道不能由您通过：" in told
    data = {"item": others, "seen": [f"{one}:1" for one in others], "through": "1"}
    assert office.post("/approvals/together", data=data).status_code == 303
    with app.app_context():
        states = [session.get_one(Item, one).state.value for one in [mine, *others]]
    assert states == ["draft", "approved", "approved"]


def test_instructors_review_nothing(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    for address in ("/approvals/", "/approvals/1", "/approvals/together"):
        assert browser.get(address).status_code == 403


def _reviewer() -> Account:
    account: Account = make.account(Role.OFFICE)
    return account


def _loaded(item: Item) -> list[Item]:
    session.flush()
    return queries.reviewable([item.id])


def _listed(wanted: Wanted, account: Account) -> list[int]:
    return [item.id for item in queries.waiting(wanted, account, on=today(), page=1).rows]
