"""Printing sealed papers: the page, and the files that a worker makes."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu
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
from question_bank.papers.queries import papers
from question_bank.prints import actions as prints
from question_bank.prints.rules.runs import PrintKind
from question_bank.prints.rules.sheets import answer_parts, wants_bracket
from tests import cast, make


def test_an_unsealed_paper_is_not_printed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.paper(sealed=False).id)
        address, variant_id = f"/prints/papers/{paper.id}", paper.variants[0].id
        with pytest.raises(Refused, match="封存后才能打印"):
            prints.print_variant(
                papers.get_variant(variant_id), kind=PrintKind.A4, by=cast.office(), at=now()
            )
    assert office.get(address).status_code == 404


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
        address, variant_id = f"/prints/papers/{paper.id}", paper.variants[0].id
    for wanted in asked:
        answer = office.post(address, data={"variant_id": variant_id, "format": "pdf", **wanted})
        assert answer.status_code == 303, answer.text
    run_pending(app)
    files = []
    for number in range(1, len(asked) + 1):
        with office.post(f"/prints/{number}/file") as file:
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
    with office.post("/prints/1/file") as again:
        assert again.data == first
        name = unquote(again.headers["Content-Disposition"])
    assert "越语学堂结业考试-A卷-试卷A4-0001至0003号.pdf" in name
    assert sha256(first).hexdigest()[:12] in office.get("/prints/papers/1").text
    with app.app_context():
        wanted = select(AuditEntry.id).where(AuditEntry.action == "prints.open_file")
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
    assert office.post("/prints/papers/1", data=many).status_code == 422


def test_of_a_drawn_paper_only_the_guide_is_printed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper = papers.get_paper(make.drawn_paper(("single", 1, "2")).id)
        address, variant_id = f"/prints/papers/{paper.id}", paper.variants[0].id
    wanted = {"variant_id": variant_id, "format": "pdf", "copies": "1"}
    refused = office.post(address, data={**wanted, "kind": "a4"})
    assert (refused.status_code, "每位考生的题不同，只在机上考" in refused.text) == (422, True)
    assert office.post(address, data={**wanted, "kind": "guide"}).status_code == 303


def test_word_keeps_the_seal_in_the_margin_and_the_score_table_in_its_column(app: Flask) -> None:
    asked = [{"kind": kind, "format": "docx", "copies": "1"} for kind in ("a3", "a4", "guide")]
    _office, files = _printed(app, asked)
    wide, narrow, guide = (Document(io.BytesIO(file)) for file in files)
    boxes = ["".join(box.itertext()) for box in wide.element.iter(qn("w:txbxContent"))]
    assert ["密封线" in box.replace("…", "") for box in boxes] == [True]
    assert "密封线" in "".join(one.text for one in narrow.paragraphs).replace("…", "")
    for word, widths in ((wide, [173]), (narrow, [172]), (guide, [172] * 9)):
        told = [sum(column.width for column in table.columns) for table in word.tables]
        assert [round(Emu(width).mm) for width in told] == widths


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [
        ("村务要公开。", True),
        ("村务要公开。（ ）", False),
        ("村务要公开（　　）。", False),
        ("村务要公开(  )", False),
    ],
)
def test_a_judgement_gets_a_bracket_only_where_it_has_none(stem: str, wanted: bool) -> None:
    assert wants_bracket({"kind": "truth", "stem": stem}) is wanted


def test_a_speaking_item_leaves_the_examiner_a_line() -> None:
    slot = {"number": 2, "kind": "speaking", "points": "5", "options": [], "parts": []}
    (part,) = answer_parts({"sections": [{"title": "口语题", "slots": [slot]}]})
    assert [(one.label, one.blanks) for one in part.fields] == [("2（口语，由考官记分）", 1)]
