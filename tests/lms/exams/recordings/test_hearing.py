"""Who hears what candidates said: markers blind, staff who decide, the candidate afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.recordings import actions, queries
from lms.exams.recordings.models import Recording
from lms.exams.results import actions as results
from lms.exams.results.queries.exams import get_exam
from lms.ground import db
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall
from tests.lms.exams.recordings.said import SOUND, said
from tests.lms.exams.sittings.hall import School, begin, make_school, running_sitting
from tests.markup import read

__all__ = ["make_school"]
HASH = sha256(SOUND).hexdigest()
NAMED = f"sha256:{HASH}"


@dataclass
class Story:
    exam: int
    item: int
    sheet: int

    def desk(self, number: int = 1) -> str:
        return f"/marking/{self.exam}/items/{self.item}/{number}"


@pytest.fixture
def story(app: Flask) -> Story:
    """One candidate who spoke instead of writing, collected for marking."""
    with app.app_context(), db.transaction():
        person = make.person("甲某某", unit=make.unit("红河镇"))
        held = hall.hold(hall.cohort(), {person: {**hall.ALL_RIGHT, 5: NAMED}})
        sheet = held.attempts["甲某某"]
        assert sheet is not None
        marking.collect(held.exam, by=cast.office(), at=now())
        return Story(held.exam.id, held.items[5], sheet.id)


def keep(app: Flask, story: Story, **columns: object) -> None:
    with app.app_context(), db.transaction():
        said(db.session.get_one(Attempt, story.sheet), 5, **columns)


def heard(client: FlaskClient, address: str) -> Iterator[object]:
    with client.get(address, headers={"Range": "bytes=0-3"}) as answer:
        yield from (answer.status_code, answer.data, answer.headers.get("Content-Disposition", ""))


def test_a_marker_hears_the_answer_and_learns_no_name(app: Flask, story: Story) -> None:
    keep(app, story)
    marker = cast.browser(app, cast.marker)
    page = marker.get(story.desk()).text
    address = f"{story.desk()}/said/{HASH}"
    assert (f'src="{address}"' in page, "7 秒" in page, NAMED in page) == (True, True, False)
    status, content, name = heard(marker, address)
    assert (status, content) == (206, SOUND[:4])
    assert "filename*=UTF-8''%E5%BD%95%E9%9F%B3.webm" in str(name)
    assert marker.get(f"{story.desk()}/said/{'0' * 64}").status_code == 404
    assert cast.browser(app, cast.learner).get(address).status_code == 403


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"upload_id": None, "received": 100, "standing": None}, "录音只送达了 24%"),
        ({"standing": Standing.LATE}, "留存待处理"),
        ({"standing": Standing.LATE}, "请先不要评：教务科"),
        ({"standing": Standing.LATE, "counted": False, "decided_at": now()}, "没有计入"),
    ],
)
def test_the_desk_says_why_nothing_is_to_be_heard(
    app: Flask, story: Story, columns: dict[str, object], told: str
) -> None:
    marker = cast.browser(app, cast.marker)
    page = marker.get(story.desk()).text
    assert ("录音没有送达服务器" in page, "请先告诉教务科" in page) == (True, True)
    keep(app, story, **columns)
    assert told in marker.get(story.desk()).text
    assert marker.get(f"{story.desk()}/said/{HASH}").status_code == 404


def test_the_desk_plays_no_recording_that_was_made_for_another_slot(
    app: Flask, story: Story
) -> None:
    with app.app_context(), db.transaction():
        said(db.session.get_one(Attempt, story.sheet), 6)
    marker = cast.browser(app, cast.marker)
    page = marker.get(story.desk()).text
    assert ("为另一题录的，留存待处理" in page, "<audio" in page) == (True, False)
    assert marker.get(f"{story.desk()}/said/{HASH}").status_code == 404


@pytest.mark.parametrize(
    ("counted", "told", "status"),
    [(True, "<audio", 206), (False, "为另一题录的，不作为本题的作答", 404)],
)
def test_a_recording_that_was_lent_to_the_slot_is_heard_there(
    app: Flask, story: Story, counted: bool, told: str, status: int
) -> None:
    with app.app_context(), db.transaction():
        said(db.session.get_one(Attempt, story.sheet), 6)
        ((borrowed, number),) = queries.borrowed([story.sheet])
        deed = {"counted": counted, "reason": "题号弄错", "by": cast.office(), "at": now()}
        assert actions.lend([(borrowed, number)], **deed) == 1
        db.session.expire_all()
        assert actions.lend(queries.borrowed([story.sheet]), **deed) == 0
    marker = cast.browser(app, cast.marker)
    assert told in marker.get(story.desk()).text
    answered, *_ = heard(marker, f"{story.desk()}/said/{HASH}")
    assert answered == status
    with app.app_context():
        assert [one.sha256 for one in queries.of_answers([story.sheet])] == [HASH] * counted


def test_an_answer_with_another_slots_recording_waits_for_a_person(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    sheet_id = begin(app).attempt_id
    with app.app_context(), db.transaction():
        row, named = said(db.session.get_one(Attempt, sheet_id), 1)
        db.session.add(
            Step(attempt_id=sheet_id, lease=1, seq=9, number=2, value=named, received_at=now())
        )
        key = f"{row.id}.2"
    office, address = cast.browser(app, cast.office), f"/invigilation/{sitting}/aside"
    console = office.get(f"/invigilation/{sitting}/console").text
    assert '<span class="badge bg-red-lt">1</span>' in console
    page = office.get(address).text
    assert "第 2 题的答案用了为第 1 题录的音" in page and read(page)[0] == []
    status, *_ = heard(office, f"{address}/recordings/{key.partition('.')[0]}")
    assert status == 206
    form = {"borrowed": key, "verdict": "count"}
    assert office.post(address, data=form).status_code == 422
    assert office.post(address, data={**form, "reason": "监考人见其录错题"}).status_code == 303
    assert office.post(address, data={**form, "reason": "再来一次"}).status_code == 422
    decided = office.get(address).text
    assert ("监考人见其录错题" in decided, f'value="{key}"' in decided) == (True, False)
    console = office.get(f"/invigilation/{sitting}/console").text
    assert '<span class="badge bg-red-lt">1</span>' not in console


def test_only_what_answers_name_goes_where_answers_go(app: Flask, story: Story) -> None:
    keep(app, story)
    keep(app, story, content=SOUND + b"first try")
    with app.app_context():
        assert [one.sha256 for one in queries.of_answers([story.sheet])] == [HASH]


def test_a_late_recording_waits_for_a_person_who_hears_it_first(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    sheet_id = begin(app).attempt_id
    with app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, sheet_id)
        row, named = said(sheet, 1, standing=Standing.LATE)
        db.session.add(
            Step(attempt_id=sheet_id, lease=1, seq=9, number=1, value=named, received_at=now())
        )
        other, _ = said(sheet, 1, SOUND + b"?", standing=Standing.STALE_LEASE)
        numbers = (row.id, other.id)
    office = cast.browser(app, cast.office)
    assert (
        '<span class="badge bg-red-lt">2</span>'
        in office.get(f"/invigilation/{sitting}/console").text
    )
    page = office.get(f"/invigilation/{sitting}/aside").text
    assert ["答案里登记的就是它" in page, "答案里没有登记它" in page] == [True, True]
    status, content, _ = heard(office, f"/invigilation/{sitting}/aside/recordings/{numbers[0]}")
    assert (status, content) == (206, SOUND[:4])
    assert office.get(f"/invigilation/{sitting}/aside/recordings/999").status_code == 404
    told = {"recording": str(numbers[0]), "verdict": "count"}
    refused = office.post(f"/invigilation/{sitting}/aside", data=told)
    assert (refused.status_code, "请写明处理的理由" in refused.text) == (422, True)
    done = office.post(f"/invigilation/{sitting}/aside", data={**told, "reason": "断网"})
    assert done.status_code == 303
    with app.app_context():
        found = {one.id: one.counted for one in db.session.scalars(select(Recording))}
    assert found == {numbers[0]: True, numbers[1]: None}


def test_the_console_says_whose_page_cannot_record(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    one = begin(app)
    trouble = {"seq": 1, "kind": "no_recording", "detail": "本页不是用 https:// 打开的"}
    assert one.post("report", lease=one.lease, reports=[trouble]).status_code == 200
    page = cast.browser(app, cast.invigilator).get(f"/invigilation/{sitting}/console/rows").text
    assert "座位 1 的页面不能录音" in page


def test_ones_own_recording_is_heard_with_the_released_result_and_by_nobody_else(
    app: Flask,
) -> None:
    with app.app_context(), db.transaction():
        me, other = get_person_of(cast.learner()), get_person_of(cast.other_learner())
        answers = {**hall.ALL_RIGHT, 5: NAMED}
        held = hall.hold(hall.cohort(), {me: answers, other: hall.ALL_RIGHT})
        exam, sheet = held.exam.id, held.attempts[me.name]
        assert sheet is not None
        said(sheet, 5)
        marking.collect(held.exam, by=cast.office(), at=now())
        hall.mark_all(held, cast.marker(), {5: ("6", "4"), 6: ("12",)})
        scoring.score(held.exam, by=cast.office(), at=now())
        desk = f"/marking/{exam}/items/{held.items[5]}"
    mine, learner = f"/results/mine/{exam}", cast.browser(app, cast.learner)
    stranger = cast.browser(app, cast.other_learner)
    assert [learner.get(one).status_code for one in (mine, f"{mine}/said/{HASH}")] == [404, 404]
    with app.app_context(), db.transaction():
        results.release(get_exam(exam), by=cast.office(), at=now())
    assert f'src="{mine}/said/{HASH}"' in learner.get(mine).text
    status, content, name = heard(learner, f"{mine}/said/{HASH}")
    assert (status, content, "filename*=UTF-8''%E6%88%91" in str(name)) == (206, SOUND[:4], True)
    assert f"/said/{HASH}" not in stranger.get(mine).text
    assert stranger.get(f"{mine}/said/{HASH}").status_code == 404
    places = {f"{desk}/{number}/said/{HASH}" for number in (1, 2)}
    for member, expected in [
        (cast.marker, {200, 404}),
        (cast.office, {200, 404}),
        (cast.learner, {403}),
        (cast.other_learner, {403}),
        (cast.invigilator, {403}),
    ]:
        client = cast.browser(app, member)
        assert {client.get(one, buffered=True).status_code for one in places} == expected
        if expected != {403}:
            assert client.get(f"{mine}/said/{HASH}").status_code == 403
