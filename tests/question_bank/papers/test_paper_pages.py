"""The pages of papers."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from question_bank.items.models import ItemVersion
from question_bank.items.queries import get_bank
from question_bank.papers.queries import papers
from tests import cast, make


def test_an_item_is_swapped_and_moved_and_a_policy_changed_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.paper(("multiple", 2, "2"), sealed=False).id)
        slot, section = paper.variants[0].slots[0], paper.sections[0]
        home = slot.item_version.item.bank_id
        spare = make.item("multiple", bank=get_bank(home))
        version_id = session.scalar(select(ItemVersion.id).where(ItemVersion.item_id == spare.id))
        address, slot_id, section_id = f"/papers/{paper.id}", slot.id, section.id
    page = office.get(f"{address}/slots/{slot_id}")
    assert "换成这道" in page.text
    chosen = {"version": 1, "item_version_id": version_id}
    assert office.post(f"{address}/slots/{slot_id}", data=chosen).status_code == 303
    assert office.post(f"{address}/slots/{slot_id}", data=chosen).status_code == 409
    policy = {"version": 2, "policy": "M4@1"}
    assert office.post(f"{address}/sections/{section_id}/policy", data=policy).status_code == 303
    unfit = {"version": 3, "policy": "J0@1"}
    assert office.post(f"{address}/sections/{section_id}/policy", data=unfit).status_code == 422
    down = {"version": 3, "to": "down"}
    assert office.post(f"{address}/slots/{slot_id}/move", data=down).status_code == 303
    keep = {"version": 4, "to": "keep"}
    assert office.post(f"{address}/slots/{slot_id}/order", data=keep).status_code == 303
    assert "手工改动4次" in office.get(address).text
    assert office.post(f"{address}/undo", data={"version": 5}).status_code == 303
    shuffle = {"version": 6, "items": "y"}
    assert office.post(f"{address}/shuffle", data=shuffle).status_code == 303
    assert "手工改动3次" in office.get(address).text
    assert office.get(f"{address}/slots/999").status_code == 404
    assert office.post(f"{address}/discard").status_code == 303
    assert office.get(address).status_code == 404


def test_a_sealed_paper_shows_its_items_only_to_a_traced_post(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.paper().id)
        stem = paper.variants[0].slots[0].item_version.stem
        address, slot_id = f"/papers/{paper.id}", paper.variants[0].slots[0].id
    closed = office.get(address).text
    assert (stem in closed, "标准答案" in closed) == (False, False)
    assert office.get(f"{address}/slots/{slot_id}").status_code == 404
    opened = office.post(f"{address}/open")
    assert (opened.status_code, stem in opened.text) == (200, True)
    with app.app_context():
        wanted = select(AuditEntry.actor_name).where(AuditEntry.action == "papers.open")
        assert list(session.scalars(wanted)) == ["李教务"]


def test_instructors_and_learners_see_no_papers(app: Flask) -> None:
    with app.app_context(), db.transaction():
        paper_id = make.paper().id
        address = f"/papers/{paper_id}"
    for member in (cast.instructor, cast.learner, cast.marker, cast.administrator):
        browser = cast.browser(app, member)
        for page in ("/papers/", address, "/papers/items/1/uses", "/papers/using?item=1"):
            assert browser.get(page).status_code == 403
        assert browser.post(f"{address}/open").status_code == 403
        assert browser.post(f"/prints/papers/{paper_id}").status_code == 403


def test_affected_papers_are_listed_for_items(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.paper(("single", 1, "2"), title="受影响的卷")
        item_id = session.scalar(select(ItemVersion.item_id).order_by(ItemVersion.id))
    assert "受影响的卷" in office.get(f"/papers/using?item={item_id}").text
    assert "没有试卷受影响" in office.get("/papers/using?item=99999").text


def test_a_sealed_paper_is_retired_on_its_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        address = f"/papers/{make.paper().id}"
    assert office.post(f"{address}/retire", data={"reason": ""}).status_code == 422
    assert office.post(f"{address}/retire", data={"reason": "考试取消"}).status_code == 303
    page = office.get(address).text
    assert ("已停用" in page, "：考试取消" in page, "停用这份试卷" in page) == (True, True, False)
    assert "已停用" in office.get("/papers/").text
    again = office.post(f"{address}/retire", data={"reason": "再来"})
    assert (again.status_code, "已经停用" in again.text) == (422, True)


def test_the_page_of_a_drawn_paper_says_how_many_are_drawn(app: Flask) -> None:
    with app.app_context(), db.transaction():
        paper_id = make.drawn_paper(("single", 2, "2")).id
    assert "每人从6题中抽2题" in cast.browser(app, cast.office).get(f"/papers/{paper_id}").text
