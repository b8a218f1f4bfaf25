"""Pages of trips, and what the phone sends."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from courses.cohorts.queries import get_cohort
from courses.trips.queries import outings, riding
from courses.venues.actions import block, unblock
from courses.venues.queries import get_blocking, get_venue
from lms.ground import db
from lms.ground.clock import now
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.trips.outing import DEPARTS, outing, planned

MILLIS = int(now().timestamp() * 1000)


@pytest.fixture
def trip(app: Flask) -> int:
    """A trip of three learners, in an hour."""
    with app.app_context(), db.transaction():
        return planned(outing(), departs_at=now() + timedelta(hours=1)).id


def test_a_trip_is_planned_on_its_page(app: Flask) -> None:
    with app.app_context(), db.transaction():
        of = outing()
        numbers = {"cohort": of.cohort.id, "route": of.route.id}
        leader = of.leader.id
    office = cast.browser(app, cast.office)
    assert "下一步" in office.get("/trips/new").text
    assert "学员3人" in office.get("/trips/new", query_string=numbers).text
    typed = {
        **numbers, "departs_at": "2026-12-01T08:30", "back_minutes": 20, "leader_id": leader,
        "buses-0-plate": "车A", "buses-0-seats": 3, "buses-1-plate": "",
    }  # fmt: skip
    small = office.post("/trips/new", data=typed)
    assert (small.status_code, "还差1个" in small.text) == (422, True)
    made = office.post("/trips/new", data={**typed, "buses-0-seats": 30})
    assert made.status_code == 303
    page = office.get(made.location).text
    assert "天才路" in page and "学员3人 / 30座" in page
    moved = {**typed, "buses-0-seats": 40, "version": 1}
    assert office.get(f"{made.location}/edit").status_code == 200
    assert office.post(f"{made.location}/edit", data=moved).status_code == 303
    assert office.post(f"{made.location}/edit", data=moved).status_code == 409
    assert "知行学堂第7期" in office.get("/trips/").text
    cohort = numbers["cohort"]
    assert f'href="/trips/?cohort={cohort}"' in office.get(f"/cohorts/{cohort}").text
    narrowed = office.get(f"/trips/?cohort={cohort}").text
    assert f'href="/trips/new?cohort={cohort}"' in narrowed
    with app.app_context(), db.transaction():
        another = make.cohort(title="另一个班").id
    assert "没有这样的出行" in office.get(f"/trips/?cohort={another}").text


def test_the_phone_sends_again_and_nothing_counts_twice(app: Flask, trip: int) -> None:
    adviser = cast.browser(app, cast.adviser)
    with app.app_context():
        riders = [row.id for row in riding.riders(trip)]
    checks = [
        {"id": f"operation{rider}", "kind": "check", "moment": "board", "position": 0,
         "rider": rider, "present": True, "at": MILLIS}
        for rider in riders
    ]  # fmt: skip
    leave = {"id": "departure1", "kind": "depart", "position": 0, "counted": 3, "note": "",
             "at": MILLIS}  # fmt: skip
    for _ in range(2):
        told = adviser.post(f"/trips/{trip}/operations", json={"operations": [*checks, leave]}).json
        assert told["refused"] == []
        assert told["present"] == [{"moment": "board", "position": 0, "riders": riders}]
        assert told["departures"] == [{"position": 0, "counted": 3, "note": ""}]
    assert len(told["acknowledged"]) == 4
    state = adviser.get(f"/trips/{trip}/state.json").json
    assert (state["present"], bool(state["token"])) == (told["present"], True)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"operations": [{"kind": "check"}]},
        {"operations": [{"id": "short", "kind": "depart"}]},
        {"operations": [{"id": "operation1", "kind": "check", "moment": "noon", "position": 0,
                         "rider": 1, "present": True, "at": MILLIS}]},
        {"operations": [{"id": "operation1", "kind": "check", "moment": "board", "position": 0,
                         "rider": 1, "present": True, "at": 10**30}]},
    ],
)  # fmt: skip
def test_what_is_no_operation_is_refused(app: Flask, trip: int, body: object) -> None:
    answer = cast.browser(app, cast.office).post(f"/trips/{trip}/operations", json=body)
    assert answer.status_code == 422


def test_only_those_who_run_the_trip_tick_people_off(app: Flask, trip: int) -> None:
    assert cast.browser(app, cast.instructor).get(f"/trips/{trip}/field").status_code == 404
    learner = cast.browser(app, cast.learner)
    assert learner.get(f"/trips/{trip}/state.json").status_code == 403
    page = cast.browser(app, cast.adviser).get(f"/trips/{trip}/field").text
    assert page.count('class="col-6 col-md-3 rider"') == 3
    for member, leads in ((cast.instructor, False), (cast.adviser, True), (cast.office, True)):
        shown = cast.browser(app, member).get(f"/trips/{trip}").text
        assert (f'href="/trips/{trip}/field"' in shown) == leads


def test_lists_in_the_clear_want_a_reason(app: Flask, trip: int) -> None:
    office = cast.browser(app, cast.office)
    refused = office.post(f"/trips/{trip}/lists", data={"reason": ""})
    assert (refused.status_code, "请写明导出的事由" in refused.text) == (422, True)
    assert office.post(f"/trips/{trip}/lists", data={"reason": "给学员投保"}).data[:2] == b"PK"
    assert office.get(f"/trips/{trip}/roster.xlsx").data[:2] == b"PK"


def test_decisions_riders_and_photos_have_their_forms(app: Flask, trip: int) -> None:
    office = cast.browser(app, cast.office)
    here = f"/trips/{trip}"
    none = office.post(f"{here}/decisions", data={"verdict": "go", "note": ""})
    assert none.status_code == 422
    sunny = {"verdict": "go", "note": "晴"}
    assert office.post(f"{here}/decisions", data=sunny).status_code == 303
    assert "照常出行" in office.get(here).text
    with app.app_context():
        first = riding.riders(trip)[0].id
    typed = {f"bus-{first}": "1", f"emergency-{first}": "家人 0000"}
    assert office.post(f"{here}/riders", data=typed).status_code == 303
    assert "已登记，填写则替换" in office.get(f"{here}/riders").text
    assert office.post(f"{here}/riders", data={f"bus-{first}": "9"}).status_code == 422
    early = office.post(f"{here}/report", data={"report": "好", "version": 1})
    assert (early.status_code, "还没有出发" in early.text) == (422, True)


def test_a_report_has_photos_that_only_readers_see(app: Flask) -> None:
    with app.app_context(), db.transaction():
        trip = planned(outing(), departs_at=now() - timedelta(days=1)).id
    office, here = cast.browser(app, cast.office), f"/trips/{trip}"
    drawn = BytesIO()
    Image.new("RGB", (40, 20)).save(drawn, "PNG")
    sent = {"file": (BytesIO(drawn.getvalue()), "合影.png"), "caption": "合影"}
    assert office.post(f"{here}/photos", data=sent).status_code == 303
    words = {"file": (BytesIO(b"no picture"), "a.png")}
    assert office.post(f"{here}/photos", data=words).status_code == 422
    typed = {"report": "一路顺利。", "version": 1}
    assert office.post(f"{here}/report", data=typed).status_code == 303
    page = office.get(here).text
    assert "一路顺利。" in page and "合影" in page
    with office.get(f"{here}/photos/1") as shown:
        assert shown.data == drawn.getvalue()
    assert office.get(f"{here}/photos/2").status_code == 404
    assert cast.browser(app, cast.learner).get(f"{here}/photos/1").status_code == 403
    assert office.post(f"{here}/photos/1/remove").status_code == 303
    assert "合影" not in office.get(here).text


def test_a_stop_that_was_closed_after_planning_is_said_on_the_trip_and_marked_in_the_list(
    app: Flask,
) -> None:
    with app.app_context(), db.transaction():
        of = outing()
        page, base = f"/trips/{planned(of).id}", of.base.id
    office, adviser = cast.browser(app, cast.office), cast.browser(app, cast.adviser)
    assert "不能用" not in office.get(page).text + office.get("/trips/").text
    with app.app_context(), db.transaction():
        span = Span(DEPARTS, DEPARTS + timedelta(hours=8))
        block(get_venue(base), span, reason="检修", by=cast.office(), at=now())
    shown = office.get(page).text
    assert "点位1：放马哨7" in shown and "停用：检修。" in shown and f"{page}/edit" in shown
    assert "请与教务联系" in adviser.get(page).text
    assert "点位不能用" in office.get("/trips/").text


def test_what_cannot_be_had_is_left_open_where_the_planner_says_so(app: Flask) -> None:
    with app.app_context(), db.transaction():
        of = outing()
        span = Span(DEPARTS, DEPARTS + timedelta(hours=8))
        shut = block(get_venue(of.base.id), span, reason="检修", by=cast.office(), at=now()).id
        numbers = {"cohort": of.cohort.id, "route": of.route.id, "leader_id": of.leader.id}
    office = cast.browser(app, cast.office)
    typed = {
        **numbers, "departs_at": "2026-12-01T08:30", "back_minutes": 20,
        "buses-0-plate": "车A", "buses-0-seats": 30,
    }  # fmt: skip
    refused = office.post("/trips/new", data=typed)
    assert (refused.status_code, "停用：检修" in refused.text) == (422, True)
    made = office.post("/trips/new", data={**typed, "leave_open": "y"}).location
    page = office.get(made).text
    assert "这次出行还空着：" in page and "点位1“放马哨”的场地：放马哨7" in page
    assert "有空缺" in office.get("/trips/").text
    assert (
        '<input checked class="form-check-input" id="leave_open"' in office.get(f"{made}/edit").text
    )
    with app.app_context(), db.transaction():
        unblock(get_blocking(shut), by=cast.office(), at=now())
    changed = {**typed, "leave_open": "y", "version": 1}
    assert office.post(f"{made}/edit", data=changed).status_code == 303
    assert "还空着" not in office.get(made).text
    with app.app_context():
        trip = outings.get_trip(int(made.rpartition("/")[2]), cast.office())
        assert trip.stops[0].venue is not None


def test_newcomers_are_seated_on_the_page_of_the_trip(app: Flask, trip: int) -> None:
    office, page = cast.browser(app, cast.office), f"/trips/{trip}"
    assert "按名册排座" not in office.get(page).text
    with app.app_context(), db.transaction():
        cohort = outings.get_trip(trip, cast.office()).cohort_id
        make.enrolment(get_cohort(cohort, cast.office()), make.person("后来的"))
    assert "1名学员还没有座位" in office.get(page).text
    assert office.post(f"{page}/newcomers").status_code == 303
    shown = office.get(page).text
    assert "按名册排座" not in shown and "学员4人 / 10座" in shown


def buttons(page: str) -> set[str]:
    """What the page of a trip offers to do."""
    words = {"手机点名", "补传手机点名", "登记决定", "按名册排座", "保存乘车安排"}
    return {word for word in words if f">{word}</" in page}


def test_a_trip_offers_what_fits_its_state(app: Flask, trip: int) -> None:
    with app.app_context(), db.transaction():
        of = outing(number=8)
        gone = planned(of, plate="车B", departs_at=now() - timedelta(days=2)).id
        make.enrolment(of.cohort, make.person("后来的"))
    office = cast.browser(app, cast.office)
    assert buttons(office.get(f"/trips/{trip}").text) == {"手机点名", "登记决定"}
    assert buttons(office.get(f"/trips/{gone}").text) == {"补传手机点名", "登记决定"}
    report = {"report": "一路顺利。", "version": 1}
    assert office.post(f"/trips/{gone}/report", data=report).status_code == 303
    assert buttons(office.get(f"/trips/{gone}").text) == {"补传手机点名"}
    refused = office.post(f"/trips/{gone}/decisions", data={"verdict": "cancel", "note": "雨"})
    assert (refused.status_code, "已经去过了" in refused.text) == (422, True)
    for action, data in (("newcomers", {}), ("riders", {"bus-1": "1"})):
        refused = office.post(f"/trips/{gone}/{action}", data=data)
        assert (refused.status_code, "已经结束" in refused.text) == (422, True)
    assert buttons(office.get(f"/trips/{trip}/riders").text) == {"保存乘车安排"}
    assert buttons(office.get(f"/trips/{gone}/riders").text) == set()
    page = office.get(f"/trips/{gone}/field").text
    assert ("不能再点名" in page, page.count(" disabled")) == (True, 3 + 2)


def test_what_was_ticked_on_the_day_counts_later_and_nothing_else_does(app: Flask) -> None:
    with app.app_context(), db.transaction():
        departed = now() - timedelta(days=2)
        trip = planned(outing(), departs_at=departed).id
        rider = riding.riders(trip)[0].id
    then, today = (int(one.timestamp() * 1000) for one in (departed, now()))
    checks = [
        {"id": f"operation{at}", "kind": "check", "moment": "board", "position": 0,
         "rider": rider, "present": True, "at": at}
        for at in (then, today)
    ]  # fmt: skip
    leave = {"id": "departure1", "kind": "depart", "position": 0, "counted": 3, "note": "",
             "at": today}  # fmt: skip
    adviser = cast.browser(app, cast.adviser)
    told = adviser.post(f"/trips/{trip}/operations", json={"operations": [*checks, leave]}).json
    assert told["refused"] == [
        {"id": one, "reason": "这次出行已经结束，不能再点名。"}
        for one in (f"operation{today}", "departure1")
    ]
    assert told["present"] == [{"moment": "board", "position": 0, "riders": [rider]}]
