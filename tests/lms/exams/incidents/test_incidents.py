"""The incident log: reports of pages, the chain of a sitting, and `flask exams verify`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from werkzeug.test import TestResponse

from lms.exams.attempts.models import Attempt, Sighting, Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.incidents import actions
from lms.exams.incidents.models import IncidentSeal
from lms.exams.incidents.rules import RIPE_AFTER
from lms.exams.invigilation.actions.deeds import intervene, note_incident
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.rules import Deed, IncidentKind
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground import db
from lms.ground.clock import now
from question_bank.papers.models import Variant
from tests import cast
from tests.lms.exams.attempts.hall import Seat, seat
from tests.lms.exams.attempts.test_journal import statements
from tests.lms.exams.recordings.said import SOUND, said
from tests.lms.exams.sittings.hall import School, begin, make_school, running_sitting

__all__ = ["make_school"]
LEFT = {"seq": 1, "kind": "left", "seconds": 12.4, "ago": 3, "detail": ""}


def report(one: Seat, *reports: dict[str, Any], lease: int = 1) -> TestResponse:
    return one.post("report", lease=lease, reports=list(reports))


def sightings(app: Flask) -> list[Sighting]:
    with app.app_context():
        return list(db.session.scalars(select(Sighting).order_by(Sighting.id)))


def test_what_a_page_reports_is_kept_once_and_dated_by_the_server(app: Flask) -> None:
    one = seat(app)
    one.open()
    copied = {"seq": 2, "kind": "copy", "detail": "paste"}
    with statements(app) as written:
        assert report(one, LEFT, copied).status_code == 200
    assert len(written) == 1
    assert report(one, LEFT, copied).status_code == 422
    first, second = sightings(app)
    assert (first.kind, first.seconds, second.kind, second.detail) == ("left", 12, "copy", "paste")
    assert first.received_at - first.at == timedelta(seconds=3)
    assert abs(now() - first.received_at) < timedelta(seconds=20)


def test_reports_of_others_and_of_leases_to_come_are_refused(app: Flask) -> None:
    one, other = seat(app), seat(app, cast.other_learner)
    one.open()
    other.open()
    stranger = Seat(other.client, one.attempt_id)
    assert report(stranger, LEFT).status_code == 404
    assert report(one, LEFT, lease=2).status_code == 422
    assert sightings(app) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 0, "kind": "left"}, {"seq": 1, "kind": "danced"}, {"seq": 5001, "kind": "left"},
        {"seq": 1, "kind": "copy", "detail": 7}, {"seq": 1, "kind": "copy", "detail": "a\0b"}, "left",
    ],
)  # fmt: skip
def test_reports_without_shape_are_refused(app: Flask, wrong: Any) -> None:
    one = seat(app)
    one.open()
    assert report(one, wrong).status_code == 422
    assert one.post("report", lease=1, reports=[LEFT] * 51).status_code == 422
    assert sightings(app) == []


def test_times_that_no_page_can_know_are_nought(app: Flask) -> None:
    one = seat(app)
    one.open()
    report(one, {"seq": 1, "kind": "gap", "seconds": -5, "ago": 1e300})
    assert [(one.seconds, one.at == one.received_at) for one in sightings(app)] == [(0, True)]


def eventful(app: Flask, school: School) -> int:
    """A sitting in which a page was left, a telephone rang, and everybody was told something."""
    sitting_id = running_sitting(app, school)
    report(begin(app), LEFT)
    with app.app_context(), db.transaction():
        sitting, by = get_sitting(sitting_id, cast.office()), cast.office()
        note_incident(sitting, IncidentKind.PHONE, candidate_ids=None, text="铃响", by=by, at=now())
        intervene(sitting, Deed.TELL, candidate_ids=None, text="安静", by=by, at=now())
    return sitting_id


def seal(app: Flask) -> int:
    with app.app_context(), db.transaction():
        return actions.seal(at=now() + RIPE_AFTER + timedelta(seconds=1))


def verify(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["exams", "verify"])
    return done.exit_code, done.output


def test_the_log_of_a_sitting_is_sealed_when_it_is_ripe(app: Flask, school: School) -> None:
    eventful(app, school)
    with app.app_context(), db.transaction():
        assert actions.seal(at=now()) == 0
    assert (seal(app), seal(app)) == (4, 0)
    assert verify(app) == (
        0,
        "核对了 1 个场次的考场日志、0 份交卷回执。\n全部属实，没有改动。\n",
    )


@contextmanager
def tampering(app: Flask) -> Iterator[None]:
    """Somebody who writes to the database behind the house's back."""
    with app.app_context(), db.transaction():
        yield


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (update(Sighting).values(seconds=1), "与记录内容不符"),
        (delete(Incident), "应有 4 条记录，现有 3 条"),
        (text("UPDATE intervention SET text = 'x'"), "与记录内容不符"),
        (update(IncidentSeal).values(previous_hash="1" * 64), "接不上前一个"),
        (update(IncidentSeal).values(number=2), "接不上前一个"),
        (update(IncidentSeal).values(entries=3), "应有 3 条记录，现有 4 条"),
    ],
)
def test_verify_tells_of_every_change_and_fails(
    app: Flask, school: School, change: Any, told: str
) -> None:
    sitting = eventful(app, school)
    seal(app)
    with tampering(app):
        db.session.execute(change)
    status, output = verify(app)
    assert (status, told in output) == (1, True), output
    assert (
        "日志被改动过" in cast.browser(app, cast.office).get(f"/incidents/{sitting}?verify=1").text
    )


