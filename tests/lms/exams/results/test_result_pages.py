"""The pages of results, for each role; and that no key leaves the house before the release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.results import actions
from lms.exams.results.models import Release
from lms.exams.results.queries import exams
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.people.models import Person
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall
from tests.markup import read

SECRETS = ("秘密", "说出召集人", "3年")


@dataclass
class Story:
    exam: int
    other_exam: int


@pytest.fixture
def story(app: Flask) -> Story:
    """王学 sat an exam that is scored, not released; 赵同 sat one of another cohort."""
    with app.app_context(), db.transaction():
        mine = scored(cast.learner(), "结业考试", number=7)
        other = scored(cast.other_learner(), "另一场考试", number=8)
        return Story(mine.exam.id, other.exam.id)


def scored(account: Account, title: str, *, number: int) -> hall.Held:
    person: Person = get_person_of(account)
    cohort = hall.cohort(title=f"知行学堂第{number}期", number=number, of=programme())
    absent = make.person(f"缺考人{number}")
    held = hall.hold(cohort, {person: hall.ALL_RIGHT, absent: None}, title=title)
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    return held


def programme() -> hall.Programme:
    return session.scalar(select(hall.Programme)) or hall.programme()


def release(app: Flask, exam_id: int) -> None:
    with app.app_context(), db.transaction():
        actions.release(exams.get_exam(exam_id), by=cast.office(), at=now())


def pages(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page that a GET can ask for, with small numbers for whatever it wants to know."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for number in (1, 2) if rule.arguments else (1,):
            filled = {name: str(number) for name in rule.arguments}
            address = rule.build(filled, append_unknown=False)
            if address is not None:
                answer = client.get(address[1])
                yield address[1], answer.get_data().decode("utf-8", errors="replace")


def test_no_page_of_a_learner_holds_a_key_before_the_release(app: Flask, story: Story) -> None:
    learner = cast.browser(app, cast.learner)
    leaks = [
        (address, secret)
        for address, text in pages(app, learner)
        for secret in SECRETS
        if secret in text
    ]
    assert leaks == []
    release(app, story.exam)
    told = {address for address, text in pages(app, learner) if "解析秘密" in text}
    assert told == {f"/results/mine/{story.exam}"}


def test_a_result_is_not_there_before_the_release(app: Flask, story: Story) -> None:
    learner = cast.browser(app, cast.learner)
    assert learner.get(f"/results/mine/{story.exam}").status_code == 404
    assert "还没有公布的成绩" in learner.get("/results/mine").text


def test_a_learner_reads_points_reasons_and_key_after_the_release(app: Flask, story: Story) -> None:
    release(app, story.exam)
    learner = cast.browser(app, cast.learner)
    assert "94.5" in learner.get("/results/mine").text
    page = learner.get(f"/results/mine/{story.exam}").text
    for told in ("94.5", "优秀", "各大题合计94.5分。", "达到这场考试的及格线60分", "村民委员会每届任期几年？", "标准答案 B，您选了 B，得 20 分。",
                 "采分点“说出召集人”：6 分中得 5 分。", "解析秘密1", "参考答案秘密：应当公开。"):  # fmt: skip
        assert told in page
    assert read(page)[0] == []
    assert read(learner.get("/results/mine").text)[0] == []


def test_my_exams_lead_to_the_result_once_it_is_released(app: Flask, story: Story) -> None:
    learner, way = cast.browser(app, cast.learner), f'href="/results/mine/{story.exam}"'
    assert way not in learner.get("/attempts/").text
    release(app, story.other_exam)
    assert "/results/mine/" not in learner.get("/attempts/").text.replace('"/results/mine"', "")
    release(app, story.exam)
    assert learner.get("/attempts/").text.count(way) == 1


def test_a_foreign_result_is_never_there(app: Flask, story: Story) -> None:
    release(app, story.exam)
    release(app, story.other_exam)
    learner = cast.browser(app, cast.learner)
    assert learner.get(f"/results/mine/{story.other_exam}").status_code == 404
    assert "另一场考试" not in learner.get("/results/mine").text


def test_the_office_reads_the_preview_confirms_and_releases_once(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    assert "待公布" in office.get("/results/").text
    preview = office.get(f"/results/{story.exam}").text
    for told in ("94.5", "优秀", "缺考", "王学"):
        assert told in preview
    confirm = office.get(f"/results/{story.exam}/release")
    assert "第 1 次计分的成绩" in confirm.text
    assert [read(page)[0] for page in (preview, confirm.text)] == [[], []]
    released = office.post(f"/results/{story.exam}/release", data={"run_number": "1"})
    assert (released.status_code, released.location) == (303, f"/results/{story.exam}")
    again = office.post(f"/results/{story.exam}/release", data={"run_number": "1"})
    assert (again.status_code, "不需要再次公布" in again.text) == (422, True)
    done = office.get(f"/results/{story.exam}/release")
    assert (done.status_code, "由李教务公布，不需要再次公布" in done.text) == (200, True)
    assert "确认公布" not in done.text + again.text
    stale = office.post(f"/results/{story.exam}/release", data={"run_number": "7"})
    assert stale.status_code == 409
    with app.app_context():
        assert len(session.scalars(select(Release)).all()) == 1


def test_nothing_is_offered_that_cannot_be_released(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        one = session.scalars(select(Attempt).order_by(Attempt.id)).first()
        assert one is not None
        later = {"lease": 9, "seq": 1, "number": 5, "value": "另写", "received_at": now()}
        session.add(Step(attempt_id=one.id, standing=Standing.COUNTS, **later))
    office = cast.browser(app, cast.office)
    page = office.get(f"/results/{story.exam}/release").text
    assert ("现在还不能公布" in page, "确认公布" in page) == (True, False)
    assert "有 1 份作答在评阅以后有变化" in page
    refused = office.post(f"/results/{story.exam}/release", data={"run_number": "1"})
    assert (refused.status_code, "有 1 份作答在评阅以后有变化" in refused.text) == (422, True)


def test_an_exam_without_scores_says_what_to_do(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        cohort = hall.cohort(title="新班", number=9, of=programme())
        held = hall.hold(cohort, {make.person("戊"): {1: "B"}}, title="未计分的考试")
        exam = held.exam.id
    office = cast.browser(app, cast.office)
    assert "还没有计分" in office.get(f"/results/{exam}").text
    assert office.get(f"/results/{exam}/release").status_code == 422
    assert office.get(f"/results/{exam}/book.xlsx").status_code == 404
    assert office.get("/results/999").status_code == 404


def test_learners_without_a_seat_are_named(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        cohort = session.scalars(select(hall.Cohort).where(hall.Cohort.number == 7)).one()
        hall.enrol(cohort, make.person("漏排人"))
    office = cast.browser(app, cast.office)
    assert "漏排人" in office.get(f"/results/{story.exam}").text
    assert "有 1 名学员没有安排" in office.get(f"/results/{story.exam}/release").text


def test_the_grade_book_is_downloaded_after_the_release(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    assert office.get(f"/results/{story.exam}/book.xlsx").status_code == 404
    release(app, story.exam)
    book = office.get(f"/results/{story.exam}/book.xlsx")
    names = [row[2].value for row in load_workbook(BytesIO(book.data)).active.rows]
    assert names[2:4] == ["王学", "缺考人7"]


@pytest.mark.parametrize(
    ("member", "office", "own"),
    [
        (cast.office, 200, 403),
        (cast.learner, 403, 200),
        (cast.marker, 403, 403),
        (cast.adviser, 403, 403),
        (cast.organiser, 403, 403),
        (cast.unit_admin, 403, 403),
        (cast.instructor, 403, 403),
    ],
)
def test_results_are_opened_by_who_may(
    app: Flask, story: Story, member: Callable[[], Account], office: int, own: int
) -> None:
    client = cast.browser(app, member)
    paths = ["/results/", f"/results/{story.exam}", f"/results/{story.exam}/release"]
    assert [client.get(path).status_code for path in paths] == [office] * 3
    assert client.get("/results/mine").status_code == own
    if office == 403:
        assert client.post(f"/results/{story.exam}/release").status_code == 403


def test_a_preview_of_an_exam_takes_few_statements(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context():
        engine = db.database().engine
    with hall.selects(engine) as counted:
        office.get(f"/results/{story.exam}")
    assert len(counted) <= 17, "\n".join(counted)


def test_a_make_up_is_arranged_for_whoever_missed_or_failed(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    page, address = f"/results/{story.exam}", f"/results/{story.exam}/make-up"
    with app.app_context(), db.transaction():
        paper = make.sealed_paper().id
    data = {"title": "结业考试（补考）", "paper": str(paper)}
    early = office.post(address, data=data)
    assert (early.status_code, "成绩公布以后才能安排补考" in early.text) == (422, True)
    assert office.post(f"{page}/release", data={"run_number": "1"}).status_code == 303
    shown = office.get(page).text
    assert "登记补考，去安排场次" in shown and read(shown)[0] == []
    assert office.post(address, data={"title": "", "paper": str(paper)}).status_code == 422
    unchosen = office.post(address, data={**data, "paper": "0"})
    assert (unchosen.status_code, "请选择试卷。" in unchosen.text) == (422, True)
    with app.app_context():
        board = f"/sittings/coverage?cohort={session.get_one(hall.Exam, story.exam).cohort_id}"
    assert f'href="{page}">安排补考' in office.get(board).text
    made = office.post(address, data=data)
    assert made.status_code == 303
    shown = office.get(board).text
    assert ("补考已登记，去安排场次" in shown, ">安排补考" in shown) == (True, False)
    assert "安排场次" in office.get(made.location).text
    again = office.post(address, data={**data, "title": "再补考"})
    assert (again.status_code, "不需要补考" in again.text) == (422, True)
    assert cast.browser(app, cast.organiser).post(address, data=data).status_code == 403


def status(client: FlaskClient, address: str) -> int:
    with client.get(address) as sent:
        return sent.status_code


def test_pictures_of_ones_own_sheet_are_shown_after_the_release_alone(app: Flask) -> None:
    with app.app_context(), db.transaction():
        held = hall.hold(hall.cohort(), {get_person_of(cast.learner()): hall.ALL_RIGHT})
        media, strange = hall.illustrate(held.variants.values()), make.picture().id
        marking.collect(held.exam, by=cast.office(), at=now())
        hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
        scoring.score(held.exam, by=cast.office(), at=now())
        exam_id = held.exam.id
    learner, address = cast.browser(app, cast.learner), f"/results/mine/{exam_id}"
    pictures = [f"{address}/media/{one}" for one in media]
    assert {status(learner, one) for one in pictures} == {404}
    release(app, exam_id)
    page = learner.get(address).text
    shown = html.fromstring(page).xpath("//img[@class='picture']/@src")
    short = [pictures[at] for at in (0, 2, 1)]  # the last is shown by no text
    assert shown == [*pictures, *short]
    assert ("［图" in page, "录音里的秘密" in page) == (False, True)
    assert {status(learner, one) for one in pictures} == {200}
    assert status(learner, f"{address}/media/{strange}") == 404
    other = cast.browser(app, cast.other_learner)
    assert status(other, pictures[0]) == 404


def test_the_board_shows_every_learner_beside_every_required_exam(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context():
        cohort = session.get_one(hall.Exam, story.exam).cohort_id
    address = f"/results/board/{cohort}"
    assert "已考，待公布" in office.get(address).text
    office.post(f"/results/{story.exam}/release", data={"run_number": "1"})
    page = office.get(address).text
    assert ("还有 1 个缺口" in page, "缺考人7" in page, "94.5" in page) == (True, True, True)
    assert read(page)[0] == []
    table = load_workbook(BytesIO(office.get(f"{address}.xlsx").data)).active
    cells = {row[1].value: row[3].value for row in table.rows}
    assert cells["王学"] == "94.5分，合格"
    assert cells["缺考人7"] == "缺考"
    assert cast.browser(app, cast.learner).get(address).status_code == 403
