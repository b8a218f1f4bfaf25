"""Staff take answer files in: the same way, the same clock, the same lease as from the page."""

from __future__ import annotations

import base64
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.recordings.queries import of_answers
from lms.ground import db
from lms.ground.clock import now
from tests import cast
from tests.lms.exams.answer_files.files import sealed, sitting_of
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat
from tests.lms.exams.recordings.test_recordings import SOUND, speaker
from tests.markup import read


def bring(client: FlaskClient, sitting: int, *files: bytes) -> TestResponse:
    named = [(BytesIO(file), f"{place}.fengxue") for place, file in enumerate(files, 1)]
    return client.post(
        f"/answer_files/{sitting}",
        data={"files": named},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def answers(app: Flask, one: Seat) -> dict[int, object]:
    with app.app_context():
        return responses([one.attempt_id])[one.attempt_id]


@pytest.fixture(name="one")
def begin(app: Flask) -> Seat:
    """A candidate who has answered the first item, and has no network from then on."""
    one = seat(app)
    one.open()
    assert one.save(n1="A").status_code == 200
    return one


def test_an_invigilator_takes_in_what_the_page_could_not_send(app: Flask, one: Seat) -> None:
    sitting, watcher = sitting_of(app, one.attempt_id), cast.browser(app, cast.invigilator)
    assert f'"/answer_files/{sitting}"' in watcher.get(f"/invigilation/{sitting}/console").text
    assert "还没有收下应急答卷" in watcher.get(f"/answer_files/{sitting}").text
    file = sealed(one.attempt_id, (1, 2, 2, "B"), (1, 3, 1, "C"))
    page = bring(watcher, sitting, file).text
    assert "已收下“1.fengxue”：作答计入 2 处、留存待处理 0 处、没有收下 0 处，录音 0 段。" in page
    assert read(page)[0] == []
    assert answers(app, one) == {1: "C", 2: "B"}
    assert "已由冯监收下，不用再次上传" in bring(watcher, sitting, file).text


def test_the_page_that_comes_back_later_is_told_that_all_is_kept(app: Flask, one: Seat) -> None:
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    bring(office, sitting, sealed(one.attempt_id, (1, 2, 2, "B")))
    assert one.save(n2="B").get_json()["acknowledged"] == [2]
    assert answers(app, one) == {1: "A", 2: "B"}


def test_what_comes_too_late_or_from_a_fenced_device_waits_for_a_decision(
    app: Flask, one: Seat
) -> None:
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    at_another_device(app, one).open()
    page = bring(office, sitting, sealed(one.attempt_id, (1, 2, 2, "B"))).text
    assert "计入 0 处、留存待处理 1 处" in page
    with app.app_context(), db.transaction() as session:
        sheet = session.get_one(Attempt, one.attempt_id)
        sheet.deadline = sheet.accepts_until = now() - timedelta(minutes=20)
    page = bring(office, sitting, sealed(one.attempt_id, (2, 1, 3, "C"))).text
    assert "计入 0 处、留存待处理 1 处" in page
    assert answers(app, one) == {1: "A"}
    aside = office.get(f"/invigilation/{sitting}/aside").text
    assert ["截止后送达" in aside, "来自已被接替的窗口" in aside] == [True, True]


def test_sound_files_are_taken_in_beside_those_that_are_not(app: Flask, one: Seat) -> None:
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    other = seat(app, cast.other_learner)
    foreign = sealed(other.attempt_id, (1, 1, 1, "A"))
    page = bring(office, sitting, b"%PDF", foreign, sealed(one.attempt_id, (1, 2, 2, "B"))).text
    assert "“1.fengxue”没有收下：这不是考试页面保存的应急答卷文件。" in page
    assert "“2.fengxue”没有收下：这份应急答卷不是本场次考生的" in page
    assert "已收下“3.fengxue”" in page
    assert (answers(app, one), answers(app, other)) == ({1: "A", 2: "B"}, {})


def test_what_the_sheet_has_no_place_for_is_told(app: Flask, one: Seat) -> None:
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    strange = {"number": 1, "lease": 1, "seconds": 7, "content": "T2dnUw=="}
    file = sealed(one.attempt_id, (1, 1, 1, "D"), (1, 2, 99, "A"), (7, 1, 2, "B"), takes=[strange])
    rows = read(bring(office, sitting, file).text)
    assert rows[0] == []
    shown = office.get(f"/answer_files/{sitting}").text
    assert '<td class="num">4</td>' in shown
    assert answers(app, one) == {1: "A"}


def test_a_recording_comes_along_and_is_heard(app: Flask) -> None:
    one = speaker(app)
    one.open()
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    whole = sha256(SOUND).hexdigest()
    content = base64.b64encode(SOUND).decode()
    take = {"number": 1, "lease": 1, "seconds": 7, "content": content}
    file = sealed(one.attempt_id, (1, 1, 1, f"sha256:{whole}"), takes=[take])
    assert (
        "计入 1 处、留存待处理 0 处、没有收下 0 处，录音 1 段" in bring(office, sitting, file).text
    )
    with app.app_context():
        assert [found.sha256 for found in of_answers([one.attempt_id])] == [whole]


def test_a_closed_account_is_named(app: Flask, one: Seat) -> None:
    sitting, office = sitting_of(app, one.attempt_id), cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        cast.learner().disabled_at = now()
    page = bring(office, sitting, sealed(one.attempt_id, (1, 2, 2, "B"))).text
    assert "的账号已停用，请先启用账号，再上传应急答卷。" in page


def test_nobody_else_takes_anything_in(app: Flask, one: Seat) -> None:
    sitting = sitting_of(app, one.attempt_id)
    file = sealed(one.attempt_id, (1, 2, 2, "B"))
    assert bring(cast.browser(app, cast.learner), sitting, file).status_code == 403
    assert bring(cast.browser(app, cast.office), sitting + 1, file).status_code == 404
    assert bring(cast.browser(app, cast.office), sitting).status_code == 422
    assert answers(app, one) == {1: "A"}


def test_a_file_that_two_bring_at_one_instant_is_taken_in_once(app: Flask, one: Seat) -> None:
    sitting, file = sitting_of(app, one.attempt_id), sealed(one.attempt_id, (1, 2, 2, "B"))
    pages: list[str] = []
    clients = [cast.browser(app, cast.office), cast.browser(app, cast.invigilator)]
    threads = [
        Thread(
            target=lambda client: pages.append(bring(client, sitting, file).text), args=(client,)
        )
        for client in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = sorted(("已收下“1.fengxue”" in page, "不用再次上传" in page) for page in pages)
    assert told == [(False, True), (True, False)]
    assert answers(app, one) == {1: "A", 2: "B"}
