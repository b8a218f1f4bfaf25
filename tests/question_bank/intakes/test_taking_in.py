"""A question file from upload to bank, and back out as a whole."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.ground import db
from lms.ground.access import Role
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.worker import run_pending
from question_bank.assemblies import actions as papers
from question_bank.intakes.models import Intake
from question_bank.intakes.queries.rows import tally
from question_bank.intakes.rules.grid import Standing, difficulty_of, rows, topic_path
from question_bank.items.models import Bank, Item, ItemTag
from question_bank.items.rules.terms import Difficulty
from tests import cast, make

TEXT = """一、单选题
1. 新录用公务员的试用期为（ ）。
A. 三个月
B. 半年
C. 一年
D. 两年
答案：C
2. 公务员辞职须提出什么申请（ ）。
A. 口头
B. 书面
答案：D
二、判断题
1. 公务员的试用期为一年。
答案：正确
"""


def _draft(**fields: Any) -> dict[str, Any]:
    made = {
        "number": 1, "kind": "single", "stem": "甲是（　）", "options": ["一", "二"], "key": ["A"],
        "parts": [], "media": [], "rationale": "", "points": None, "topic": "", "difficulty": "",
        "source": {"file": "f.txt", "line": 1}, "problems": [],
    }  # fmt: skip
    return {**made, **fields}


DOUBT = [{"code": "x", "sentence": "请核对。", "notice": False}]
NOTICE = [{"code": "x", "sentence": "提示。", "notice": True}]
STANDINGS: list[tuple[dict[str, Any], Standing]] = [
    (_draft(), Standing.READY),
    (_draft(problems=NOTICE), Standing.READY),
    (_draft(problems=DOUBT), Standing.DOUBTFUL),
    (_draft(problems=DOUBT, decision="accepted"), Standing.READY),
    (_draft(problems=DOUBT, decision="aside"), Standing.ASIDE),
    (_draft(key=["F"]), Standing.FAULTY),
    (_draft(key=["F"], decision="accepted"), Standing.FAULTY),
    (_draft(key=["F"], decision="aside"), Standing.ASIDE),
    (_draft(kind=""), Standing.FAULTY),
    (_draft(media=["图1"]), Standing.DOUBTFUL),
    (_draft(topic="长" * 61), Standing.FAULTY),
    (_draft(kind="case", options=[], key=["答"]), Standing.READY),
]


@pytest.mark.parametrize(("item", "standing"), STANDINGS)
def test_a_fault_must_be_corrected_and_a_doubt_may_be_dismissed(
    item: dict[str, Any], standing: Standing
) -> None:
    (row,) = rows({"items": [item]}, {})
    assert row.standing == standing


def test_items_that_the_bank_or_the_file_has_already_are_doubtful() -> None:
    first, second = rows({"items": [_draft(), _draft(number=2, stem="甲是 （ ）")]}, {})
    assert (first.standing, second.doubts) == (Standing.READY, ("与本文件第1题内容相同。",))
    (known,) = rows({"items": [_draft()]}, {first.hash: 7})
    assert known.doubts == ("题库里已有内容相同的试题（第7号）。",)


def test_words_for_difficulty_and_topics_are_understood() -> None:
    assert [difficulty_of(word) for word in ("易", "难", "中", "", "？")] == [
        Difficulty.EASY, Difficulty.HARD, Difficulty.MEDIUM, Difficulty.MEDIUM, Difficulty.MEDIUM,
    ]  # fmt: skip
    assert topic_path(" 公务员法 > 录用 ") == ["公务员法", "录用"]


def _upload(browser: FlaskClient, text: str = TEXT, **fields: Any) -> Any:
    file = (io.BytesIO(text.encode()), fields.pop("name", "题库.txt"))
    return browser.post(
        "/intakes/", data={"bank_id": "", "bank_name": "公务员法", "file": file, **fields}
    )


def _read(app: Flask, browser: FlaskClient, text: str = TEXT, **fields: Any) -> str:
    """Upload and let the worker read; the address of the intake."""
    answer = _upload(browser, text, **fields)
    assert answer.status_code == 303, answer.text
    run_pending(app)
    address: str = answer.location
    return address


def _count(app: Flask) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(Item)) or 0


def test_a_file_is_read_by_a_worker_previewed_corrected_committed_and_undone(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    answer = _upload(browser)
    waiting = browser.get(answer.location, follow_redirects=True).text
    assert "正在排队读取" in waiting
    run_pending(app)
    page = browser.get(answer.location, follow_redirects=True).text
    assert re.findall(r"第(\d)题</strong>", page) == ["2", "1", "3"]
    assert "答案是D，可是没有选项D" in page or "标准答案是D，但没有选项D" in page
    refused = browser.post(answer.location + "/take-in")
    assert (refused.status_code, _count(app)) == (422, 0)
    assert "还有1道题须改正或核对，没有入库" in refused.text
    assert browser.get(_rows(answer.location) + "/rows/1/edit").status_code == 200
    typed = {
        "version": "1",
        "difficulty": "medium",
        "kind": "single",
        "stem": "公务员辞职须提出（ ）申请。",
        "options": "口头\n书面",
        "key": "B",
    }
    row = _rows(answer.location) + "/rows/1"
    changed = browser.post(row, data=typed, headers={"HX-Request": "true"})
    assert (changed.status_code, "可以入库 3 道题" in changed.text) == (200, True)
    assert browser.post(answer.location + "/take-in").status_code == 303
    run_pending(app)  # what was put right is compared before it enters
    assert _count(app) == 3
    assert browser.post(answer.location + "/take-in").status_code == 303
    run_pending(app)
    assert _count(app) == 3
    assert browser.post(answer.location + "/undo").status_code == 303
    assert _count(app) == 0
    assert "已撤回" in browser.get(answer.location, follow_redirects=True).text


def test_tags_enter_with_their_items_and_may_be_corrected_before(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    text = "1. 国徽是国家的（ ）\nA. 象征\nB. 法律\n答案：A\n标签：重点、2024年新增\n"
    address = _read(app, browser, text)
    assert (
        '<span class="badge bg-secondary-lt">2024年新增</span>' in browser.get(_rows(address)).text
    )
    typed = {
        "version": "1", "difficulty": "medium", "kind": "single", "stem": "国徽是国家的（ ）",
        "options": "象征\n法律", "key": "A", "tags": "重点 常考",
    }  # fmt: skip
    changed = browser.post(_rows(address) + "/rows/0", data=typed, headers={"HX-Request": "true"})
    assert (changed.status_code, "常考" in changed.text) == (200, True)
    assert browser.post(address + "/take-in").status_code == 303
    with app.app_context():
        assert sorted(session.scalars(select(ItemTag.word))) == ["常考", "重点"]


def test_what_is_set_aside_does_not_enter(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _read(app, browser)
    aside = browser.post(
        _rows(address) + "/rows/0/decision", data={"decision": "aside", "version": "1"}
    )
    assert aside.status_code == 303
    assert browser.post(_rows(address) + "/aside").status_code == 303
    assert browser.post(address + "/take-in").status_code == 303
    assert _count(app) == 1


def test_the_same_file_is_recognised(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _read(app, browser)
    again = _upload(browser, bank_id="1")
    assert (again.status_code, again.location) == (303, address)
    browser.post(_rows(address) + "/aside")
    browser.post(address + "/take-in")
    twice = _upload(browser, bank_id="1", name="别名.txt")
    assert twice.status_code == 422
    assert "与已导入“公务员法”的文件内容完全相同" in twice.text


def test_whoever_wrote_the_items_is_sent_for_somebody_else_and_told_of_nothing_done(
    app: Flask,
) -> None:
    office = cast.browser(app, cast.office)
    address = _read(app, office)
    office.post(_rows(address) + "/aside")
    office.post(address + "/take-in")
    office.post(address + "/approve")
    page = office.get(address).text
    assert "请另一位审题人登录后来通过" in page
    assert "已审定0道" not in page
    assert "全部审定" in page


def test_an_intake_that_a_paper_uses_is_not_undone(app: Flask) -> None:
    browser, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _read(app, browser)
    browser.post(_rows(address) + "/aside")
    browser.post(address + "/take-in")
    assert office.post(address + "/approve").status_code == 303
    with app.app_context(), db.transaction():
        papers.assemble(make.blueprint(("single", 1, "2")), seed=1, by=cast.office(), at=now())
    refused = office.post(address + "/undo")
    assert refused.status_code == 422
    assert "有1道已用在试卷中，不能整批撤回" in refused.text
    assert _count(app) == 2


UNREADABLE = [
    ("题库.pdf", "%PDF-1.7 何"),
    ("题库.rar", "Rar!\x1a\x07 何"),
    ("题库.html", "<html><body>何</body></html>"),
]


@pytest.mark.parametrize(("name", "text"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_why_on_its_page(app: Flask, name: str, text: str) -> None:
    browser = cast.browser(app, cast.instructor)
    page = browser.get(_read(app, browser, text, name=name), follow_redirects=True).text
    assert re.search(r'role="alert">[^<]+。</div>', page)
    assert "换一份文件" in page


def test_an_upload_without_file_or_bank_is_refused(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    nothing = browser.post("/intakes/", data={"bank_id": "", "bank_name": "x"})
    assert (nothing.status_code, "请选择题库文件" in nothing.text) == (422, True)
    nowhere = _upload(browser, bank_name="")
    assert (nowhere.status_code, "请选择题库，或填写新题库的名称" in nowhere.text) == (422, True)
    empty = _upload(browser, "")
    assert (empty.status_code, "文件是空的" in empty.text) == (422, True)


def test_instructors_see_their_own_intakes_and_the_office_sees_all(app: Flask) -> None:
    address = _read(app, cast.browser(app, cast.instructor))
    stranger = app.test_client()
    with app.app_context(), db.transaction():
        from_elsewhere = make.account(Role.INSTRUCTOR)
        cast.log_in(stranger, from_elsewhere)
    assert cast.browser(app, cast.office).get(_rows(address)).status_code == 200
    assert stranger.get(address).status_code == 404
    for path in ("/take-in", "/undo", "/stop"):
        assert stranger.post(address + path, data={}).status_code == 404
    for path in ("/aside", "/rows/0", "/rows/0/decision"):
        assert stranger.post(_rows(address) + path, data={}).status_code == 404
    assert "题库.txt" not in stranger.get("/intakes/").text


def test_a_row_that_is_not_there_is_no_bug(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _read(app, browser)
    assert browser.get(_rows(address) + "/rows/99").status_code == 404
    gone = browser.post(_rows(address) + "/rows/99/decision", data={"decision": "aside"})
    assert gone.status_code == 404


def test_the_command_line_previews_as_json(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "题库.txt"
    file.write_text(TEXT, "utf-8")
    ran = app.test_cli_runner().invoke(args=["items", "preview", str(file), "--json"])
    assert ran.exit_code == 0
    reading = json.loads(ran.stdout)
    assert sorted(reading) == ["items", "layout", "problems"]
    assert [(item["kind"], item["key"]) for item in reading["items"]] == [
        ("single", ["C"]), ("single", ["D"]), ("truth", ["true"]),
    ]  # fmt: skip
    table = app.test_cli_runner().invoke(args=["items", "preview", str(file)])
    assert "共3道：须改正1道，可入库2道。" in table.stdout


def test_answers_may_come_in_a_file_of_their_own(app: Flask, tmp_path: Path) -> None:
    file, key_file = tmp_path / "题.txt", tmp_path / "答案.txt"
    text, key = "一、单选题\n1.甲（ ）\nA.一\nB.二\n2.乙（ ）\nA.一\nB.二\n", "1.B 2.A\n"
    file.write_text(text, "utf-8")
    key_file.write_text(key, "utf-8")
    ran = app.test_cli_runner().invoke(
        args=["items", "preview", str(file), str(key_file), "--json"]
    )
    assert [item["key"] for item in json.loads(ran.stdout)["items"]] == [["B"], ["A"]]
    browser = cast.browser(app, cast.instructor)
    address = _read(app, browser, text, key_file=(io.BytesIO(key.encode()), "答案.txt"))
    assert "可以入库 2 道题" in browser.get(_rows(address)).text


@pytest.mark.parametrize("name", ["不存在.txt", "图.png"])
def test_a_file_that_cannot_be_previewed_ends_in_one_sentence(
    app: Flask, tmp_path: Path, name: str
) -> None:
    (tmp_path / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n0000")
    ran = app.test_cli_runner().invoke(args=["items", "preview", str(tmp_path / name), "--json"])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert re.fullmatch(r"[^\n]+。\n", ran.stderr)


def test_the_command_line_takes_a_file_in_or_nothing_of_it(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "题库.txt"
    file.write_text(TEXT, "utf-8")
    arguments = ["items", "import", str(file), "--bank", "公务员法"]
    refused = app.test_cli_runner().invoke(args=arguments)
    assert (refused.exit_code, _count(app)) == (2, 0)
    assert "还有1道题须改正或核对" in refused.stderr
    taken = app.test_cli_runner().invoke(args=[*arguments, "--aside"])
    assert (taken.exit_code, taken.stdout) == (
        0,
        "已将2道试题放入题库“公务员法”，审定后可用于组卷。\n",
    )
    with app.app_context():
        assert session.scalar(select(Bank.name)) == "公务员法"
        assert session.scalar(select(Intake.owner_id)) is None


def test_real_files_are_previewed_in_the_browser_process(app: Flask, shared_data: Path) -> None:
    """Two thousand items are checked for the preview well within a page's patience."""
    (file,) = sorted((shared_data / "zh-human" / "v01-pufa-docx").rglob("*.docx"))[:1]
    browser = cast.browser(app, cast.instructor)
    with file.open("rb") as stream:
        answer = browser.post(
            "/intakes/", data={"bank_id": "", "bank_name": "普法", "file": (stream, file.name)}
        )
    run_pending(app)
    assert browser.get(answer.location, follow_redirects=True).status_code == 200
    with app.app_context():
        found = session.get(Intake, 1)
        assert found is not None
        counts = tally(found)
    assert sum(counts.values()) == 2162
    assert counts[Standing.READY] > 2000


def _rows(address: str) -> str:
    """Where the rows of an intake are looked through."""
    return address.replace("/intakes/", "/previews/")
