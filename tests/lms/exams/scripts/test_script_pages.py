"""Keying sheets in, one by one and as a workbook, into the same steps as on screen."""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Flask
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.exams.attempts import queries
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.scripts.documents import sheet_pdf
from lms.exams.scripts.queries import sheets
from lms.exams.scripts.rules import as_printed
from lms.exams.sittings.models import Sitting
from lms.ground import db, pdf
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from question_bank.papers.models import Variant
from question_bank.prints.rules.runs import PrintKind
from tests import cast
from tests.lms.exams.attempts.test_secrecy import told
from tests.lms.exams.sittings.hall import (
    School,
    begin,
    candidate_of,
    make_school,
    running_sitting,
    sheet_of,
)

__all__ = ["make_school"]


def answers_of(app: Flask, seat: int) -> dict[int, object]:
    sheet = sheet_of(app, seat).id
    with app.app_context():
        return queries.responses([sheet])[sheet]


def printed(app: Flask, seat: int, letter: str) -> str:
    """The original letter of what is printed as this one in slot 1 of a seat's sheet."""
    sheet = sheet_of(app, seat)
    with app.app_context():
        content = queries.contents({sheet.variant_id})[sheet.variant_id]
    shown = as_printed(content, sheet.seed)
    text = _first(shown)["options"]["ABCD".index(letter)]
    return "ABCD"[_first(content)["options"].index(text)]


def _first(content):  # type: ignore[no-untyped-def]
    return next(
        slot for section in content["sections"] for slot in section["slots"] if slot["number"] == 1
    )


def key_in(app: Flask, sitting: int, seat: int, **typed: str) -> TestResponse:
    address = f"/scripts/{sitting}/candidates/{candidate_of(app, seat)}"
    return cast.browser(app, cast.office).post(address, data=typed)


