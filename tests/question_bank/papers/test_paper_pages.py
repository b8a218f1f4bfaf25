"""The pages of blueprints and papers, and the PDFs that a worker makes."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from question_bank.items.models import ItemVersion
from question_bank.items.queries import get_bank
from question_bank.papers import queries
from tests import cast, make


def _rows(*rows: tuple[str, str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for at, (kind, number, points) in enumerate(rows):
        made |= {
            f"rows-{at}-kind": kind, f"rows-{at}-count": number, f"rows-{at}-points": points,
            f"rows-{at}-bank_id": "", f"rows-{at}-topic_id": "", f"rows-{at}-difficulty": "",
        }  # fmt: skip
    return made


def test_a_blueprint_is_drawn_supplied_assembled_and_sealed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有试卷" in office.get("/papers/").text
    assert office.get("/papers/blueprints/new").status_code == 200
    form = {"title": "结业考试", "minutes": "60", **_rows(("single", "2", "2"), ("truth", "", ""))}
    drawn = office.post("/papers/blueprints/new", data=form)
    assert drawn.status_code == 303, drawn.text
    assert "缺 2 道单选题：需要 2 道，可用 0 道。" in office.get(drawn.location).text
    refused = office.post(drawn.location + "/assemble", data={"title": "", "seed": ""})
    assert (refused.status_code, "缺 2 道单选题" in refused.text) == (422, True)
    with app.app_context(), db.transaction():
        for _each in range(3):
            make.item()
    assert "题库能够供给，可以组卷" in office.get(drawn.location).text
    made = office.post(drawn.location + "/assemble", data={"title": "", "seed": "7"})
    assert made.status_code == 303
    page = office.get(made.location).text
    assert "一、单项选择题（每题 2 分，共 4 分）" in page
    assert "第1套" in page
    assert office.get(made.location + "?variant=B").status_code == 200
    assert office.post(made.location + "/seal").status_code == 303
    assert office.post(made.location + "/seal").status_code == 422
    assert "已封存" in office.get("/papers/").text


def test_a_refused_blueprint_keeps_what_was_typed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    form = {"title": "结业考试", "minutes": "60", **_rows(("single", "2", "0"))}
    answer = office.post("/papers/blueprints/new", data=form)
    assert answer.status_code == 422
    assert "第1行：每题分值须大于0" in answer.text
    assert 'value="结业考试"' in answer.text
    nothing = office.post("/papers/blueprints/new", data={"title": "空", "minutes": "60"})
    assert "至少要有一行" in nothing.text


def test_a_blueprint_is_changed_and_a_stale_form_refused(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        address = f"/papers/blueprints/{make.blueprint(('single', 2, '2')).id}"
    form = {"title": "改名", "minutes": "45", "version": "1", **_rows(("truth", "3", "1"))}
    assert office.post(address, data=form).status_code == 303
    assert office.post(address, data=form).status_code == 409
    assert "改名" in office.get(address).text


def test_an_item_is_swapped_and_a_policy_changed_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = queries.get_paper(make.paper(("multiple", 1, "2"), sealed=False).id)
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
    assert office.get(f"{address}/slots/999").status_code == 404
    assert office.post(f"{address}/discard").status_code == 303
    assert office.get(address).status_code == 404


def test_a_sealed_paper_shows_its_items_only_to_a_traced_post(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = queries.get_paper(make.paper().id)
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
        paper = queries.get_paper(make.paper().id)
        variant_id, address = paper.variants[0].id, f"/papers/{paper.id}"
    for member in (cast.instructor, cast.learner, cast.marker, cast.administrator):
        browser = cast.browser(app, member)
        assert browser.get("/papers/").status_code == 403
        assert browser.get(address).status_code == 403
        assert browser.post(f"{address}/open").status_code == 403
        assert browser.post(f"/papers/variants/{variant_id}/print").status_code == 403


def test_an_unsealed_paper_is_not_printed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        variant_id = queries.get_paper(make.paper(sealed=False).id).variants[0].id
    refused = office.post(f"/papers/variants/{variant_id}/print")
    assert (refused.status_code, "试卷封存后才能打印" in refused.text) == (422, True)


EVERY_KIND = (
    ("single", 2, "2"), ("multiple", 1, "3"), ("truth", 1, "1"), ("blank", 1, "2"),
    ("matching", 1, "4"), ("ordering", 1, "2"), ("short", 1, "5"), ("essay", 1, "10"),
    ("case", 1, "15"),
)  # fmt: skip


def test_a_sealed_paper_and_its_guide_are_printed_by_a_worker(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = queries.get_paper(make.paper(*EVERY_KIND, title="越语学堂结业考试").id)
        variant_id = paper.variants[0].id
    printed = office.post(f"/papers/variants/{variant_id}/print")
    guide = office.post(f"/papers/variants/{variant_id}/print", data={"what": "guide"})
    run_pending(app)
    text = []
    for answer in (printed, guide):
        job_id = int(answer.location.rpartition("/")[2])
        with app.app_context():
            job = session.get(Job, job_id)
            assert job is not None
            assert job.state.value == "done", job.message
        with office.get(f"/jobs/{job_id}/result") as result:
            pages = PdfReader(io.BytesIO(result.data)).pages
            text.append("".join(page.extract_text() for page in pages))
    sheet, key = text
    for wanted in ("越语学堂结业考试", "单位", "姓名", "学号", "座位号", "A卷", "一、单项选择题"):
        assert wanted in sheet
    assert "共 " in sheet
    assert "参考答案" not in sheet
    for wanted in ("标准答案和评分标准", "参考答案", "全对得满分，少选得一半分", "要点"):
        assert wanted in key
