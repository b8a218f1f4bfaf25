"""Files with many items enter and leave by a worker: as a whole, once, and not against the bank."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from question_bank.intakes.actions import approving, taking_in
from question_bank.intakes.jobs import compare_previews
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.items.models import Bank, Item, ItemText, ItemVersion
from question_bank.items.rules.terms import ItemState
from question_bank.topics.models import Topic
from question_bank.twins import actions as twins
from tests import cast, make

RULE = "根据《公务员法》的规定，新录用的公务员试用期为（　），试用期满合格的予以任职，不合格的取消录用。"
OTHER = "乡镇党委换届选举由上一级党委批准，候选人的差额比例按照选举工作条例的规定执行，应为（　）。"
CHOICE = "A. 一年\nB. 两年\n答案：A\n"
TEXT = f"一、单选题\n1. {RULE}\n{CHOICE}2. {OTHER}\n{CHOICE}二、判断题\n3. 公务员要宣誓。\n答案：正确\n"


@pytest.fixture
def _every_file_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "AT_ONCE", 1)


def _brought(app: Flask, browser: FlaskClient, text: str = TEXT, name: str = "题.txt") -> str:
    file = (io.BytesIO(text.encode()), name)
    answer = browser.post("/intakes/", data={"bank_id": "", "bank_name": "甲库", "file": file})
    run_pending(app)
    return str(answer.location)


def _count(app: Flask) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(Item)) or 0


def _state(app: Flask) -> str:
    with app.app_context():
        return session.scalars(select(Intake.state).order_by(Intake.id.desc())).first() or ""


def _rewrite(browser: FlaskClient, address: str, position: int, stem: str, version: int) -> None:
    typed = {
        "version": str(version), "kind": "single", "stem": stem, "options": "一年\n两年",
        "key": "A", "difficulty": "medium",
    }  # fmt: skip
    row = address.replace("/intakes/", "/previews/") + f"/rows/{position}"
    assert browser.post(row, data=typed).status_code == 303


@pytest.mark.usefixtures("_every_file_is_long")
def test_many_items_enter_and_leave_by_a_worker_however_often_it_is_asked(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    for _ in range(2):
        assert browser.post(address + "/take-in").status_code == 303
    assert (_count(app), _state(app)) == (0, "entering")
    waiting = browser.get(address).text
    assert ("正在排队入库" in waiting, "停止入库" in waiting) == (True, True)
    run_pending(app)
    assert (_count(app), _state(app)) == (3, "committed")
    refreshed = browser.get(address, headers={"HX-Request": "true"})
    assert refreshed.headers["HX-Refresh"] == "true"
    for _ in range(2):
        assert browser.post(address + "/undo").status_code == 303
    assert _state(app) == "leaving"
    run_pending(app)
    assert (_count(app), _state(app)) == (0, "undone")
    with app.app_context():
        kinds = list(session.scalars(select(Job.kind).order_by(Job.id)))
    assert kinds == ["intakes.read", "intakes.take_in", "intakes.undo"]


@pytest.mark.usefixtures("_every_file_is_long")
def test_what_enters_is_whole_and_can_be_found(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    browser.post(_brought(app, browser) + "/take-in")
    run_pending(app)
    with app.app_context():
        first = session.scalars(select(Item).order_by(Item.id)).first()
        assert first is not None
        version = session.scalars(select(ItemVersion).where(ItemVersion.item_id == first.id)).one()
        assert (version.stem, version.options, version.key) == (RULE, ["一年", "两年"], ["A"])
        assert (first.state, first.latest, version.number, version.written_by) == (
            ItemState.DRAFT, 1, 1, cast.instructor().name,
        )  # fmt: skip
        assert "新录用的公务员" in session.get_one(ItemText, first.id).face
    assert "新录用的公务员" in browser.get("/items/?text=新录用的公务员").text


@pytest.mark.usefixtures("_every_file_is_long")
def test_taking_in_and_undoing_can_be_stopped(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(address + "/take-in")
    assert browser.post(address + "/stop").status_code == 303
    run_pending(app)
    assert (_count(app), _state(app)) == (0, "preview")
    assert "一道也没有放入题库" in browser.get(address, follow_redirects=True).text
    browser.post(address + "/take-in")
    run_pending(app)
    browser.post(address + "/undo")
    browser.post(address + "/stop")
    run_pending(app)
    assert (_count(app), _state(app)) == (3, "committed")
    assert "试题都还在题库里" in browser.get(address).text


@pytest.mark.usefixtures("_every_file_is_long")
def test_a_job_that_was_cancelled_elsewhere_leads_back(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(address + "/take-in")
    browser.post("/jobs/2/cancel")
    assert "回到核对" in browser.get(address).text
    assert browser.post(address + "/stop").status_code == 303
    assert "全部入库" in browser.get(address, follow_redirects=True).text


@pytest.mark.usefixtures("_every_file_is_long")
def test_nothing_enters_when_the_bank_changed_while_the_worker_was_asked(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(address + "/take-in")
    with app.app_context(), db.transaction():
        bank = session.scalars(select(Bank)).one()
        make.item(stem="公务员要宣誓。", bank=bank, kind="truth", options=[], key=["true"])
    run_pending(app)
    assert (_count(app), _state(app)) == (1, "preview")
    page = browser.get(address, follow_redirects=True).text
    assert ("题库刚有变动" in page, "还有 1 道题须改正或核对" in page) == (True, True)


def test_an_intake_is_undone_after_its_items_were_compared(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(address + "/take-in")
    with app.app_context(), db.transaction():
        assert twins.compare(at=now()) == 3
    assert browser.post(address + "/undo").status_code == 303
    assert _count(app) == 0


def test_topics_that_an_intake_made_go_with_it_unless_somebody_uses_them(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    topics = "题干,A,B,答案,知识点\n甲是哪一年开始的（ ）,一年,两年,A,法律 > 甲\n"
    topics += "党委换届选举由谁批准（ ）,上级党委,本级人大,A,法律 > 乙\n"
    address = _brought(app, browser, topics, "题.csv")
    browser.post(address + "/take-in")
    with app.app_context(), db.transaction():
        used = session.scalars(select(Topic).where(Topic.name == "乙")).one()
        make.item(topic=used)
    assert browser.post(address + "/undo").status_code == 303
    with app.app_context():
        assert list(session.scalars(select(Topic.name).order_by(Topic.id))) == ["法律", "乙"]


def test_a_row_that_was_put_right_is_compared_again_before_it_enters(app: Flask) -> None:
    """Row 2 becomes nearly the same as row 1: a correction settles what was seen, not that."""
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    _rewrite(browser, address, 1, RULE.replace("取消录用", "予以辞退"), 1)
    assert "还没有与别的题比对" in browser.get(address, follow_redirects=True).text
    browser.post(address + "/take-in")
    run_pending(app)
    assert (_count(app), _state(app)) == (0, "preview")
    page = browser.get(address, follow_redirects=True).text
    assert "改正之后，有1道题与别的题相近，没有入库" in page
    assert "与本文件第1题相近" in page
    row = address.replace("/intakes/", "/previews/") + "/rows/1/decision"
    assert browser.post(row, data={"decision": "accepted", "version": "2"}).status_code == 303
    assert browser.post(address + "/take-in").status_code == 303
    assert (_count(app), _state(app)) == (3, "committed")


def test_rows_are_compared_in_the_background_while_others_are_put_right(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    _rewrite(browser, address, 0, OTHER.replace("乡镇", "乡、镇"), 1)
    for _ in range(2):
        with app.app_context(), db.transaction():
            compare_previews()
    run_pending(app)
    with app.app_context():
        rows = session.scalars(select(IntakeRow).order_by(IntakeRow.position)).all()
        assert [(row.standing, row.compared) for row in rows] == [
            ("ready", True), ("doubtful", True), ("ready", True),
        ]  # fmt: skip
    with app.app_context(), db.transaction():
        compare_previews()
        assert session.scalar(select(func.count()).where(Job.kind == "intakes.compare")) == 2


def test_a_correction_that_says_what_another_says_is_open_again(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    _rewrite(browser, address, 1, RULE, 1)
    page = browser.get(address, follow_redirects=True).text
    assert ("与本文件第1题内容相同" in page, "还有 1 道题须改正或核对" in page) == (True, True)


def test_the_command_line_tells_of_likenesses_and_takes_them_in_when_told(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "题.txt"
    third = f"3. {RULE.replace('不合格', '考核不合格')}\nA. 一年\nB. 三年\n答案：A\n"
    file.write_text(TEXT.replace("二、判断题\n3.", third + "二、判断题\n4."), "utf-8")
    arguments = ["items", "import", str(file), "--bank", "甲库"]
    refused = app.test_cli_runner().invoke(args=arguments)
    assert (refused.exit_code, _count(app)) == (2, 0)
    assert "与本文件第1题相近" in refused.stderr
    assert "--accept-similar" in refused.stderr
    taken = app.test_cli_runner().invoke(args=[*arguments, "--accept-similar"])
    assert (taken.exit_code, _count(app)) == (0, 4)


def test_many_items_are_approved_by_a_worker_step_by_step(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _brought(app, browser)
    browser.post(f"/previews/{address.rsplit('/', 1)[-1]}/aside")
    browser.post(address + "/take-in")
    monkeypatch.setattr(approving, "AT_ONCE", 1)
    office.post(address + "/approve")
    office.post(address + "/approve")
    with app.app_context():
        assert _states() == [ItemState.DRAFT] * 3
        asked = select(func.count()).where(Job.kind == "intakes.approve")
        assert session.scalar(asked) == 1
    assert "停止审定" in office.get(address).text
    run_pending(app)
    with app.app_context():
        assert _states() == [ItemState.APPROVED] * 3
    page = office.get(address).text
    assert ("已审定3道试题" in page, "全部审定" in page) == (True, False)


def test_what_passed_before_an_intake_is_taken_back_is_no_obstacle(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _brought(app, browser)
    browser.post(f"/previews/{address.rsplit('/', 1)[-1]}/aside")
    browser.post(address + "/take-in")
    monkeypatch.setattr(approving, "AT_ONCE", 1)
    office.post(address + "/approve")
    browser.post(address + "/undo")
    run_pending(app)
    with app.app_context():
        assert (_states(), session.scalars(select(Intake.state)).one()) == ([], "undone")


def _states() -> list[ItemState]:
    return list(session.scalars(select(Item.state).order_by(Item.id)))