def test_a_sheet_is_keyed_in_and_handed_in_with_a_receipt(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    assert key_in(app, sitting, 2, **{"1": "B"}).status_code == 303
    assert answers_of(app, 2) == {1: printed(app, 2, "B")}
    sheet = sheet_of(app, 2)
    assert (sheet.submitted_by, sheet.answered, len(sheet.receipt)) == (SubmittedBy.PAPER, 1, 12)
    page = cast.browser(app, cast.office).get(f"/scripts/{sitting}").text
    assert "纸质，已答 1 题" in page
    address = f"/scripts/{sitting}/candidates/{candidate_of(app, 2)}"
    assert 'value="B"' in cast.browser(app, cast.office).get(address).text
    with app.app_context():
        found = queries.verify(db.session.get_one(Attempt, sheet.id))
        deeds = set(db.session.scalars(select(AuditEntry.action)))
    assert (found.signed, found.unchanged) == (True, True)
    assert "attempts.take_paper" in deeds


def test_a_sheet_is_keyed_in_again_and_both_are_kept(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    key_in(app, sitting, 2, **{"1": "B", "2": "A"})
    first = sheet_of(app, 2).receipt
    assert key_in(app, sitting, 2, **{"1": "C"}).status_code == 303
    assert answers_of(app, 2) == {1: printed(app, 2, "C")}
    assert sheet_of(app, 2).receipt != first


def test_answers_on_screen_give_way_only_where_that_is_said(app: Flask, school: School) -> None:
    sitting, one = running_sitting(app, school), begin(app)
    before = answers_of(app, 1)
    refused = key_in(app, sitting, 1, **{"1": "B"})
    assert (refused.status_code, "在电脑上有作答" in refused.text) == (422, True)
    assert answers_of(app, 1) == before
    assert key_in(app, sitting, 1, **{"1": "B", "replaces": "y"}).status_code == 303
    assert answers_of(app, 1) == {1: printed(app, 1, "B")}
    told = one.save(n2="A").get_json()
    assert list(told["set_aside"].values()) == ["stale_lease"]


def test_a_wrong_letter_is_told_and_what_was_typed_stays(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    page = key_in(app, sitting, 2, **{"1": "Q", "2": "A"})
    assert (page.status_code, "“Q”不是选项" in page.text) == (422, True)
    assert 'value="Q"' in page.text
    assert answers_of(app, 2) == {}


def test_nothing_is_keyed_in_before_the_start(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    with app.app_context(), db.transaction():
        db.session.get_one(Sitting, sitting).opens_at = now() + timedelta(minutes=5)
    page = key_in(app, sitting, 2, **{"1": "B"})
    assert (page.status_code, "考试还没有开始" in page.text) == (422, True)


def brought(app: Flask, sitting: int, cells: dict[str, object]) -> TestResponse:
    """The filled template, cells by their reference; the answer to bringing it."""
    client = cast.browser(app, cast.office)
    book = load_workbook(io.BytesIO(client.get(f"/scripts/{sitting}/template.xlsx").data))
    for reference, value in cells.items():
        book.active[reference] = value  # type: ignore[index]
    return _bring(client, sitting, book)


def _bring(client, sitting: int, book: Workbook) -> TestResponse:  # type: ignore[no-untyped-def]
    filled = io.BytesIO()
    book.save(filled)
    filled.seek(0)
    data = {"file": (filled, "答卷.xlsx")}
    return client.post(f"/scripts/{sitting}/bring", data=data)


def test_a_workbook_is_shown_before_it_is_taken_in(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    answer = brought(app, sitting, {"D2": "B", "D3": "C"})
    assert answer.status_code == 303
    client = cast.browser(app, cast.office)
    page = client.get(answer.headers["Location"])
    assert ("录入这 2 份答卷" in page.text, answers_of(app, 1)) == (True, {})
    assert client.post(answer.headers["Location"], data={}).status_code == 303
    assert answers_of(app, 1) == {1: printed(app, 1, "B")}
    assert answers_of(app, 2) == {1: printed(app, 2, "C")}


def test_a_row_that_was_left_as_it_was_hands_nobody_in(app: Flask, school: School) -> None:
    sitting, one = running_sitting(app, school), begin(app)
    one.save(n1="B")
    client, answer = cast.browser(app, cast.office), brought(app, sitting, {"D3": "C"})
    page = client.get(answer.headers["Location"]).text
    assert ("录入这 1 份答卷" in page, "没有新填答案的行不录入" in page) == (True, True)
    assert client.post(answer.headers["Location"], data={}).status_code == 303
    assert (sheet_of(app, 1).submitted_at, answers_of(app, 1)) == (None, {1: "B"})
    assert answers_of(app, 2) == {1: printed(app, 2, "C")}
    for cells in ({}, {"D3": None}):  # as it is, and as it was before seat 2 was keyed in
        untouched = brought(app, sitting, cells).headers["Location"]
        assert "没有可以录入的答卷" in client.get(untouched).text
        assert client.post(untouched, data={}).status_code == 422
    assert answers_of(app, 2) == {1: printed(app, 2, "C")}


def test_one_wrong_row_keeps_all_out(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    answer = brought(app, sitting, {"D2": "B", "D3": "Q", "B3": "别人"})
    client = cast.browser(app, cast.office)
    page = client.get(answer.headers["Location"])
    assert "第 3 行：座位号 2 的考生是" in page.text
    assert client.post(answer.headers["Location"], data={}).status_code == 422
    assert (answers_of(app, 1), answers_of(app, 2)) == ({}, {})
    assert (sheet_of(app, 1).submitted_at, sheet_of(app, 2).submitted_at) == (None, None)


def test_a_seat_twice_or_unknown_is_told(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    answer = brought(app, sitting, {"A3": 1, "A4": 99, "B4": "无此人"})
    page = cast.browser(app, cast.office).get(answer.headers["Location"])
    assert ["没有座位号“99”的考生" in page.text, "座位号 1 出现了两次" in page.text] == [True, True]


def test_another_table_is_refused_at_once(app: Flask, school: School) -> None:
    sitting, book = running_sitting(app, school), Workbook()
    book.active.append(["姓名", "电话"])  # type: ignore[union-attr]
    book.active.append(["张", "1"])  # type: ignore[union-attr]
    page = _bring(cast.browser(app, cast.office), sitting, book)
    assert (page.status_code, "缺少“座位号”列" in page.text) == (422, True)


def test_a_workbook_of_somebody_else_is_not_shown(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    place = brought(app, sitting, {"D2": "B"}).headers["Location"]
    with app.app_context(), db.transaction():
        queries_upload = int(place.rsplit("/", 1)[1])
        db.session.execute(
            db.Base.metadata.tables["upload"].update().values(owner_id=queries_upload + 1000)
        )
    assert cast.browser(app, cast.office).get(place).status_code == 404


def test_every_candidates_own_sheet_is_printed_without_a_key(app: Flask, school: School) -> None:
    sitting, secret = running_sitting(app, school), {"key": ["机密答案"], "rationale": "机密答案"}
    with app.app_context(), db.transaction():
        db.session.execute(update(Variant).values(answers=dict.fromkeys("123", secret)))
    job = cast.browser(app, cast.office).post(f"/scripts/{sitting}/print", data={"kind": "a4"})
    assert job.headers["Location"].startswith("/jobs/")
    with app.app_context(), app.test_request_context():
        made = sheet_pdf(sheets(sitting)[0], PrintKind.A4)
        assert pdf.page_count(made) == 1
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert ("第1题的题干" in text, "机密" in text) == (True, False)
    template = cast.browser(app, cast.office).get(f"/scripts/{sitting}/template.xlsx")
    assert ("王学" in told(template), "机密" in told(template)) == (True, False)
