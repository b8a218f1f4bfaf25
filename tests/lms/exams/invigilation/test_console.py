"""The console: what the invigilator sees of a hall, does to it, and what candidates notice."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from courses.cohorts.queries import get_cohort
from lms.exams.attempts.actions.collecting import sweep
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import AttemptState, SubmittedBy
from lms.exams.invigilation.actions import deeds as actions
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.queries import hall
from lms.exams.invigilation.rules import Deed, IncidentKind, Look, look_of
from lms.exams.sittings.models import Candidate
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground import db
from lms.ground.clock import now
from lms.ground.errors import Refused
from tests import cast, make
from tests.clocks import set_clock, watch_anew
from tests.lms.exams.attempts.hall import at_another_device
from tests.lms.exams.attempts.test_journal import statements
from tests.lms.exams.sittings.hall import (
    School,
    begin,
    candidate_of,
    make_school,
    running_sitting,
    sheet_of,
)
from tests.markup import read

__all__ = ["make_school"]


def do(browser: FlaskClient, sitting: int, deed: str, **form: object) -> int:
    """Press a button of the console; the status."""
    return browser.post(f"/invigilation/{sitting}/console", data={"deed": deed, **form}).status_code


def deeds(app: Flask) -> list[tuple[Deed, int | None, str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(Intervention).order_by(Intervention.id))
        return [(row.deed, row.minutes, row.text, row.done_by) for row in rows]


def test_the_invigilator_sees_the_hall_at_a_glance(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    assert seat.post("status", unsent=4).status_code == 200
    page = cast.browser(app, cast.invigilator).get(f"/invigilation/{sitting}/console").text
    assert "应到 2 人，在线 1 人，未到 1，作答 1，待上传 4 题" in page
    assert "作答 1/3" in page and "↑4" in page
    assert read(page)[0] == []


def test_a_clock_that_was_set_is_told_above_the_seats(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = running_sitting(app, school)
    watcher, told = cast.browser(app, cast.invigilator), "服务器的时钟在十分钟内被拨动过"
    watch_anew(monkeypatch)
    assert told not in watcher.get(f"/invigilation/{sitting}/console").text
    set_clock(monkeypatch, timedelta(minutes=3))
    assert told in watcher.get(f"/invigilation/{sitting}/console/rows").text


def test_an_unchanged_hall_is_not_sent_again(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    watcher = cast.browser(app, cast.invigilator)
    address = f"/invigilation/{sitting}/console/rows"
    first = watcher.get(address)
    again = watcher.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    begin(app)
    assert watcher.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_hall_of_300_is_one_statement_and_less_than_100_kb(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    with app.app_context(), db.transaction():
        cohort = get_cohort(school.cohort, cast.office())
        for seat in range(3, 301):
            someone = make.enrolment(cohort)
            sheet = make.attempt(someone.person, started_at=now(), unsent=12, extension_minutes=15)
            db.session.add(
                Candidate(
                    sitting_id=sitting, enrolment_id=someone.id, attempt_id=sheet.id, seat=seat
                )
            )
    with app.app_context(), statements(app) as asked:
        found = hall.watch(sitting, cast.invigilator(), now())
    about_people = [one for one in asked if "candidate" in one]
    assert (len(found), len(about_people)) == (300, 1)
    answer = cast.browser(app, cast.invigilator).get(f"/invigilation/{sitting}/console/rows")
    assert len(answer.data) < 100_000
    assert answer.text.count("<li ") == 300


@pytest.mark.parametrize(
    ("state", "is_present", "is_paused", "look"),
    [
        (None, False, False, Look.SHEETLESS),
        (AttemptState.WAITING, False, False, Look.AWAY),
        (AttemptState.OPEN, True, False, Look.WAITING),
        (AttemptState.RUNNING, True, False, Look.WORKING),
        (AttemptState.RUNNING, False, False, Look.LOST),
        (AttemptState.RUNNING, True, True, Look.PAUSED),
        (AttemptState.OVER, True, False, Look.OVER),
        (AttemptState.SUBMITTED, False, True, Look.DONE),
    ],
)
def test_how_a_candidate_looks_follows_from_state_and_presence(
    state: AttemptState | None, is_present: bool, is_paused: bool, look: Look
) -> None:
    assert look_of(state, is_present=is_present, is_paused=is_paused) is look


def test_more_time_for_one_and_for_all_reaches_the_pages(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat, before = begin(app), sheet_of(app, 1).deadline
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    assert do(watcher, sitting, "extend", who=one, minutes=5, text="电脑重启") == 303
    assert do(watcher, sitting, "extend", everyone="y", minutes=10, text="停电") == 303
    first, second = sheet_of(app, 1), sheet_of(app, 2)
    assert first.deadline is not None and before is not None
    assert first.deadline - before == timedelta(minutes=15)
    assert (first.extension_minutes, second.extension_minutes) == (15, 10)
    told = seat.post("status").get_json()["deadline"]
    assert told == round(first.deadline.timestamp() * 1000)
    with app.app_context():
        name = cast.invigilator().name
    assert deeds(app) == [
        (Deed.EXTEND, 5, "电脑重启", name),
        (Deed.EXTEND, 10, "停电", name),
        (Deed.EXTEND, 10, "停电", name),
    ]


def test_a_deed_without_reason_or_candidate_is_refused_on_the_page(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    address = f"/invigilation/{sitting}/console"
    for form, sentence in [
        ({"deed": "extend", "minutes": "5", "text": "停电"}, "请先勾选考生"),
        ({"deed": "extend", "who": one, "minutes": "5", "text": " "}, "请写明延长时间的原因"),
        ({"deed": "extend", "who": one, "text": "停电"}, "延长的时间应为 1 至 240 分钟"),
        ({"deed": "pause", "who": one, "text": ""}, "请写明暂停的原因"),
        ({"deed": "tell", "who": one, "text": ""}, "请写明要告诉考生的话"),
        ({"deed": "release", "who": one, "text": ""}, "请写明更换设备的原因"),
        ({"deed": "hand_in", "who": one, "text": ""}, "请写明代为交卷的原因"),
        ({"deed": "incident", "who": one, "kind": "other"}, "请写明是什么异常"),
        ({"deed": "resume", "who": one}, "没有处于暂停中的"),
    ]:
        refused = watcher.post(address, data=form)
        assert (refused.status_code, sentence in refused.text) == (422, True), sentence
        if "who" in form:
            assert f'value="{one}" form="act" checked' in refused.text
    assert watcher.post(address, data={"deed": "expel", "who": one}).status_code == 404
    assert deeds(app) == []


def test_a_candidates_page_offers_what_fits_and_nothing_that_would_be_refused(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher, absent = cast.browser(app, cast.invigilator), candidate_of(app, 2)

    def offered(number: int) -> list[str]:
        page = watcher.get(f"/invigilation/{sitting}/candidates/{number}").text
        found = re.findall(r'name="deed" value="(\w+)"', page)
        assert ("minutes" in re.findall(r' name="(\w+)"', page)) == bool(
            {"extend", "reopen"} & {*found}
        )
        return found

    def refused(number: int) -> list[str]:
        told = {"who": number, "minutes": 5, "text": "停电"}
        rest = [one.value for one in Deed if one.value not in offered(number)]
        return [one for one in rest if do(watcher, sitting, one, **told) == 422]

    assert offered(absent) == ["extend", "tell", "incident"]
    assert refused(absent) == ["pause", "resume", "release", "hand_in", "reopen"]
    one = candidate_of(app, 1)
    assert offered(one) == ["extend", "pause", "tell", "release", "hand_in", "incident"]
    assert refused(one) == ["resume", "reopen"]
    do(watcher, sitting, "pause", who=one, text="停电")
    assert offered(one) == ["extend", "resume", "tell", "release", "hand_in", "incident"]
    assert refused(one) == ["pause", "reopen"]
    do(watcher, sitting, "hand_in", who=one, text="离场")
    assert (offered(one), refused(one)) == (
        ["reopen", "incident"],
        [one.value for one in Deed if one is not Deed.REOPEN],
    )


def test_time_stands_still_in_a_pause_and_comes_back_after_it(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat, before = begin(app), sheet_of(app, 1).deadline
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    assert do(watcher, sitting, "pause", who=one, text="停电") == 303
    told = seat.post("status").get_json()
    assert (told["state"], told["paused_at"] is not None) == ("running", True)
    with app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, seat.attempt_id)
        sheet.paused_at = now() - timedelta(minutes=59, seconds=30)
        sheet.started_at = now() - timedelta(minutes=61)
        sheet.deadline = now() - timedelta(minutes=1)
        sheet.accepts_until = sheet.deadline
    with app.app_context(), db.transaction():
        sweep(at=now())
    assert sheet_of(app, 1).submitted_at is None
    assert seat.post("status").get_json()["state"] == "running"
    assert seat.save(n2="B").status_code == 200
    refused = seat.submit({1: "A", 2: "B"})
    sentence = "考试已暂停，时间不再计算，请等监考人恢复考试后再交卷。"
    assert (refused.status_code, refused.get_json()["errors"]) == (409, [sentence])
    seat.open()
    assert do(watcher, sitting, "resume", everyone="y") == 303
    after = sheet_of(app, 1)
    assert (after.paused_at, after.extension_minutes) == (None, 60)
    assert after.deadline is not None and before is not None and after.deadline > now()
    assert [one[:3] for one in deeds(app)] == [(Deed.PAUSE, None, "停电"), (Deed.RESUME, 60, "")]
    assert seat.submit({1: "A", 2: "B"}).status_code == 200


def test_who_was_handed_in_by_mistake_goes_on_with_what_was_kept(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    first = seat.submit({1: "A"}).get_json()["receipt"]
    assert do(watcher, sitting, "reopen", who=one, minutes=5, text="误点交卷") == 303
    assert deeds(app)[-1][:3] == (Deed.REOPEN, 5, "误点交卷")
    assert seat.post("status").get_json()["state"] == "running"
    assert sheet_of(app, 1).extension_minutes == 5
    assert seat.open()["answers"] == {"1": "A"}
    assert seat.save(n2="B").status_code == 200
    void = seat.client.get(f"/attempts/receipts/{first}").text
    assert "这份回执已经作废" in void and "误点交卷" in void
    assert cast.browser(app, cast.marker).get(f"/attempts/receipts/{first}").status_code == 403
    second = seat.submit({1: "A", 2: "B"}).get_json()["receipt"]
    assert "回执属实" in seat.client.get(f"/attempts/receipts/{second}").text
    assert second != first


def test_a_void_receipt_is_shown_to_its_own_candidate_and_to_staff_alone(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    code = seat.submit({1: "A"}).get_json()["receipt"]
    watcher = cast.browser(app, cast.invigilator)
    do(watcher, sitting, "reopen", who=candidate_of(app, 1), text="误点交卷")
    told = {
        who: "这份回执已经作废" in browser.get(f"/attempts/receipts/{code}").text
        for who, browser in (
            ("own", seat.client),
            ("staff", watcher),
            ("other", cast.browser(app, cast.other_learner)),
        )
    }
    assert told == {"own": True, "staff": True, "other": False}


@pytest.mark.parametrize(
    ("minutes", "over", "reason", "sentence"),
    [
        ("", False, "", "请写明撤销交卷的原因。"),
        ("", True, "误收", "的考试时间已过，撤销交卷要同时写明补给的分钟数。"),
        ("1", True, "误收", "的考试时间已过，撤销交卷要同时写明补给的分钟数。"),
        ("90", True, "误收", None),
    ],
)
def test_nobody_is_let_go_on_without_reason_or_time(
    app: Flask, school: School, minutes: str, over: bool, reason: str, sentence: str | None
) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    seat.submit({1: "A"})
    if over:
        with app.app_context(), db.transaction():
            sheet = db.session.get_one(Attempt, seat.attempt_id)
            sheet.started_at = now() - timedelta(minutes=sheet.minutes + 30)
    answer = cast.browser(app, cast.invigilator).post(
        f"/invigilation/{sitting}/console",
        data={"deed": "reopen", "who": candidate_of(app, 1), "minutes": minutes, "text": reason},
    )
    assert (answer.status_code == 303) == (sentence is None)
    assert sentence is None or sentence in answer.text
    assert (sheet_of(app, 1).submitted_at is None) == (sentence is None)


def test_what_the_hall_is_told_is_in_the_next_status(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    assert seat.post("status").get_json()["notice"] is None
    watcher = cast.browser(app, cast.invigilator)
    assert do(watcher, sitting, "tell", everyone="y", text="第3题有更正") == 303
    assert seat.post("status").get_json()["notice"]["text"] == "第3题有更正"
    assert do(watcher, sitting, "tell", who=candidate_of(app, 1), text="请坐好") == 303
    assert seat.post("status").get_json()["notice"]["text"] == "第3题有更正\n请坐好"
    with app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, seat.attempt_id)
        sheet.noticed_at = now() - timedelta(minutes=2)
    assert do(watcher, sitting, "tell", who=candidate_of(app, 1), text="还有十分钟") == 303
    assert seat.post("status").get_json()["notice"]["text"] == "还有十分钟"


def test_an_old_device_is_fenced_off_before_the_new_one_comes(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    assert do(watcher, sitting, "release", who=one, text="死机") == 303
    assert seat.save(n2="B").status_code == 409
    other = at_another_device(app, seat)
    assert other.open()["answers"] == {"1": "A"}
    assert other.save(n2="C").status_code == 200
    assert do(watcher, sitting, "release", who=candidate_of(app, 2), text="死机") == 422


def test_handing_in_for_candidates_needs_a_reason_and_someone_who_began(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher = cast.browser(app, cast.invigilator)
    one, two = candidate_of(app, 1), candidate_of(app, 2)
    address = f"/invigilation/{sitting}/console"
    absent = watcher.post(address, data={"deed": "hand_in", "who": two, "text": "离场"})
    assert (absent.status_code, "还没有开始作答" in absent.text) == (422, True)
    assert do(watcher, sitting, "hand_in", everyone="y", text="考场疏散") == 303
    sheet = sheet_of(app, 1)
    assert (sheet.submitted_by, sheet.answered) == (SubmittedBy.INVIGILATOR, 1)
    assert sheet_of(app, 2).submitted_at is None
    again = watcher.post(address, data={"deed": "hand_in", "who": one, "back": one, "text": "x"})
    assert (again.status_code, "已经交卷" in again.text) == (422, True)


def test_incidents_are_noted_of_a_candidate_and_of_the_hall(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    form = {"who": one, "back": one, "kind": "phone", "text": "手机响铃"}
    assert do(watcher, sitting, "incident", **form) == 303
    assert do(watcher, sitting, "incident", everyone="y", kind="equipment", text="跳闸") == 303
    with app.app_context():
        rows = db.session.scalars(select(Incident).order_by(Incident.id))
        noted = [(row.candidate_id, row.kind, row.text) for row in rows]
    assert noted == [(one, IncidentKind.PHONE, "手机响铃"), (None, IncidentKind.EQUIPMENT, "跳闸")]
    assert "违1" in watcher.get(f"/invigilation/{sitting}/console").text
    page = watcher.get(f"/invigilation/{sitting}/candidates/{one}").text
    assert "手机响铃" in page and "跳闸" not in page and read(page)[0] == []
    log = watcher.get(f"/invigilation/{sitting}/log").text
    assert "手机响铃" in log and "跳闸" in log and read(log)[0] == []


def test_what_was_noted_and_done_is_paged_searched_and_taken_away(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher, one = cast.browser(app, cast.invigilator), candidate_of(app, 1)
    for text in ("手机响铃", "左右张望"):
        assert do(watcher, sitting, "incident", who=one, kind="phone", text=text) == 303
    assert do(watcher, sitting, "incident", everyone="y", kind="equipment", text="跳闸") == 303
    assert do(watcher, sitting, "extend", who=one, minutes=5, text="补时") == 303

    def rows(**asked: str) -> int:
        page = watcher.get(f"/invigilation/{sitting}/log", query_string=asked).text
        return page.count('<tr><td class="text-nowrap">')

    assert [rows(), rows(list="done"), rows(search="1"), rows(search="无此人")] == [3, 1, 2, 0]
    assert [rows(kind="equipment"), rows(list="done", kind="pause"), rows(kind="x")] == [1, 0, 3]
    assert "补时" in watcher.get(f"/invigilation/{sitting}/log?list=done").text
    book = load_workbook(BytesIO(watcher.get(f"/invigilation/{sitting}/log.xlsx").data))
    assert [sheet.max_row for sheet in book] == [5, 3]
    assert (
        cast.browser(app, cast.marker).get(f"/invigilation/{sitting}/log.xlsx").status_code == 403
    )


def test_a_candidate_of_another_sitting_is_none_of_this_hall(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    watcher = cast.browser(app, cast.invigilator)
    stranger = candidate_of(app, 2) + 1000
    assert do(watcher, sitting, "tell", who=stranger, text="您好") == 404
    with app.app_context(), db.transaction():
        found = get_sitting(sitting, cast.office())
        with pytest.raises(Refused):
            actions.intervene(
                found, Deed.TELL, candidate_ids=[], text="x", by=cast.office(), at=now()
            )


def test_the_list_of_seats_holds_no_address_of_another_page_than_the_candidates(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    rows = cast.browser(app, cast.invigilator).get(f"/invigilation/{sitting}/console/rows").text
    one, two = candidate_of(app, 1), candidate_of(app, 2)
    assert re.findall(r'href="([^"]*)"', rows) == [
        f"/invigilation/{sitting}/candidates/{number}" for number in (one, two)
    ]
