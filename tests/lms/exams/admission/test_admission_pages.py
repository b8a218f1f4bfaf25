"""Setting what a sitting asks for, the .seb file, and launch links."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.admission.models import Launch
from lms.exams.attempts.models import Admission, Attempt
from lms.exams.attempts.rules.doors import request_hash
from lms.exams.sittings.models import Sitting
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from tests import cast
from tests.lms.exams.sittings.hall import School, begin, make_school, running_sitting, sheet_of

__all__ = ["make_school"]


def present(app: Flask, sitting: int) -> Admission | None:
    with app.app_context():
        found = db.session.get_one(Sitting, sitting)
        if found.admission_id is None:
            return None
        return db.session.get_one(Admission, found.admission_id)


def test_a_code_is_drawn_shown_large_and_renewed(app: Flask, school: School) -> None:
    sitting, office = running_sitting(app, school), cast.browser(app, cast.office)
    answer = office.post(f"/admission/{sitting}", data={"asks_code": "y"})
    assert answer.status_code == 303
    first = present(app, sitting)
    assert first is not None and re.fullmatch(r"[2-9A-HJKMNP-Z]{6}", first.code)
    watcher = cast.browser(app, cast.invigilator)
    assert first.code in watcher.get(f"/admission/{sitting}").text
    assert first.code in watcher.get(f"/invigilation/{sitting}/console").text
    assert watcher.post(f"/admission/{sitting}/code").status_code == 303
    second = present(app, sitting)
    assert second is not None and second.code != first.code
    assert sheet_of(app, 1).admission_id == second.id
    with app.app_context():
        deeds = [
            *db.session.scalars(
                select(AuditEntry.action)
                .where(AuditEntry.action.like("admission.%"))
                .order_by(AuditEntry.id)
            )
        ]
    assert deeds == ["admission.set", "admission.renew_code"]


def test_one_machine_for_each_is_set_kept_with_a_new_code_and_taken_back(
    app: Flask, school: School
) -> None:
    sitting, office = running_sitting(app, school), cast.browser(app, cast.office)
    for data in ({"asks_code": "y", "binds_seat": "y"}, {"binds_seat": "y"}):
        assert office.post(f"/admission/{sitting}", data=data).status_code == 303
    only = present(app, sitting)
    assert only is not None and (only.binds_seat, only.code) == (True, "")
    office.post(f"/admission/{sitting}", data={"asks_code": "y", "binds_seat": "y"})
    office.post(f"/admission/{sitting}/code")
    renewed = present(app, sitting)
    assert renewed is not None and renewed.binds_seat
    box = re.search(r'<input[^>]*name="binds_seat"[^>]*>', office.get(f"/admission/{sitting}").text)
    assert box is not None and "checked" in box[0]
    assert "一人一机</div>" in cast.browser(app, cast.invigilator).get(f"/admission/{sitting}").text
    office.post(f"/admission/{sitting}", data={})
    assert present(app, sitting) is None


def test_whoever_is_at_work_goes_on_under_a_new_code(app: Flask, school: School) -> None:
    sitting, one = running_sitting(app, school), begin(app)
    office = cast.browser(app, cast.office)
    office.post(f"/admission/{sitting}", data={"asks_code": "y"})
    told = one.save(n2="B")
    assert (told.status_code, told.get_json()["asks"]) == (403, "door")
    header = {"X-Exam-Door": told.get_json()["door"]}
    body = {"lease": 1, "operations": [{"seq": 3, "number": 2, "value": "B"}]}
    address = f"/attempts/{one.attempt_id}/save"
    assert one.client.post(address, json=body, headers=header).status_code == 200


def test_wrong_lines_are_told_all_at_once_and_typed_values_stay(app: Flask, school: School) -> None:
    sitting, office = running_sitting(app, school), cast.browser(app, cast.office)
    typed = {"networks": "192.168.1.0/24\n三楼机房", "exam_keys": "abc"}
    page = office.post(f"/admission/{sitting}", data=typed)
    assert page.status_code == 422
    assert ["三楼机房”不是网络地址" in page.text, "abc”不是浏览器考试密钥" in page.text] == [
        True,
        True,
    ]
    assert "192.168.1.0/24\n三楼机房" in page.text
    assert present(app, sitting) is None


def test_asking_for_nothing_takes_the_door_away(app: Flask, school: School) -> None:
    sitting, office = running_sitting(app, school), cast.browser(app, cast.office)
    office.post(f"/admission/{sitting}", data={"asks_code": "y"})
    office.post(f"/admission/{sitting}", data={})
    assert (present(app, sitting), sheet_of(app, 1).admission_id) == (None, None)


def asked_for_browser(app: Flask, school: School) -> int:
    sitting = running_sitting(app, school)
    office = cast.browser(app, cast.office)
    data = {"asks_browser": "y", "quit_password": "quit"}
    assert office.post(f"/admission/{sitting}", data=data).status_code == 303
    return sitting


def test_the_seb_file_of_a_sitting_opens_its_papers(app: Flask, school: School) -> None:
    sitting = asked_for_browser(app, school)
    answer = cast.browser(app, cast.invigilator).get(f"/admission/{sitting}/exam.seb")
    assert answer.headers["Content-Disposition"] == "attachment; filename=exam.seb"
    assert gzip.decompress(answer.data)[:4] == b"plnd"
    admission = present(app, sitting)
    assert admission is not None
    sheet = sheet_of(app, 1)
    address = f"/attempts/{sheet.id}/open"
    client = cast.browser(app, cast.learner)
    headers = {
        "X-Exam-Door": admission.door.sign,
        "X-SafeExamBrowser-ConfigKeyHash": request_hash(
            f"http://localhost{address}", admission.config_key
        ),
    }
    assert client.post(address, json={}).status_code == 403
    assert client.post(address, json={}, headers=headers).status_code == 200


def test_the_seb_file_stays_until_the_quit_password_is_another(app: Flask, school: School) -> None:
    sitting, office = asked_for_browser(app, school), cast.browser(app, cast.office)
    files = [office.get(f"/admission/{sitting}/exam.seb").data]
    for more in ({"asks_code": "y"}, {"quit_password": "another"}):
        office.post(f"/admission/{sitting}", data={"asks_browser": "y", **more})
        files.append(office.get(f"/admission/{sitting}/exam.seb").data)
    assert [files[1] == files[0], files[2] == files[0]] == [True, False]


def launched(app: Flask) -> str:
    """The token of a launch link that the learner asked for."""
    client = cast.browser(app, cast.learner)
    page = client.post(f"/admission/papers/{sheet_of(app, 1).id}/launch")
    found = re.search(
        r"seb://localhost/admission/launches/([\w-]+)\.seb\?\?launch=([\w-]+)", page.text
    )
    assert found is not None and found[1] == found[2]
    return found[1]


def test_a_launch_link_logs_its_owner_in_once(app: Flask, school: School) -> None:
    asked_for_browser(app, school)
    token, seb = launched(app), app.test_client()
    assert gzip.decompress(seb.get(f"/admission/launches/{token}.seb").data)[:4] == b"plnd"
    assert "即将进入" in seb.get(f"/admission/door?launch={token}").text
    entered = seb.post("/admission/door", data={"launch": token})
    assert entered.headers["Location"] == f"/attempts/{sheet_of(app, 1).id}"
    assert seb.get(entered.headers["Location"]).status_code == 200
    again = app.test_client()
    assert again.post("/admission/door", data={"launch": token}).status_code == 422
    assert again.get(f"/admission/launches/{token}.seb").status_code == 404
    assert "已经用过" in again.get(f"/admission/door?launch={token}").text
    assert again.get("/attempts/").status_code == 302


def test_a_launch_link_expires(app: Flask, school: School) -> None:
    asked_for_browser(app, school)
    token = launched(app)
    with app.app_context(), db.transaction():
        db.session.scalars(select(Launch)).one().expires_at = now() - timedelta(seconds=1)
    answer = app.test_client().post("/admission/door", data={"launch": token})
    assert (answer.status_code, "已过期" in answer.text) == (422, True)


def test_a_launch_link_of_a_closed_account_opens_nothing(app: Flask, school: School) -> None:
    asked_for_browser(app, school)
    token = launched(app)
    with app.app_context(), db.transaction():
        cast.learner().disabled_at = now()
    seb = app.test_client()
    assert seb.post("/admission/door", data={"launch": token}).status_code == 422
    assert seb.get("/attempts/").status_code == 302


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_guessed_token_opens_nothing(app: Flask, token: str) -> None:
    assert app.test_client().post("/admission/door", data={"launch": token}).status_code == 422


def test_nobody_launches_the_paper_of_another(app: Flask, school: School) -> None:
    asked_for_browser(app, school)
    other = cast.browser(app, cast.other_learner)
    address = f"/admission/papers/{sheet_of(app, 1).id}/launch"
    assert other.post(address).status_code == 404


def test_newcomers_get_the_door_of_their_sitting(app: Flask, school: School) -> None:
    sitting = asked_for_browser(app, school)
    with app.app_context():
        doors = {*db.session.scalars(select(Attempt.admission_id))}
        assert doors == {db.session.get_one(Sitting, sitting).admission_id}
