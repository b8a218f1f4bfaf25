"""The pages of marking, for each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from lms.exams.marking.actions import marks as marking
from lms.exams.marking.models import BlindResponse, Mark, ScoringRun
from lms.exams.marking.queries import checks, exams
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from tests import cast, make
from tests.conftest import log_in
from tests.lms.exams.marking import hall
from tests.markup import read


@dataclass
class Story:
    exam: int
    short: int
    case: int


@pytest.fixture
def story(app: Flask) -> Story:
    """Two candidates of one unit with answers that people mark, collected."""
    with app.app_context(), db.transaction():
        unit = make.unit("红河镇")
        people = [make.person(name, unit=unit) for name in ("甲某某", "乙某某")]
        held = hall.hold(hall.cohort(), dict.fromkeys(people, hall.ALL_RIGHT))
        marking.collect(held.exam, by=cast.office(), at=now())
        return Story(held.exam.id, held.items[5], held.items[6])


def address(story: Story, number: int | str = 1) -> str:
    return f"/marking/{story.exam}/items/{story.short}/{number}"


def marks(app: Flask) -> list[tuple[str, list[str]]]:
    with app.app_context():
        found = session.scalars(select(Mark).order_by(Mark.id))
        return [(str(one.points), one.rubric_points) for one in found]


def test_a_marker_goes_from_the_exam_to_the_first_response_and_on(app: Flask, story: Story) -> None:
    marker = cast.browser(app, cast.marker)
    assert "结业考试" in marker.get("/marking/").text
    first = marker.get(address(story, "next")).location
    number = int(first.rpartition("/")[2])
    given = marker.post(first, data={"points-0": "6", "points-1": "3.5", "remark": "好"})
    assert (given.status_code, given.location) == (303, address(story, "next") + f"?after={number}")
    second = marker.get(given.location).location
    assert {first, second} == {address(story, 1), address(story, 2)}
    page = marker.get(second).text
    assert "您已评 1 / 2" in page
    marker.post(second, data={"points-0": "5", "points-1": "4"})
    assert "都评完了" in marker.get(address(story, "next") + f"?after={number}").text
    assert marks(app) == [("9.5", ["6", "3.5"]), ("9", ["5", "4"])]


def test_the_desk_is_blind(app: Flask, story: Story) -> None:
    page = cast.browser(app, cast.marker).get(address(story)).text
    assert "村民会议由村民委员会召集。" in page
    assert "说出召集人" in page
    for secret in ("甲某某", "乙某某", "红河镇", "K07"):
        assert secret not in page


def test_the_desk_of_a_case_shows_every_part_of_the_answer(app: Flask, story: Story) -> None:
    marker = cast.browser(app, cast.marker)
    page = marker.get(f"/marking/{story.exam}/items/{story.case}/1").text
    for told in (
        "某村多年不公开账目。",
        "说明理由。",
        "应当公开。",
        "参考答案秘密：应当公开。",
        "/ 15",
    ):
        assert told in page
    given = marker.post(f"/marking/{story.exam}/items/{story.case}/1", data={"points-0": "15"})
    assert given.status_code == 303


def test_what_another_marker_settled_is_passed_over(app: Flask, story: Story) -> None:
    data = {"points-0": "6", "points-1": "4"}
    assert cast.browser(app, cast.office).post(address(story, 1), data=data).status_code == 303
    page = cast.browser(app, cast.marker).get(address(story, 2)).text
    assert ('rel="prev"' in page, 'rel="next"' in page) == (False, False)
    late = cast.browser(app, cast.marker).get(address(story, 1)).text
    assert ("已由其他阅卷人评完" in late, 'id="marks"' in late) == (True, False)
    refused = cast.browser(app, cast.marker).post(address(story, 1), data=data)
    assert (refused.status_code, "您的打分没有保存" in refused.text) == (422, True)
    assert cast.browser(app, cast.marker).get(address(story, "next")).location == address(story, 2)


def test_points_outside_a_line_come_back_with_what_was_typed(app: Flask, story: Story) -> None:
    marker = cast.browser(app, cast.marker)
    refused = marker.post(address(story), data={"points-0": "7", "points-1": "1", "remark": "写"})
    assert refused.status_code == 422
    assert "第1个采分点须在 0 到 6 分之间。" in refused.text
    assert 'value="7"' in refused.text
    assert 'value="写"' in refused.text
    missing = marker.post(address(story), data={"points-0": "", "points-1": "x"})
    assert missing.status_code == 422
    short = marker.post(address(story), data={"points-0": "5"})
    assert (short.status_code, "采分点的数目不对" in short.text) == (422, True)
    assert marks(app) == []


def test_a_stale_form_is_told_so_and_a_double_click_is_one_mark(app: Flask, story: Story) -> None:
    marker = cast.browser(app, cast.marker)
    data = {"points-0": "6", "points-1": "3"}
    assert [marker.post(address(story), data=data).status_code for _ in range(2)] == [303, 303]
    assert marker.post(address(story), data={**data, "points-0": "1"}).status_code == 409
    assert (
        marker.post(address(story), data={**data, "points-0": "1", "version": "1"}).status_code
        == 303
    )
    assert marker.post(address(story), data={**data, "version": "1"}).status_code == 409
    assert marks(app) == [("4", ["1", "3"])]


def near(app: Flask) -> FlaskClient:
    """A marker of the candidates' own unit."""
    client = app.test_client()
    with app.app_context(), db.transaction():
        account = make.account(Role.MARKER)
        home = session.scalars(select(make.Unit).where(make.Unit.name == "红河镇")).one()
        make.person("本镇人", unit=home, account=account)
        log_in(client, account)
    return client


