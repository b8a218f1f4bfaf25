"""The pages of blueprints and papers, and the PDFs that a worker makes."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs.worker import run_pending
from question_bank.items.models import ItemVersion
from question_bank.items.queries import get_bank
from question_bank.papers.actions import printing
from question_bank.papers.queries import papers
from question_bank.papers.rules.patterns import PATTERNS
from question_bank.papers.rules.prints import PrintKind
from tests import cast, make


def _grid(*columns: tuple[str, str, str]) -> dict[str, Any]:
    """One line of the grid: (kind, count, points) by column."""
    made: dict[str, Any] = {"lines-0-topic_id": "", "lines-0-bank_id": ""}
    for at, (kind, number, points) in enumerate(columns):
        made |= {
            f"columns-{at}-kind": kind, f"columns-{at}-points": points,
            f"columns-{at}-difficulty": "", f"columns-{at}-cognition": "",
            f"lines-0-cells-{at}": number,
        }  # fmt: skip
    return made


def test_a_blueprint_is_drawn_supplied_assembled_and_sealed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有试卷" in office.get("/papers/").text
    assert "还没有双向细目表" in office.get("/papers/blueprints").text
    assert office.get("/papers/blueprints/new").status_code == 200
    form = {"title": "结业考试", "minutes": "60", **_grid(("single", "2", "2"), ("truth", "", ""))}
    drawn = office.post("/papers/blueprints/new", data=form)
    assert drawn.status_code == 303, drawn.text
    assert "缺 2 道 单选题：需要 2 道，可用 0 道。" in office.get(drawn.location).text
    refused = office.post(drawn.location + "/assemble", data={"title": "", "seed": ""})
    assert (refused.status_code, "缺 2 道 单选题" in refused.text) == (422, True)
    with app.app_context(), db.transaction():
        for _each in range(3):
            make.item()
    assert "题库能够供给，可以组卷" in office.get(drawn.location).text
    asked = office.post(drawn.location + "/assemble", data={"title": "", "seed": "7"})
    again = office.post(drawn.location + "/assemble", data={"title": "", "seed": "7"})
    assert (asked.status_code, again.location) == (303, asked.location)
    assert "排队中" in office.get(asked.location).text
    run_pending(app)
    made = office.get(asked.location + "/progress").headers["HX-Redirect"]
    page = office.get(made).text
    assert "一、单项选择题（本大题共2小题，每小题2分，共4分）" in page
    assert "第1套" in page
    assert office.get(made + "?variant=B").status_code == 200
    assert office.post(made + "/seal").status_code == 303
    assert office.post(made + "/seal").status_code == 422
    assert "已封存" in office.get("/papers/").text
    assert (
        "A卷第1题"
        in office.get("/papers/items/1/uses").text
        + office.get("/papers/items/2/uses").text
        + office.get("/papers/items/3/uses").text
    )


def test_parallel_papers_come_from_one_order(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        for _each in range(6):
            make.item()
        address = f"/papers/blueprints/{make.blueprint(('single', 2, '2'), title='平行').id}"
    ask = {"title": "卷", "seed": "3", "papers": "3", "variants": "1"}
    asked = office.post(address + "/assemble", data=ask)
    run_pending(app)
    page = office.get(asked.location).text
    assert [f"卷（第{number}套）" in page for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_what_a_solver_finds_in_the_way_is_told_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        pair = [make.item().id, make.item().id]
        address = f"/papers/blueprints/{make.blueprint(('single', 2, '2')).id}"
    foes = {"items": f"第{pair[0]}号、{pair[1]}", "reason": "同一考点"}
    assert office.post("/papers/enemies", data=foes).status_code == 303
    assert "同一考点" in office.get("/papers/enemies").text
    asked = office.post(address + "/assemble", data={"seed": "1"})
    run_pending(app)
    page = office.get(asked.location).text
    assert "题间互斥：互斥组1“同一考点”中的试题一卷只能用一道，不够组卷。" in page
    assert office.post("/papers/enemies/1/reconcile").status_code == 303
    once_more = office.post(address + "/assemble", data={"seed": "1"})
    run_pending(app)
    assert office.get(once_more.location + "/progress").status_code == 204


def test_supply_is_told_while_the_grid_is_typed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.item()
    typed = {"title": "", "minutes": "", **_grid(("single", "3", ""), ("", "1", ""))}
    told = office.get("/papers/blueprints/supply", query_string=typed).json
    assert told == {
        "available": {"0-0": 1},
        "short": ["0-0"],
        "sentences": ["缺 2 道 单选题：需要 3 道，可用 1 道。"],
        "minutes": 2,
    }


def test_a_refused_blueprint_keeps_what_was_typed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    form = {"title": "结业考试", "minutes": "60", **_grid(("single", "2", "0"))}
    answer = office.post("/papers/blueprints/new", data=form)
    assert answer.status_code == 422
    assert "第1格：每题分值须大于0" in answer.text
    assert 'value="结业考试"' in answer.text
    nothing = office.post("/papers/blueprints/new", data={"title": "空", "minutes": "60"})
    assert "至少要有一格" in nothing.text
    kindless = {"title": "无题型", "minutes": "60", **_grid(("", "2", "1"))}
    assert (
        "第1列填了题数，但没有选题型" in office.post("/papers/blueprints/new", data=kindless).text
    )


def test_a_blueprint_is_changed_copied_and_a_stale_form_refused(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        address = f"/papers/blueprints/{make.blueprint(('single', 2, '2')).id}"
    form = {"title": "改名", "minutes": "45", "version": "1", **_grid(("truth", "3", "1"))}
    assert office.post(address, data=form).status_code == 303
    assert office.post(address, data=form).status_code == 409
    assert "改名" in office.get(address).text
    copied = office.post(address + "/copy")
    assert "改名（副本）" in office.get(copied.location).text
    assert "改名" in office.get("/papers/blueprints?search=副本").text


def test_every_pattern_opens_as_a_filled_grid(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    for pattern in PATTERNS:
        page = office.get(f"/papers/blueprints/new?pattern={pattern.code}").text
        assert f'value="{pattern.minutes}"' in page
        assert page.count('name="lines-0-cells-') == len(pattern.cells) + 1


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
        address = f"/papers/{make.paper().id}"
    for member in (cast.instructor, cast.learner, cast.marker, cast.administrator):
        browser = cast.browser(app, member)
        for page in ("/papers/", address, "/papers/items/1/uses", "/papers/using?item=1"):
            assert browser.get(page).status_code == 403
        assert browser.post(f"{address}/open").status_code == 403
        assert browser.post(f"{address}/prints").status_code == 403


def test_an_unsealed_paper_is_not_printed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.paper(sealed=False).id)
        address, variant_id = f"/papers/{paper.id}", paper.variants[0].id
        with pytest.raises(Refused, match="封存后才能打印"):
            printing.print_variant(
                papers.get_variant(variant_id), kind=PrintKind.A4, by=cast.office(), at=now()
            )
    assert office.get(f"{address}/prints").status_code == 404


EVERY_KIND = (
    ("single", 2, "2"), ("multiple", 1, "3"), ("truth", 1, "1"), ("blank", 1, "2"),
    ("matching", 1, "4"), ("ordering", 1, "2"), ("short", 1, "5"), ("essay", 1, "10"),
    ("case", 1, "15"),
)  # fmt: skip


def _printed(app: Flask, asked: list[dict[str, Any]]) -> tuple[FlaskClient, list[bytes]]:
    """The office, and the files of these print runs of A卷 in their order."""
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.paper(*EVERY_KIND, title="越语学堂结业考试").id)
        address, variant_id = f"/papers/{paper.id}/prints", paper.variants[0].id
    for wanted in asked:
        answer = office.post(address, data={"variant_id": variant_id, "format": "pdf", **wanted})
        assert answer.status_code == 303, answer.text
    run_pending(app)
    files = []
    for number in range(1, len(asked) + 1):
        with office.post(f"/papers/prints/{number}/file") as file:
            assert file.status_code == 200, file.text
            files.append(file.data)
    return office, files


def test_papers_sheets_and_guides_are_printed_with_a_serial_on_every_page(app: Flask) -> None:
    kinds = [kind.value for kind in PrintKind]
    _office, files = _printed(app, [{"kind": kind, "copies": "2"} for kind in kinds])
    text = {}
    for kind, file in zip(kinds, files, strict=True):
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(file)).pages]
        half = len(pages) // 2
        assert all("0001-A-0001" in page for page in pages[:half])
        assert all("0001-A-0002" in page for page in pages[half:])
        text[kind] = "".join(pages)
    for kind in ("a3", "a4"):
        for wanted in (
            "越语学堂结业考试",
            "单位",
            "姓名",
            "学号",
            "座位号",
            "密",
            "封",
            "线",
            "A卷",
        ):
            assert wanted in text[kind]
        assert "一、单项选择题（本大题共2小题，每小题2分，共4分）" in text[kind].replace("\n", "")
        assert "参考答案" not in text[kind]
    assert "答题纸" in text["sheet"]
    for wanted in ("标准答案和评分标准", "参考答案", "全对得满分，少选得一半分", "要点"):
        assert wanted in text["guide"]
    (width, height) = PdfReader(io.BytesIO(files[0])).pages[0].mediabox[2:]
    assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (420, 297)


def test_serials_go_on_and_a_reprint_is_the_stored_file(app: Flask) -> None:
    office, (first, second) = _printed(
        app, [{"kind": "a4", "copies": "3"}, {"kind": "a4", "copies": "1"}]
    )
    assert "0001-A-0004" in PdfReader(io.BytesIO(second)).pages[0].extract_text()
    with office.post("/papers/prints/1/file") as again:
        assert again.data == first
        name = unquote(again.headers["Content-Disposition"])
    assert "越语学堂结业考试-A卷-试卷A4-0001至0003号.pdf" in name
    assert sha256(first).hexdigest()[:12] in office.get("/papers/1/prints").text
    with app.app_context():
        wanted = select(AuditEntry.id).where(AuditEntry.action == "papers.open_print")
        assert len(list(session.scalars(wanted))) == 3


def test_word_says_the_same_as_the_print(app: Flask) -> None:
    kinds = [{"kind": kind.value, "format": "docx", "copies": "1"} for kind in PrintKind]
    office, files = _printed(app, kinds)
    texts = []
    for file in files:
        word = Document(io.BytesIO(file))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        texts.append("\n".join([*(one.text for one in word.paragraphs), *cells]))
        assert "0001-A-0001" in word.sections[0].header.paragraphs[0].text
    wide, paper, sheet, guide = texts
    for wanted in ("越语学堂结业考试", "一、单项选择题（本大题共2小题，每小题2分，共4分）"):
        assert wanted in wide
        assert wanted in paper
    assert "参考答案" not in wide + paper + sheet
    assert "答题纸" in sheet
    assert "参考答案" in guide
    many = {"variant_id": "1", "kind": "a4", "format": "docx", "copies": "2"}
    assert office.post("/papers/1/prints", data=many).status_code == 422


def test_affected_papers_are_listed_for_items(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.paper(("single", 1, "2"), title="受影响的卷")
        item_id = session.scalar(select(ItemVersion.item_id).order_by(ItemVersion.id))
    assert "受影响的卷" in office.get(f"/papers/using?item={item_id}").text
    assert "没有试卷受影响" in office.get("/papers/using?item=99999").text