def test_a_second_seal_follows_the_first(app: Flask, school: School) -> None:
    sitting = eventful(app, school)
    seal(app)
    with app.app_context(), db.transaction():
        found, by = get_sitting(sitting, cast.office()), cast.office()
        note_incident(found, IncidentKind.OTHER, candidate_ids=None, text="停电", by=by, at=now())
    assert (seal(app), verify(app)[0]) == (1, 0)
    with tampering(app):
        db.session.execute(delete(IncidentSeal).where(IncidentSeal.number == 1))
    assert verify(app)[0] == 1


@pytest.mark.parametrize("is_sealed_anew", [False, True])
def test_verify_misses_seals_that_were_taken_away(
    app: Flask, school: School, is_sealed_anew: bool
) -> None:
    """Whoever deletes the chain, the log changed or gone, has the house seal no other instead."""
    sitting = eventful(app, school)
    seal(app)
    with tampering(app):
        db.session.execute(delete(IncidentSeal))
        db.session.execute(update(Sighting).values(seconds=1))
        if not is_sealed_anew:
            for kind in (Sighting, Incident, Intervention):
                db.session.execute(delete(kind))
    assert seal(app) == (4 if is_sealed_anew else 0)
    status, output = verify(app)
    sentence = "第 1 个封印与审计日志所记的不同"
    assert (status, f"场次 {sitting}：{sentence}" in output) == (1, True), output
    page = cast.browser(app, cast.office).get(f"/incidents/{sitting}?verify=1").text
    assert sentence in page


def test_verify_finds_answers_that_changed_after_the_receipt(app: Flask) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    one.submit({1: "A"})
    assert verify(app)[0] == 0
    with tampering(app):
        db.session.execute(update(Step).values(value="B"))
    status, output = verify(app)
    assert (status, "交卷以后答案有变动" in output) == (1, True)
    with tampering(app):
        db.session.execute(update(Step).values(value="A"))
        db.session.execute(update(Attempt).values(answered=3))
    status, output = verify(app)
    assert (status, "回执与答卷的记录不符" in output) == (1, True)


def test_nothing_of_the_log_is_changed_by_the_house(app: Flask, school: School) -> None:
    eventful(app, school)
    for kind in (Sighting, Incident):
        with app.app_context():
            row = db.session.scalars(select(kind)).one()
            db.session.delete(row)
            with pytest.raises(RuntimeError, match="only ever added to"):
                db.session.flush()


def test_the_log_is_searched_and_taken_away(app: Flask, school: School) -> None:
    sitting = eventful(app, school)
    office = cast.browser(app, cast.invigilator)
    page = office.get(f"/incidents/{sitting}").text
    assert ["离开页面" in page, "12 秒" in page, "共 4 条" in page] == [True, True, True]
    seal(app)
    page = office.get(f"/incidents/{sitting}?verify=1").text
    assert ["都已封存" in page, "封印核对无误" in page] == [True, True]
    assert "封印核对无误" not in office.get(f"/incidents/{sitting}").text
    assert "没有这样的记录" in office.get(f"/incidents/{sitting}?kind=copy").text
    assert "没有这样的记录" in office.get(f"/incidents/{sitting}?search=无此人").text
    assert "12 秒" in office.get(f"/incidents/{sitting}?search=1&kind=left").text
    assert office.get(f"/incidents/{sitting}.xlsx").data[:2] == b"PK"
    assert "察1" in office.get(f"/invigilation/{sitting}/console").text.replace("</b>", "")
    assert cast.browser(app, cast.marker).get(f"/incidents/{sitting}").status_code == 403


PLAYED = {"seq": 1, "kind": "played", "detail": "3.0"}