def test_the_own_unit_is_not_found_by_its_marker(app: Flask, story: Story) -> None:
    client = near(app)
    assert "没有您能评的作答" in client.get(address(story, "next")).text
    assert client.get(address(story)).status_code == 404
    assert client.post(address(story), data={"points-0": "6", "points-1": "4"}).status_code == 404
    assert marks(app) == []


@pytest.mark.parametrize("path", ["/marking/99", "/marking/{exam}/items/99/1", "/marking/{exam}/items/{short}/99", "/marking/{exam}/items/99/next"])  # fmt: skip
def test_what_is_not_there_is_not_found(app: Flask, story: Story, path: str) -> None:
    address = path.format(exam=story.exam, short=story.short)
    assert cast.browser(app, cast.marker).get(address).status_code == 404


def test_an_item_of_another_exam_is_not_found(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        cohort = hall.cohort(title="另一个班", number=8, of=hall.programme("gongfu", "共富学堂"))
        other = hall.hold(cohort, {make.person("丙"): hall.ALL_RIGHT}, title="另一场考试")
        foreign = other.items[5]
    path = f"/marking/{story.exam}/items/{foreign}/1"
    assert cast.browser(app, cast.marker).get(path).status_code == 404


@pytest.mark.parametrize(
    ("member", "status"),
    [
        (cast.office, 200),
        (cast.marker, 200),
        (cast.learner, 403),
        (cast.instructor, 403),
        (cast.adviser, 403),
        (cast.organiser, 403),
        (cast.unit_admin, 403),
        (cast.invigilator, 403),
    ],
)
def test_only_who_marks_opens_the_desk(
    app: Flask, story: Story, member: Callable[[], Account], status: int
) -> None:
    client = cast.browser(app, member)
    paths = ["/marking/", f"/marking/{story.exam}", address(story)]
    assert [client.get(path).status_code for path in paths] == [status] * 3


def test_a_marker_neither_collects_nor_scores_nor_sees_others_progress(
    app: Flask, story: Story
) -> None:
    marker = cast.browser(app, cast.marker)
    posts = [marker.post(f"/marking/{story.exam}/{what}") for what in ("collect", "score")]
    assert [answer.status_code for answer in posts] == [403, 403]
    assert "阅卷人进度" not in marker.get(f"/marking/{story.exam}").text
    assert "阅卷人进度" in cast.browser(app, cast.office).get(f"/marking/{story.exam}").text


def test_the_office_collects_is_told_what_is_open_and_scores(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    collected = office.post(f"/marking/{story.exam}/collect", follow_redirects=True)
    assert "新增 0 份待评作答" in collected.text
    page = ordered(app, office, story, after="0")
    assert "没有计成：A卷第5题还有 2 份作答没有评阅。" in page
    assert "还有 4 份作答没有评完或待仲裁" in page
    with app.app_context(), db.transaction():
        held = hall.Held(session.get_one(hall.Exam, story.exam), None, None, {}, {5: story.short, 6: story.case})  # type: ignore[arg-type]  # fmt: skip
        hall.mark_all(held, cast.marker(), {5: ("6", "4"), 6: ("15",)})
    page = ordered(app, office, story, after="0")
    assert ("没有计成" in page, "第 1 次计分" in page) == (False, True)
    assert "没有评完或待仲裁" not in page
    again = office.post(f"/marking/{story.exam}/score", data={"after": "0"})
    assert (again.status_code, "刚刚已经计过分" in again.text) == (422, True)
    assert "第 2 次计分" in ordered(app, office, story, after="1", reason="复核")
    with app.app_context():
        assert len(session.scalars(select(ScoringRun)).all()) == 2
    assert "没有变化" in office.get(f"/marking/{story.exam}/runs/2").text
    assert office.get(f"/marking/{story.exam}/runs/3").status_code == 404


def ordered(app: Flask, office: FlaskClient, story: Story, **data: str) -> str:
    """The page of the exam after a worker has scored, or has not been able to."""
    for _double_click in range(2):
        assert office.post(f"/marking/{story.exam}/score", data=data).status_code == 303
    assert "已提交计分" in office.get(f"/marking/{story.exam}").text
    waiting = office.get(f"/marking/{story.exam}/scoring")
    assert ("hx-get" in waiting.text, "HX-Refresh" in waiting.headers) == (True, False)
    run_pending(app)
    over = office.get(f"/marking/{story.exam}/scoring")
    assert ("hx-get" in over.text, over.headers["HX-Refresh"]) == (False, "true")
    with app.app_context():
        assert session.scalar(select(func.count()).where(Job.state == "queued")) == 0
    return office.get(f"/marking/{story.exam}").text


def appoint(app: Flask, office: FlaskClient, story: Story, **data: object) -> None:
    given = {"mode": "1+1", "percent": "10", **data}
    assert office.post(f"/marking/{story.exam}/scheme", data=given).status_code == 303


def test_the_office_appoints_markers_and_they_alone_are_asked(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        ids = [make.account(Role.MARKER, name=name).id for name in ("孔阅", "孟阅")]
    refused = office.post(f"/marking/{story.exam}/scheme", data={"mode": "1+1", "percent": "10"})
    assert (refused.status_code, "至少要指定 2 名阅卷人" in refused.text) == (422, True)
    appoint(app, office, story, markers=ids)
    page = office.get(f"/marking/{story.exam}").text
    assert "双评（1+1）" in page
    assert "阅卷人：孔阅、孟阅。" in page
    assert 'value="10' in office.get(f"/marking/{story.exam}/scheme").text
    stranger = cast.browser(app, cast.marker)
    assert stranger.get(f"/marking/{story.exam}").status_code == 404
    assert stranger.get(address(story)).status_code == 404
    assert "还没有考试" in stranger.get("/marking/").text
    stale = {"mode": "1", "percent": "10"}
    assert office.post(f"/marking/{story.exam}/scheme", data=stale).status_code == 409


def test_an_arbiter_sees_both_marks_without_names_and_decides(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        members = [make.account(Role.MARKER, name=name) for name in ("孔阅", "孟阅")]
        browsers = [app.test_client() for _ in members]
        for client, account in zip(browsers, members, strict=True):
            log_in(client, account)
        ids = [one.id for one in members]
    appoint(app, office, story, markers=ids)
    for client, points in zip(browsers, ("6", "1"), strict=True):
        data = {"points-0": points, "points-1": "0", "remark": f"给{points}"}
        assert client.post(address(story), data=data).status_code == 303
    assert "仲裁（1）" in office.get(f"/marking/{story.exam}").text
    desk = f"/marking/{story.exam}/responses/{story.short}/1"
    assert office.get(f"/marking/{story.exam}/responses/next").location == desk
    page = office.get(desk).text
    assert ("第 1 评" in page, "给6" in page, "孔阅" in page, "甲某某" in page) == (True, True, False, False)  # fmt: skip
    assert browsers[0].get(desk).status_code == 404
    silent = office.post(desk, data={"points-0": "5", "points-1": "0", "remark": ""})
    assert (silent.status_code, "请写明裁定的理由" in silent.text) == (422, True)
    given = office.post(desk, data={"points-0": "5", "points-1": "0", "remark": "答到召集人"})
    assert given.location == f"/marking/{story.exam}/responses/next"
    assert "没有待您仲裁的作答了" in office.get(given.location, follow_redirects=True).text
    assert "没有符合条件的作答" in office.get(f"/marking/{story.exam}/responses?standing=disputed").text  # fmt: skip
    assert marks(app)[-1] == ("5", ["5", "0"])


def test_check_scripts_come_among_the_others_and_show_who_is_steady(
    app: Flask, story: Story
) -> None:
    office, marker = (cast.browser(app, member) for member in (cast.office, cast.marker))
    chosen = f"/marking/{story.exam}/responses/{story.short}/1/check"
    data = {"check-points-0": "6", "check-points-1": "2", "check-remark": "要点齐全"}
    wrong = office.post(chosen, data={**data, "check-points-0": "7"})
    assert (wrong.status_code, "须在 0 到 6 分之间" in wrong.text) == (422, True)
    assert office.post(chosen, data=data).status_code == 303
    assert office.post(chosen, data=data).status_code == 422
    seen, given = set(), iter(("6", "5", "4", "3"))
    while (page := marker.get(address(story, "next"))).status_code == 302:
        seen.add(page.location)
        assert "质检" not in marker.get(page.location).text
        marker.post(page.location, data={"points-0": next(given), "points-1": "2"})
    assert seen == {address(story, number) for number in range(1, 5)}
    quality = office.get(f"/marking/{story.exam}/quality").text
    assert ("钱阅" in quality, "要点齐全" in quality) == (True, True)
    with app.app_context():
        copies = session.scalars(select(Mark.points).where(Mark.copy > 0).order_by(Mark.id)).all()
        found = checks.steadiness(story.exam, exams.tasks(session.get_one(hall.Exam, story.exam)), tolerance=Fraction(1, 10))  # fmt: skip
    assert found[0].agreed is not None
    assert found[0].agreed.bias == Fraction(sum(copies)) / 2 / 10 - Fraction(8, 10)
    assert (found[0].agreed.number, found[0].own and found[0].own.number, found[0].others) == (2, 1, None)  # fmt: skip
    book = office.get(f"/marking/{story.exam}/quality.xlsx").data
    sheet = openpyxl.load_workbook(BytesIO(book))["阅卷人"]
    assert [cell.value for cell in list(sheet.rows)[-1]][:2] == ["钱阅", 2]
    assert "未收卷" not in office.get("/marking/").text
    office.post(f"/marking/{story.exam}/quality/1/take-back")
    with app.app_context():
        assert session.scalars(select(BlindResponse).where(BlindResponse.copy > 0)).all() == []
        assert session.scalar(select(func.count()).select_from(Mark)) == 2


def test_the_pages_are_clean_html(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    exam = f"/marking/{story.exam}"
    judged = f"{exam}/responses/{story.short}/1"
    others = [f"{exam}/{page}" for page in ("scheme", "responses", "quality")]
    for path in ("/marking/", exam, address(story), judged, *others):
        faults, _links = read(office.get(path).text)
        assert faults == [], path


def test_a_desk_page_of_many_responses_takes_few_statements(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        first = session.scalars(select(BlindResponse).where(BlindResponse.item_version_id == story.short)).first()  # fmt: skip
        assert first is not None
        for number in range(3, 40):
            attempt = hall.Attempt(**_columns(session.get_one(hall.Attempt, first.attempt_id)))
            session.add(attempt)
            session.flush()
            session.add(BlindResponse(exam_id=story.exam, attempt_id=attempt.id, number=5, item_version_id=story.short, blind_number=number, collected_at=now()))  # fmt: skip
    marker = cast.browser(app, cast.marker)
    with app.app_context():
        engine = db.database().engine
    with hall.selects(engine) as counted:
        marker.get(address(story))
    assert len(counted) <= 8, "\n".join(counted)


def _columns(attempt: hall.Attempt) -> dict[str, object]:
    kept = {column.key: getattr(attempt, column.key) for column in attempt.__table__.columns}
    return {key: value for key, value in kept.items() if key != "id"}


def test_the_desk_shows_the_pictures_of_its_item_and_no_others(app: Flask) -> None:
    with app.app_context(), db.transaction():
        held = hall.hold(hall.cohort(), {make.person("甲某某"): hall.ALL_RIGHT})
        media, strange = hall.illustrate(held.variants.values()), make.picture().id
        marking.collect(held.exam, by=cast.office(), at=now())
        desk = f"/marking/{held.exam.id}/items/{held.items[5]}"
    marker = cast.browser(app, cast.marker)
    page = marker.get(f"{desk}/1").text
    shown = html.fromstring(page).xpath("//img[@class='picture']/@src")
    # The second is shown by no text and stands below the stem, the last in the rationale.
    assert shown == [f"{desk}/media/{one}" for one in media]
    assert ("［图" in page, "录音里的秘密" in page) == (False, True)
    with marker.get(shown[0]) as sent:
        assert sent.status_code == 200
    assert marker.get(f"{desk}/media/{strange}").status_code == 404
    assert cast.browser(app, cast.learner).get(shown[0]).status_code == 403
