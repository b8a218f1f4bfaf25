"""Programmes are entered and revised, have their usual courses, and offer them to a new cohort."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.cohorts.queries import get_cohort
from courses.programmes import actions, queries
from courses.programmes.models import Programme
from courses.programmes.rules import ProgrammeDraft, UsualCourse, code_faults, in_order
from lms.ground import db
from lms.ground.clock import now, today
from lms.ground.errors import Conflict, Refused
from tests import cast, make

DRAFT = ProgrammeDraft("zhuanti", "专题研讨班", "科级干部", "围绕专题研讨。", 7)


def entered(draft: ProgrammeDraft = DRAFT) -> Programme:
    return actions.add(draft, by=cast.office(), at=now())


def usual(title: str, hours: str, place: int) -> UsualCourse:
    course = make.course(title, hours="3")
    return UsualCourse(course.id, title, Decimal(hours), place)


def lines(programme: Programme) -> list[tuple[str, Decimal]]:
    known = queries.get_whole_programme(programme.id)
    return [(line.course.title, line.hours) for line in known.courses]


@pytest.mark.parametrize("code", ["", "z", "知行", "Zhixing", "7qi", "zhi-xing", "z" * 21])
def test_a_code_is_what_a_learner_number_can_begin_with(code: str) -> None:
    assert code_faults(code) == ["代码用小写字母开头，只含小写字母和数字，2至20个，例如zhixing。"]
    assert code_faults("zhixing2") == []


def test_courses_of_one_place_stay_as_they_were_given() -> None:
    some = [UsualCourse(n, str(n), Decimal(1), place) for n, place in ((1, 9), (2, 1), (3, 9))]
    assert [one.course_id for one in in_order(some)] == [2, 1, 3]


@pytest.mark.usefixtures("context")
def test_name_and_code_are_taken_once() -> None:
    entered()
    with pytest.raises(Refused) as refusal:
        entered()
    told = "已经有名称是“专题研讨班”或代码是“zhuanti”的学堂系列。"
    assert refusal.value.reasons == (told,)


@pytest.mark.usefixtures("context")
def test_usual_courses_stand_in_their_order_with_their_hours() -> None:
    programme = entered()
    first, second = usual("党章", "2", 2), usual("公文", "1.5", 1)
    actions.set_courses(programme, [first, second], seen=1, by=cast.office(), at=now())
    assert lines(programme) == [("公文", Decimal("1.5")), ("党章", Decimal(2))]
    actions.set_courses(programme, [first], seen=2, by=cast.office(), at=now())
    assert lines(programme) == [("党章", Decimal(2))]
    with pytest.raises(Conflict):
        actions.set_courses(programme, [], seen=2, by=cast.office(), at=now())


TOO_ODD = "学时须是数字，最多200。"
WRONG_HOURS = [
    ("1.1", "学时以0.25为最小单位，例如3.75。"),
    ("0", "学时须大于0。"),
    *((hours, TOO_ODD) for hours in ("200.25", "NaN", "sNaN", "Infinity", "1e400")),
]


@pytest.mark.parametrize(("hours", "sentence"), WRONG_HOURS)
@pytest.mark.usefixtures("context")
def test_wrong_hours_of_usual_courses_are_refused_with_the_course(
    hours: str, sentence: str
) -> None:
    programme, wrong = entered(), usual("党章", hours, 1)
    with pytest.raises(Refused) as refusal:
        actions.set_courses(programme, [wrong], seen=1, by=cast.office(), at=now())
    assert refusal.value.reasons == (f"《党章》：{sentence}",)


@pytest.mark.usefixtures("context")
def test_a_programme_goes_only_while_nothing_hangs_on_it() -> None:
    programme = entered()
    actions.set_courses(programme, [usual("党章", "2", 1)], seen=1, by=cast.office(), at=now())
    actions.discard(programme, by=cast.office(), at=now())
    assert queries.programmes() == []
    held = make.cohort().programme_id
    with pytest.raises(Refused) as refusal:
        actions.discard(queries.get_whole_programme(held), by=cast.office(), at=now())
    assert refusal.value.reasons == ("“知行学堂”已经办过班或有考核方案，不能删除。",)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return cast.browser(app, cast.office)


@pytest.fixture
def series(app: Flask) -> int:
    """A programme with two usual courses and a third course in the catalogue."""
    with app.app_context(), db.transaction():
        programme = make.programme()
        wanted = [usual("党章", "2", 2), usual("公文", "1.5", 1)]
        programme = queries.get_whole_programme(programme.id)
        actions.set_courses(programme, wanted, seen=1, by=cast.office(), at=now())
        make.course("招商")
        return programme.id


def boxes(page: str) -> list[tuple[str, bool]]:
    """Every box for a course: its words, and whether it is ticked."""
    found = re.findall(
        r'name="course_id" value="\d+"( checked)?><span class="form-check-label">(.*?)</span>', page
    )
    return [(words, bool(mark)) for mark, words in found]


def planned(app: Flask, office: FlaskClient, series: int) -> str:
    answer = office.post(
        "/cohorts/new",
        data={"programme_id": series, "number": 7, "starts_on": f"{today()}",
              "ends_on": f"{today()}", "capacity": 40},
    )  # fmt: skip
    return str(answer.headers["Location"])


def plan_of(app: Flask, address: str) -> list[tuple[str, Decimal]]:
    with app.app_context():
        cohort = get_cohort(int(address.rpartition("/")[2]), cast.office())
        return [(line.course.title, line.hours) for line in cohort.courses]


def test_a_new_cohort_offers_the_usual_courses_ticked_and_takes_none_by_itself(
    app: Flask, office: FlaskClient, series: int
) -> None:
    address = planned(app, office, series)
    page = office.get(f"{address}/courses").text
    assert boxes(page) == [
        ("公文（1.5学时）", True), ("党章（2学时）", True), ("招商（3学时）", False),
    ]  # fmt: skip
    assert plan_of(app, address) == []


def test_one_press_takes_them_in_and_what_is_left_is_offered_unticked(
    app: Flask, office: FlaskClient, series: int
) -> None:
    address = planned(app, office, series)
    page = office.get(f"{address}/courses").text
    first, second = re.findall(r'name="course_id" value="(\d+)" checked', page)
    office.post(f"{address}/courses", data={"course_id": [first]})
    assert boxes(office.get(f"{address}/courses").text)[0] == ("党章（2学时）", False)
    office.post(f"{address}/courses", data={"course_id": [first, second]})
    assert plan_of(app, address) == [("公文", Decimal("1.5")), ("党章", Decimal(2))]
    assert "本学堂常设课程" not in office.get(f"{address}/courses").text


def test_a_retired_course_is_offered_no_more(app: Flask, office: FlaskClient, series: int) -> None:
    with app.app_context(), db.transaction():
        queries.usual_courses(series)[0].course.retired_on = today()
    address = planned(app, office, series)
    assert boxes(office.get(f"{address}/courses").text)[0] == ("党章（2学时）", True)
    assert "已停用" in office.get(f"/programmes/{series}").text


def test_the_usual_courses_are_edited_on_the_page(
    app: Flask, office: FlaskClient, series: int
) -> None:
    with app.app_context():
        document, charter = (one.course_id for one in queries.usual_courses(series))
    typed = {
        "version": 2, "course_id": [charter, document, charter + 2],
        f"place_{charter}": 1, f"place_{document}": 2, f"hours_{charter}": "2.1",
    }  # fmt: skip
    refused = office.post(f"/programmes/{series}/courses", data=typed)
    assert refused.status_code == 422
    assert refused.text.count("《党章》：学时以0.25为最小单位，例如3.75。") == 1
    assert 'value="2.1"' in refused.text
    assert ("招商（3学时）", True) in boxes(refused.text)
    office.post(f"/programmes/{series}/courses", data={**typed, f"hours_{charter}": "2.25"})
    with app.app_context():
        known = [(one.course.title, one.hours) for one in queries.usual_courses(series)]
    assert known == [("党章", Decimal("2.25")), ("公文", Decimal(3)), ("招商", Decimal(3))]


def test_a_house_without_programmes_is_led_to_its_first(office: FlaskClient) -> None:
    assert "还没有学堂系列" in office.get("/cohorts/new").text
    data = {"name": "知行学堂", "code": "zhixing", "position": 1, "audience": "机关干部"}
    address = office.post("/programmes/new", data=data).headers["Location"]
    office.post(f"{address}/edit", data={**data, "name": "知行讲堂", "code": "x", "version": 1})
    page = office.get(address).text
    assert ("知行讲堂" in page, "zhixing" in page) == (True, True)
    assert "知行讲堂" in office.get("/programmes/?search=知行").text
    assert "没有这样的学堂系列" in office.get("/programmes/?search=越语").text
    assert office.post(f"{address}/discard").headers["Location"] == "/programmes/"
    assert office.get(address).status_code == 404
