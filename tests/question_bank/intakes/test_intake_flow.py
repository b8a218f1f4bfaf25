"""The preview as teachers work through it: sifted, corrected, settled, shared, taken in, undone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.worker import run_pending
from question_bank.assemblies import actions as papers
from question_bank.intakes.intake import read
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.rules.found import pieces
from question_bank.intakes.rules.pictures import without
from question_bank.intakes.rules.roles import guessed, said_columns
from question_bank.items.kinds.protocol import Content
from question_bank.items.models import Bank, Item, ItemVersion
from question_bank.items.rules.terms import BankAccess
from question_bank.topics.models import Topic
from question_bank.twins import actions as twins
from tests import cast, make, markup

RULE = "根据《公务员法》的规定，新录用的公务员试用期为（　），试用期满合格的予以任职，不合格的取消录用。"
TEXT = f"""一、单选题
1. 公务员辞职须提出什么申请（ ）。
A. 口头
B. 书面
答案：D
2. {RULE}
A. 一年
B. 两年
答案：A
3. {RULE.replace("根据", "依据")}
A. 一年
B. 两年
答案：B
二、多选题
4. 下列属于公务员的有（ ）。
A. 法官
B. 检察官
C. 教师
答案：A
5. 下列属于处分的有（ ）。
A. 警告
B. 记过
C. 批评
答案：B
三、判断题
6. 公务员的试用期为一年。
答案：正确
"""
HTMX = {"HX-Request": "true"}


def _upload(browser: FlaskClient, data: bytes, name: str, bank: str = "公务员法") -> TestResponse:
    file = (io.BytesIO(data), name)
    return browser.post("/intakes/", data={"bank_id": "", "bank_name": bank, "file": file})


def _brought(
    app: Flask, browser: FlaskClient, text: str = TEXT, name: str = "题库.txt", **more: Any
) -> str:
    answer = _upload(browser, text.encode(), name, **more)
    assert answer.status_code == 303, answer.text
    run_pending(app)
    address: str = answer.location
    return address


def _numbers(page: TestResponse) -> list[int]:
    return [int(one) for one in re.findall(r"第(\d+)题</strong>", page.text)]


def _typed(browser: FlaskClient, address: str, position: int) -> dict[str, Any]:
    """What the form of a row holds, as a browser would send it."""
    page = browser.get(f"{_rows(address)}/rows/{position}/edit").text
    form = page.split("<form", 3)[-1]
    typed: dict[str, Any] = dict(re.findall(r'name="([a-z0-9_-]+)"[^>]* value="([^"]*)"', form))
    typed |= {
        name: text.strip("\r\n")
        for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', form)
    }
    for name, listed in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', listed)
        typed[name] = chosen[1] if chosen else ""
    for name in [
        one for one in typed if one.endswith("any_order") or one in ("drop", "csrf_token")
    ]:
        del typed[name]
    return typed


def _draft(app: Flask, position: int) -> dict[str, Any]:
    with app.app_context():
        row = session.get(IntakeRow, (1, position))
        assert row is not None
        return {**row.draft, "standing": row.standing.value}


def test_problems_come_first_and_the_list_is_sifted(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    assert _numbers(browser.get(address, follow_redirects=True)) == [1, 3, 4, 5, 2, 6]
    sifted = {
        "?standing=faulty": [1],
        "?standing=doubtful": [3, 4, 5],
        "?kind=truth": [6],
        "?code=multiple_one": [4, 5],
        "?code=near": [3],
        "?text=检察官": [4],
        "?text=检察官&kind=truth": [],
        "?standing=nonsense": [1, 3, 4, 5, 2, 6],
    }
    assert {asked: _numbers(browser.get(_rows(address) + asked)) for asked in sifted} == sifted


def test_every_row_stands_beside_its_source(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    page = browser.get(_rows(_brought(app, browser)) + "?text=检察官").text
    assert "第15行" in page
    assert re.findall(r'<mark class="found-(\w+)" title="[^"]+">([^<]*)</mark>', page) == [
        ("stem", "下列属于公务员的有"), ("stem", "。"),
        ("option", "法官"), ("option", "检察官"), ("option", "教师"), ("key", "A"),
    ]  # fmt: skip


SOURCES: list[tuple[str, Content, list[tuple[str, str]]]] = [
    (
        "1、甲 是（B）。\nA. 一 B. 二",
        Content("single", "甲是（　）。", ("一", "二"), ("B",)),
        [("", "1、"), ("stem", "甲 是"), ("", "（"), ("key", "B"), ("", "）"), ("stem", "。"),
         ("", "\nA. "), ("option", "一"), ("", " B. "), ("option", "二")],
    ),
    ("甲。答案：错", Content("truth", "甲。", (), ("false",)),
     [("stem", "甲。"), ("", "答案："), ("key", "错")]),
    ("甲。答案：错", Content("truth", "甲。", (), ("true",)),
     [("stem", "甲。"), ("", "答案：错")]),
    ("乙", Content("essay", "甲"), [("", "乙")]),
    ("", Content("essay", "甲"), []),
]  # fmt: skip


@pytest.mark.parametrize(("told", "content", "expected"), SOURCES)
def test_only_what_stands_in_the_source_word_for_word_is_marked(
    told: str, content: Content, expected: list[tuple[str, str]]
) -> None:
    assert list(pieces(told, content)) == expected


def test_a_form_that_nobody_changed_settles_the_doubts_and_changes_nothing(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    before = _draft(app, 3)
    saved = browser.post(_rows(address) + "/rows/3", data=_typed(browser, address, 3), headers=HTMX)
    assert saved.status_code == 200
    assert _draft(app, 3) == {
        **before, "decision": "accepted", "seen": [], "standing": "ready",
    }  # fmt: skip


def test_all_fields_can_be_corrected(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    typed = _typed(browser, address, 0) | {
        "stem": "辞职须提出（ ）申请。", "options": "口头\n书面\n电子", "key": "B", "points": "2.5",
        "difficulty": "hard", "topic": "公务员法 > 辞职", "rationale": "第八十五条",
    }  # fmt: skip
    assert browser.post(_rows(address) + "/rows/0", data=typed).status_code == 303
    draft = _draft(app, 0)
    assert {name: draft[name] for name in ("stem", "options", "key", "points", "difficulty")} == {
        "stem": "辞职须提出（ ）申请。", "options": ["口头", "书面", "电子"], "key": ["B"],
        "points": "2.5", "difficulty": "难",
    }  # fmt: skip
    assert (draft["topic"], draft["rationale"]) == ("公务员法 > 辞职", "第八十五条")
    assert draft["standing"] == "ready"
    restored = browser.post(_rows(address) + "/rows/0/restore", data={"version": "2"}, headers=HTMX)
    assert (restored.status_code, _draft(app, 0)["standing"]) == (200, "faulty")


def test_an_item_becomes_a_case_with_parts(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    typed = _typed(browser, address, 0) | {
        "kind": "case", "stem": "某甲提出辞职。", "parts-0-kind": "short", "parts-0-stem": "应向谁提出？",
        "parts-0-key": "任免机关", "parts-0-points": "5",
    }  # fmt: skip
    changed = browser.post(_rows(address) + "/rows/0", data=typed, headers=HTMX)
    assert changed.status_code == 200
    (part,) = _draft(app, 0)["parts"]
    assert (part["kind"], part["stem"], part["key"], part["points"]) == (
        "short", "应向谁提出？", ["任免机关"], "5",
    )  # fmt: skip
    again = _typed(browser, address, 0)
    assert (again["parts-0-stem"], again["kind"]) == ("应向谁提出？", "case")


def test_a_key_is_set_by_a_keystroke(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(_rows(address) + "/rows/0/key", data={"key": "B", "version": "1"}, headers=HTMX)
    browser.post(_rows(address) + "/rows/3/key", data={"key": "A,B", "version": "1"}, headers=HTMX)
    assert (_draft(app, 0)["key"], _draft(app, 0)["standing"]) == (["B"], "ready")
    assert (_draft(app, 3)["key"], _draft(app, 3)["standing"]) == (["A", "B"], "ready")


def test_a_decision_is_taken_back(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    stands = []
    for version, decision in enumerate(("accepted", "", "aside", ""), start=1):
        data = {"decision": decision, "version": str(version)}
        answer = browser.post(_rows(address) + "/rows/3/decision?code=multiple_one", data=data)
        assert answer.location == f"{_rows(address)}?code=multiple_one#row-3"
        stands.append(_draft(app, 3)["standing"])
    assert stands == ["ready", "doubtful", "aside", "doubtful"]


def test_all_with_the_same_problem_are_settled_and_no_other(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(_rows(address) + "/rows/4/key", data={"key": "B", "version": "1"})
    browser.post(_rows(address) + "/rows/4/restore", data={"version": "2"})
    bulk = {"deed": "accept", "code": "multiple_one", "difficulty": "medium", "number": "3"}
    stale = browser.post(_rows(address) + "/all", data=bulk)
    assert (stale.status_code, "刚才是3道，现在是2道" in stale.text) == (409, True)
    done = browser.post(_rows(address) + "/all", data={**bulk, "number": "2"})
    assert done.status_code == 303
    assert [_draft(app, at)["standing"] for at in range(6)] == [
        "faulty", "ready", "doubtful", "ready", "ready", "ready",
    ]  # fmt: skip
    without_problem = browser.post(
        _rows(address) + "/all", data={"deed": "accept", "difficulty": "easy"}
    )
    assert without_problem.status_code == 422
    browser.post(
        _rows(address) + "/all", data={"deed": "aside", "kind": "multiple", "difficulty": "easy"}
    )
    browser.post(
        _rows(address) + "/all", data={"deed": "back", "text": "处分", "difficulty": "easy"}
    )
    assert [_draft(app, at)["standing"] for at in (3, 4, 5)] == ["aside", "doubtful", "ready"]


def test_what_is_set_for_all_that_are_listed_settles_nothing(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser, TEXT.replace("答案：正确", "答案：正确\n难度：易"))
    said = {"topic": "公务员法", "tags": "2024年、必考", "points": "3", "difficulty": "hard"}
    for deed, value in said.items():
        data = {"difficulty": "medium", "only_empty": "y", "deed": deed, deed: value}
        assert browser.post(_rows(address) + "/all", data=data).status_code == 303
    drafts = [_draft(app, at) for at in range(6)]
    assert {one["topic"] for one in drafts} == {"公务员法"}
    assert [one["tags"] for one in drafts] == [["2024年", "必考"]] * 6
    assert [str(one["points"]) for one in drafts] == ["3"] * 6
    assert [one["difficulty"] for one in drafts] == ["难"] * 5 + ["易"]
    assert drafts[3]["standing"] == "doubtful"
    page = browser.get(_rows(address)).text
    assert re.search(r'<input [^>]*id="all-topic"[^>]* list="topics"', page) is not None
    nothing = browser.post(_rows(address) + "/all", data={"deed": "topic", "difficulty": "easy"})
    assert (nothing.status_code, "请先填写要设成什么" in nothing.text) == (422, True)


def test_two_people_on_one_intake_lose_nothing(app: Flask) -> None:
    teacher, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _brought(app, teacher)
    typed = _typed(teacher, address, 0)
    decision = {"decision": "aside", "version": "1"}
    assert office.post(_rows(address) + "/rows/3/decision", data=decision).status_code == 303
    assert teacher.post(_rows(address) + "/rows/4/decision", data=decision).status_code == 303
    assert [_draft(app, at)["standing"] for at in (3, 4)] == ["aside", "aside"]
    assert office.post(_rows(address) + "/rows/3/decision", data=decision).status_code == 303
    other = {"decision": "accepted", "version": "1"}
    late = teacher.post(_rows(address) + "/rows/3/decision", data=other, headers=HTMX)
    assert (late.status_code, "第4题刚由李教务处理过" in late.text) == (409, True)
    office.post(_rows(address) + "/rows/0/key", data={"key": "B", "version": "1"})
    stale = teacher.post(_rows(address) + "/rows/0", data={**typed, "stem": "我改的题干"})
    assert stale.status_code == 409
    assert "我改的题干" in stale.text
    assert "再保存一次，就以您填的为准" in stale.text
    assert 'name="version" value="2"' in stale.text
    assert _draft(app, 0)["stem"] == "公务员辞职须提出什么申请（ ）。"


def test_near_duplicates_in_the_file_are_doubts_until_one_is_set_aside(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    page = browser.get(_rows(address) + "?code=near").text
    assert re.findall(r"与本文件第(\d)题相近，(\d+)%相同", page) == [("2", "96")]
    assert re.findall(r"<del[^>]*>([^<]+)</del>", page) == ["根", "A"]
    assert re.findall(r"<ins[^>]*>([^<]+)</ins>", page) == ["依", "B"]
    browser.post(_rows(address) + "/rows/1/decision", data={"decision": "aside", "version": "1"})
    assert _draft(app, 2)["standing"] == "ready"
    browser.post(_rows(address) + "/rows/1/decision", data={"decision": "", "version": "2"})
    assert _draft(app, 2)["standing"] == "doubtful"


def test_near_duplicates_in_the_bank_are_shown_to_whom_they_may_be(app: Flask) -> None:
    with app.app_context(), db.transaction():
        home = make.bank("公务员法")
        known = make.item(
            bank=home, stem=RULE.replace("根据", "按照"), options=["一年", "两年"], key=["A"]
        ).id
        twins.compare(at=now())
    teacher, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _brought(app, teacher)
    told = f"与题库第{known}号试题相近"
    for browser, keys in ((teacher, ["A"]), (office, ["A", "A"])):
        page = browser.get(_rows(address) + "?text=依据").text
        assert told in page
        assert re.findall(r"<del[^>]*>([A-Z]+)</del>", page) == keys  # one is of the file itself
    with app.app_context(), db.transaction():
        session.scalars(select(Bank)).one().access = BankAccess.RESTRICTED
    assert "那道题对您不可见" in teacher.get(_rows(address) + "?text=依据").text
    assert "那道题对您不可见" not in office.get(_rows(address) + "?text=依据").text


UNNAMED = "甲列,乙列,丙列,丁列\n公务员试用期多长时间？,一年,三年,A\n党的生日是哪一天？,七月一日,八月一日,A\n"


def test_columns_that_were_not_recognised_are_named_and_remembered(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser, UNNAMED, "列.csv")
    page = browser.get(address + "/columns").text
    (signature,) = re.findall(r'name="signature" value="([0-9a-f]{64})"', page)
    half = {"signature": signature, "column-0": "stem", "column-1": "A"}
    refused = browser.post(address + "/columns", data=half)
    assert (refused.status_code, "请指出哪一列是答案" in refused.text) == (422, True)
    twice = browser.post(address + "/columns", data={**half, "column-2": "A", "column-3": "key"})
    assert twice.status_code == 422
    whole = {**half, "column-2": "B", "column-3": "key"}
    assert browser.post(address + "/columns", data=whole).status_code == 303
    run_pending(app)
    assert [_draft(app, at)["options"] for at in (0, 1)] == [
        ["一年", "三年"], ["七月一日", "八月一日"],
    ]  # fmt: skip
    again = _brought(app, browser, UNNAMED + "第三题是什么内容？,甲,乙,B\n", "另一份.csv")
    assert len(_numbers(browser.get(again, follow_redirects=True))) == 3


def test_what_a_form_says_of_columns_and_what_a_header_says_itself() -> None:
    form = {"column-0": "stem", "column-2": "key", "column-3": "", "headless": "y", "other": "x"}
    assert said_columns(form) == {"stem": 0, "key": 2, "header": 0}
    assert guessed(["题目", "选项A", "选项B", "答案"]) == {"stem": 0, "key": 3, "A": 1, "B": 2}
    assert guessed(["甲", "乙"]) == {}


def test_pictures_that_are_taken_away_leave_the_texts_and_the_others_count_anew() -> None:
    item = {
        "stem": "看［图1］和［图2］", "options": ["［图3］", "乙"], "media": ["a", "b", "c"],
        "parts": [{"kind": "short", "stem": "［图2］是什么"}], "number": 1,
    }  # fmt: skip
    assert without(item, ["b"]) == {
        "stem": "看［图1］和", "options": ["［图2］", "乙"], "media": ["a", "c"],
        "parts": [{"kind": "short", "stem": "是什么"}],
    }  # fmt: skip
    assert without(item, ["x"]) == {}


def test_reading_can_be_stopped_and_begun_again(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _upload(browser, TEXT.encode(), "题库.txt").location
    assert "停止读取" in browser.get(address, follow_redirects=True).text
    assert browser.post(address + "/stop").status_code == 303
    run_pending(app)
    page = browser.get(address, follow_redirects=True).text
    assert ("已停止读取" in page, "重新读取" in page) == (True, True)
    assert browser.post(address + "/stop").status_code == 422
    assert browser.post(address + "/read").status_code == 303
    run_pending(app)
    assert len(_numbers(browser.get(address, follow_redirects=True))) == 6
    assert browser.post(address + "/read").status_code == 422


def test_what_entered_and_what_was_set_aside_is_told(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    topic = {"deed": "topic", "topic": "公务员法 > 录用", "difficulty": "easy", "kind": "single"}
    browser.post(_rows(address) + "/all", data=topic)
    browser.post(_rows(address) + "/aside")
    ready = browser.get(address, follow_redirects=True).text
    assert "入库时会新建2个知识点" in ready
    assert browser.post(address + "/take-in").status_code == 303
    page = browser.get(address, follow_redirects=True).text
    assert "已入库2道题" in page
    assert "公务员法；公务员法 › 录用" in page
    assert "搁置的4道题" in page
    assert "多选题只有一个答案 2" in page
    with app.app_context():
        assert list(session.scalars(select(Topic.name).order_by(Topic.id))) == ["公务员法", "录用"]


def test_a_bank_that_changed_meanwhile_is_looked_at_before_anything_enters(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    first = _brought(app, browser, TEXT)
    second = _brought(app, browser, TEXT + "7. 公务员有义务。\n答案：正确\n", "二.txt")
    for address in (first, second):
        browser.post(_rows(address) + "/aside")
    assert browser.post(first + "/take-in").status_code == 303
    refused = browser.post(second + "/take-in", follow_redirects=True)
    assert "题库刚有变动" in refused.text
    assert _numbers(browser.get(_rows(second) + "?code=twin")) == [2, 6]
    with app.app_context():
        assert len(session.scalars(select(Item.id)).all()) == 2


def test_what_was_set_aside_goes_out_and_comes_back(app: Flask, tmp_path: Path) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    assert browser.get(address + "/aside.xlsx").status_code == 404
    browser.post(_rows(address) + "/aside")
    file = tmp_path / "搁置.xlsx"
    file.write_bytes(browser.get(address + "/aside.xlsx").data)
    said = [(one.kind, one.stem, one.options, one.key) for one in read(file).items]
    assert said == [
        ("single", "公务员辞职须提出什么申请（ ）。", ("口头", "书面"), ("D",)),
        ("single", RULE.replace("根据", "依据"), ("一年", "两年"), ("B",)),
        ("multiple", "下列属于公务员的有（ ）。", ("法官", "检察官", "教师"), ("A",)),
        ("multiple", "下列属于处分的有（ ）。", ("警告", "记过", "批评"), ("B",)),
    ]


def _with_picture() -> bytes:
    """A Word file of one item with a picture in its stem."""
    picture, content, document = io.BytesIO(), io.BytesIO(), docx.Document()
    Image.new("RGB", (6, 4), "red").save(picture, "png")
    document.add_paragraph("1、如图所示，甲是").add_run().add_picture(picture)
    for line in ("A、一", "B、二", "答案：B"):
        document.add_paragraph(line)
    document.save(content)
    return content.getvalue()


def test_pictures_are_shown_where_they_stand_and_can_be_taken_away(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _upload(browser, _with_picture(), "图.docx").location
    run_pending(app)
    page = browser.get(address, follow_redirects=True).text
    (source,) = re.findall(r'如图所示，甲是\s*<a[^>]*><img[^>]* src="([^"]+)"', page)
    assert browser.get(source, buffered=True).mimetype == "image/png"
    assert browser.get(address + "/file?name=other").status_code == 404
    (name,) = re.findall(
        r'name="drop" value="([^"]+)"', browser.get(_rows(address) + "/rows/0/edit").text
    )
    typed = _typed(browser, address, 0) | {"drop": name}
    assert browser.post(_rows(address) + "/rows/0", data=typed).status_code == 303
    assert (_draft(app, 0)["stem"], _draft(app, 0)["media"]) == ("如图所示，甲是", [])


def test_all_pages_of_an_intake_are_clean(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    table = _brought(app, browser, UNNAMED, "列.csv")
    rows = _rows(address)
    pages = [rows, rows + "/rows/0/edit", rows + "?code=near", _rows(table), table + "/columns"]
    faults = {page: markup.read(browser.get(page).text)[0] for page in pages}
    browser.post(_rows(address) + "/aside")
    browser.post(address + "/take-in")
    faults[rows] += markup.read(browser.get(address, follow_redirects=True).text)[0]
    assert faults == {page: [] for page in pages}


def test_what_stands_in_the_way_of_undoing_is_named(app: Flask) -> None:
    browser, office = cast.browser(app, cast.instructor), cast.browser(app, cast.office)
    address = _brought(app, browser)
    browser.post(_rows(address) + "/aside")
    browser.post(address + "/take-in")
    office.post(address + "/approve")
    with app.app_context(), db.transaction():
        papers.assemble(make.blueprint(("truth", 1, "2")), seed=1, by=cast.office(), at=now())
    page = office.get(address).text
    assert "有1道题已用在试卷中" in page
    (link,) = re.findall(r'href="(/papers/using[^"]+)"', page)
    assert office.get(link).status_code == 200


def test_an_empty_file_says_what_to_do_next(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    page = browser.get(
        _brought(app, browser, "会议通知\n请准时到会。\n", "通知.txt"), follow_redirects=True
    ).text
    assert ("没有在文件里找到试题" in page, "换一份文件" in page) == (True, True)


def test_rows_of_the_file_stay_when_versions_are_made(app: Flask) -> None:
    """An intake keeps what it read; the bank has what was said."""
    browser = cast.browser(app, cast.instructor)
    address = _brought(app, browser)
    browser.post(_rows(address) + "/rows/0/key", data={"key": "B", "version": "1"})
    browser.post(_rows(address) + "/aside")
    browser.post(address + "/take-in")
    with app.app_context():
        row = session.get_one(IntakeRow, (1, 0))
        version = session.scalars(select(ItemVersion).order_by(ItemVersion.id)).first()
        assert version is not None
        assert (row.item["key"], version.key) == (["D"], ["B"])
        assert session.scalars(select(Intake.state)).one() == "committed"


def _rows(address: str) -> str:
    """Where the rows of an intake are looked through."""
    return address.replace("/intakes/", "/previews/")