def test_plays_are_counted_over_all_devices_and_told_to_their_candidate_alone(app: Flask) -> None:
    one, other = seat(app), seat(app, cast.other_learner)
    one.open()
    other.open()
    assert report(one, PLAYED).status_code == 200
    one.open()
    report(one, {**PLAYED, "detail": "4.0"}, {**LEFT, "seq": 2}, lease=2)
    report(one, PLAYED)
    told = [[1, 1, "played", "3.0"], [2, 1, "played", "4.0"]]
    assert one.post("facts").get_json()["facts"] == told
    assert other.post("facts").get_json()["facts"] == []
    assert Seat(other.client, one.attempt_id).post("facts").status_code == 404


def with_plays(content: dict[str, Any]) -> dict[str, Any]:
    """The same paper, whose first item may be heard twice."""
    first, *others = content["sections"]
    slot, *slots = first["slots"]
    heard = {**first, "slots": [{**slot, "plays": 2}, *slots]}
    return {**content, "sections": [heard, *others]}


def test_a_play_beyond_the_limit_is_put_on_record_once(app: Flask, school: School) -> None:
    sitting_id = running_sitting(app, school)
    with app.app_context(), db.transaction():
        for number, content in db.session.execute(select(Variant.id, Variant.content)).all():
            heard = {"content": with_plays(content), "content_hash": f"{number:064}"}
            db.session.execute(update(Variant).where(Variant.id == number).values(**heard))
    one = begin(app)
    plays = [{"seq": seq, "kind": "played", "detail": "1.0"} for seq in (1, 2, 3)]
    report(one, *plays[:2])
    with app.app_context(), db.transaction():
        assert actions.note_overplays(at=now()) == 0
    one.open()
    report(one, plays[2], {"seq": 4, "kind": "played", "detail": "99.0"}, lease=2)
    with app.app_context(), db.transaction():
        assert [actions.note_overplays(at=now()), actions.note_overplays(at=now())] == [1, 0]
        noted = db.session.scalars(select(Incident)).one()
        told = (noted.sitting_id, noted.kind, noted.noted_by, noted.text)
    text = "第 1 题的录音播放了 3 次（限 2 次），多为断网时换了设备，请人核实。"
    assert told == (sitting_id, "overplayed", "系统", text)
    office = cast.browser(app, cast.invigilator)
    assert "没有这样的记录" in office.get(f"/incidents/{sitting_id}?search=1").text
    assert "播放听力录音" in office.get(f"/incidents/{sitting_id}?kind=played").text
    assert "听力录音播放超过次数" in office.get(f"/invigilation/{sitting_id}/log").text


def test_a_recording_beyond_the_limits_is_put_on_record_once(app: Flask, school: School) -> None:
    sitting_id = running_sitting(app, school)
    sheet_id = begin(app).attempt_id
    with app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, sheet_id)
        said(sheet, 1)
        assert actions.note_overrecordings(at=now()) == 0
        third = "这是本题的第 3 段录音，限录 2 次"
        said(sheet, 1, SOUND + b"3", standing=Standing.SURPLUS, remark=third)
        said(sheet, 2, SOUND + b"long", remark="长 48 秒，限 30 秒", measured=48)
        noted = [actions.note_overrecordings(at=now()) for _ in range(2)]
        assert (noted, actions.seal(at=now() + timedelta(minutes=3))) == ([2, 0], 2)
    office = cast.browser(app, cast.office)
    log = office.get(f"/invigilation/{sitting_id}/log?kind=overrecorded").text
    assert "这是本题的第 3 段录音，限录 2 次。已留存，待人处理（超过允许的录音次数）。" in log
    assert "第 2 题的口语录音：长 48 秒，限 30 秒。照常计入，请人核实。" in log
    seats = office.get(f"/invigilation/{sitting_id}/console/rows").text
    assert ("<b>存1</b>" in seats, "<b>违2</b>" in seats) == (True, True)
    aside = office.get(f"/invigilation/{sitting_id}/aside").text
    assert ("超过允许的录音次数" in aside, "7 秒（按页面所报）" in aside) == (True, True)


def test_an_answer_with_a_recording_of_another_slot_is_put_on_record_once(
    app: Flask, school: School
) -> None:
    sitting_id = running_sitting(app, school)
    one = begin(app)
    with app.app_context(), db.transaction():
        _, named = said(db.session.get_one(Attempt, one.attempt_id), 1)
    one.save(n1=named)
    with app.app_context(), db.transaction():
        assert actions.note_misnamings(at=now()) == 0
    one.save(n2=named)
    with app.app_context(), db.transaction():
        assert [actions.note_misnamings(at=now()) for _ in range(2)] == [1, 0]
    log = cast.browser(app, cast.office).get(f"/invigilation/{sitting_id}/log?kind=misnamed").text
    assert "第 2 题的答案用了为第 1 题录的音，是否计入请在“留存的作答”里处理。" in log
