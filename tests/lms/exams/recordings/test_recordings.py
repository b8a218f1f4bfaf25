"""Recordings at the exam API: piece by piece, under the lease, kept whole and judged by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings import actions, queries
from lms.exams.recordings.models import Recording, RecordingPiece
from lms.exams.recordings.rules.pieces import LARGEST, Piece, check_piece, named_in, standing_of
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat
from tests.lms.exams.attempts.test_doors import ask, door
from tests.lms.exams.recordings.said import FTYP, webm

SOUND = b"\x1aE\xdf\xa3" + bytes(range(256)) * 8
HASH = sha256(SOUND).hexdigest()
NAMED = f"sha256:{HASH}"


def speaker(app: Flask, member: Callable[[], Account] = cast.learner) -> Seat:
    """A candidate whose first slot is spoken, twice and half a minute at most."""
    with app.app_context(), db.transaction():
        paper = make.variant(spoken_paper()).id
    return seat(app, member, variant_id=paper, slots=2)


def spoken_paper() -> dict[str, Any]:
    slot = {"points": "5", "options": [], "media": [], "blanks": 0, "parts": []}
    limits = {"seconds": 30, "tries": 2}
    slots = [
        {"number": 1, "kind": "speaking", "stem": "请介绍自己", "spoken": limits, **slot},
        {"number": 2, "kind": "essay", "stem": "再写几句", **slot},
    ]
    section = {"title": "一、口语", "kind": "speaking", "points": "10", "slots": slots}
    return {"title": "口语卷", "minutes": 60, "total": "10", "sections": [section]}


def bring(
    one: Seat, content: bytes = SOUND, *, at: int = 0, whole: bytes = SOUND, **changed: Any
) -> TestResponse:
    told = {"lease": one.lease, "number": 1, "size": len(whole), "seconds": 7, "at": at, **changed}
    return one.client.post(
        f"/recordings/{one.attempt_id}/{sha256(whole).hexdigest()}",
        query_string=told,
        data=content,
        content_type="application/octet-stream",
        headers={"Accept": "application/json"},
    )


def test_pieces_come_in_any_order_and_number_and_are_kept_once(app: Flask) -> None:
    one = speaker(app)
    one.open()
    assert bring(one, b"").get_json()["have"] == 0
    assert bring(one, SOUND[:900]).get_json()["have"] == 900
    assert bring(one, SOUND[1500:], at=1500).get_json()["have"] == 900
    assert bring(one, SOUND[:900]).get_json()["have"] == 900
    assert bring(one, SOUND[500:1600], at=500).get_json()["have"] == 1600
    told = bring(one, SOUND[1600:], at=1600).get_json()
    assert (told["have"], told["done"], told["standing"]) == (len(SOUND), True, "counts")
    assert bring(one, SOUND[:900]).get_json()["done"]
    listed = one.client.get(f"/recordings/{one.attempt_id}").get_json()["recordings"]
    assert [(row["sha256"], row["seconds"], row["done"]) for row in listed] == [(HASH, 7, True)]
    part, own = {"Range": "bytes=4-6"}, f"/recordings/{one.attempt_id}/{HASH}"
    with one.client.get(own, headers=part) as heard:
        assert (heard.status_code, heard.data) == (206, SOUND[4:7])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(RecordingPiece)) == 0


def test_a_recording_that_is_not_what_its_hash_says_begins_anew(app: Flask) -> None:
    one = speaker(app)
    one.open()
    broken = SOUND[:-1] + b"?"
    told = bring(one, broken).get_json()
    assert (told["have"], told["done"]) == (0, False)
    assert bring(one).get_json()["done"]


def test_recordings_of_others_are_neither_taken_nor_heard(app: Flask) -> None:
    one, other = speaker(app), speaker(app, cast.other_learner)
    one.open()
    other.open()
    assert bring(one).status_code == 200
    stranger = Seat(other.client, one.attempt_id, lease=1)
    assert bring(stranger).status_code == 404
    assert stranger.client.get(f"/recordings/{one.attempt_id}").status_code == 404
    assert stranger.client.get(f"/recordings/{one.attempt_id}/{HASH}").status_code == 404
    assert other.client.get(f"/recordings/{other.attempt_id}/{HASH}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"lease": 2}, 404),
        ({"lease": 0}, 404),
        ({"number": 99}, 404),
        ({"number": 2}, 404),
        ({"size": LARGEST + 1}, 422),
        ({"size": 0}, 422),
        ({"at": -1}, 422),
        ({"seconds": 99999}, 422),
        ({"size": "x"}, 422),
    ],
)
def test_pieces_of_no_slot_lease_or_size_are_refused(
    app: Flask, changed: dict[str, Any], status: int
) -> None:
    one = speaker(app)
    one.open()
    assert bring(one, **changed).status_code == status
    with app.app_context():
        assert db.session.scalars(select(Recording)).all() == []


def test_recordings_are_for_whoever_was_let_in(app: Flask) -> None:
    one = speaker(app)
    sign = {"X-Exam-Door": door(app, one, code="ABC234")}
    opened = ask(one, "open", sign, code="ABC234").get_json()
    one.lease, own = opened["lease"], f"/recordings/{one.attempt_id}"
    for told, status in (("", 404), ("forged", 404), (opened["media_pass"], 200)):
        query = {"pass": told}
        assert bring(one, **query).status_code == status
        assert one.client.get(own, query_string=query).status_code == status
        heard = one.client.get(f"{own}/{HASH}", query_string=query, buffered=True)
        assert heard.status_code == status
    assert one.client.get(f"{own}/{HASH}").status_code == 404


def test_what_is_no_sound_or_too_much_at_once_is_refused(app: Flask) -> None:
    one = speaker(app)
    one.open()
    text = b"not a sound at all"
    assert bring(one, text, whole=text).status_code == 422
    assert bring(one, bytes(300 * 1024), whole=bytes(300 * 1024)).status_code == 413
    with pytest.raises(Refused):
        check_piece(Piece("../../etc/passwd", 1, 1, 4, 1, 0, b"OggS"))


def test_who_was_fenced_off_brings_only_what_an_answer_has_named(app: Flask) -> None:
    one = speaker(app)
    one.open()
    other = SOUND + b"more"
    one.save(n1=NAMED)
    at_another_device(app, one).open()
    assert bring(one).get_json()["standing"] == "counts"
    assert bring(one, other, whole=other).get_json()["standing"] == "stale_lease"


def test_a_recording_answers_only_the_slot_that_it_was_made_for(app: Flask) -> None:
    one = speaker(app)
    one.open()
    bring(one)
    one.save(n2=NAMED)
    with app.app_context():
        assert queries.of_answers([one.attempt_id]) == []
        (row,) = queries.of_sheet(one.attempt_id)
        day = timedelta(days=1)
        assert queries.named_elsewhere(now() - day) == [(row, 2)]
        assert queries.named_elsewhere(now() + 99 * day) == []
        with pytest.raises(Missing):
            queries.get_upload(one.attempt_id, HASH, 2)
        assert queries.get_upload(one.attempt_id, HASH, 1).sha256 == HASH
    assert one.client.get(f"/recordings/{one.attempt_id}/{HASH}", buffered=True).data == SOUND
    one.save(n1=NAMED, n2=f"我说：{NAMED}")
    with app.app_context():
        assert [named.number for named in queries.of_answers([one.attempt_id])] == [1]
        assert queries.named_elsewhere(now() - day) == []


def test_what_comes_from_a_closed_page_counts_only_for_the_slot_that_named_it(app: Flask) -> None:
    one = speaker(app)
    one.open()
    one.save(n2=NAMED)
    at_another_device(app, one).open()
    assert bring(one).get_json()["standing"] == "stale_lease"


def test_what_comes_after_the_end_is_set_aside_for_a_person(app: Flask) -> None:
    one = speaker(app)
    one.open()
    one.save(n1=NAMED)
    assert one.submit({1: NAMED}).status_code == 200
    assert bring(one).get_json()["standing"] == "late"
    assert one.client.get(f"/recordings/{one.attempt_id}/{HASH}").status_code == 404
    with app.app_context(), db.transaction():
        waiting = [row.id for row in queries.set_aside([one.attempt_id])]
        with pytest.raises(Missing):
            queries.get_upload(one.attempt_id, HASH, 1)
        told = {"counted": True, "by": cast.office(), "at": now()}
        with pytest.raises(Refused):
            actions.decide(waiting, reason="", **told)
        assert actions.decide(waiting, reason="断网", **told) == 1
        assert actions.decide(waiting, reason="断网", **told) == 0
        assert queries.get_upload(one.attempt_id, HASH, 1).sha256 == HASH


def test_a_try_too_many_waits_for_a_person_who_may_let_it_count(app: Flask) -> None:
    one = speaker(app)
    one.open()
    said = [SOUND + bytes([number]) for number in range(3)]
    told = [bring(one, each, whole=each).get_json()["standing"] for each in said]
    assert told == ["counts", "counts", "surplus"]
    assert bring(one, said[0], whole=said[0]).get_json()["standing"] == "counts"
    third = sha256(said[2]).hexdigest()
    one.save(n1=f"sha256:{third}")
    with app.app_context(), db.transaction():
        (row,) = queries.set_aside([one.attempt_id])
        assert (row.sha256, row.remark) == (third, "这是本题的第 3 段录音，限录 2 次")
        assert queries.of_answers([one.attempt_id]) == []
        actions.decide([row.id], counted=True, reason="第二段断了", by=cast.office(), at=now())
        assert queries.of_answers([one.attempt_id]) == [row]


def test_the_file_says_how_long_it_is_whatever_the_page_says(app: Flask) -> None:
    one = speaker(app)
    one.open()
    long, dumb = webm(0, 16_000, 32_000), SOUND
    for each in (long, dumb):
        assert bring(one, each, whole=each, seconds=5).get_json()["done"]
    with app.app_context():
        found = [
            (row.seconds, row.measured, row.remark) for row in queries.of_sheet(one.attempt_id)
        ]
    assert found == [(5, 48, "长 48 秒，限 30 秒"), (5, None, "")]


@pytest.mark.parametrize(
    ("sound", "name"),
    [
        (SOUND, "第1题录音.webm"),
        (b"OggS" + SOUND, "第1题录音.ogg"),
        (FTYP + SOUND, "第1题录音.m4a"),
    ],
)
def test_a_recording_is_named_for_what_it_is(app: Flask, sound: bytes, name: str) -> None:
    one = speaker(app)
    one.open()
    assert bring(one, sound, whole=sound).get_json()["done"]
    one.save(n1=f"sha256:{sha256(sound).hexdigest()}")
    with app.app_context():
        (row,) = queries.of_answers([one.attempt_id])
        assert row.upload is not None
        assert row.upload.name == name


def test_a_recording_is_judged_as_an_operation_is() -> None:
    at, sheet = now(), {"submitted_at": None, "paused_at": None, "accepts_until": None}
    over = {**sheet, "accepts_until": at}

    def judged(
        lease: int, is_named: bool = False, is_surplus: bool = False, **told: Any
    ) -> Standing:
        return standing_of(
            lease, at, present_lease=2, is_named=is_named, is_surplus=is_surplus, **told
        )

    assert judged(2, **sheet) is Standing.COUNTS
    assert judged(1, **sheet) is Standing.STALE_LEASE
    assert judged(1, is_named=True, **sheet) is Standing.COUNTS
    assert judged(2, is_named=True, **over) is Standing.LATE
    assert judged(2, **{**over, "paused_at": at}) is Standing.COUNTS
    assert judged(2, **{**over, "accepts_until": at + timedelta(seconds=1)}) is Standing.COUNTS
    assert judged(2, **{**sheet, "submitted_at": at}) is Standing.LATE
    assert judged(2, is_surplus=True, **sheet) is Standing.SURPLUS
    assert judged(2, is_surplus=True, **over) is Standing.LATE


def test_answers_name_recordings_also_in_their_parts() -> None:
    assert named_in(NAMED) == [HASH]
    assert named_in({"1": NAMED, "2": ["A"], "3": f"{NAMED} und"}) == [HASH]
    assert named_in(None) == []


def test_the_receipt_covers_the_recording_by_its_hash(app: Flask) -> None:
    one = speaker(app)
    one.open()
    one.save(n1=NAMED)
    bring(one)
    receipt = one.submit({1: NAMED}).get_json()
    with app.app_context():
        sheet = db.session.get_one(Attempt, one.attempt_id)
        assert (sheet.answer_digest, sheet.receipt) == (receipt["digest"], receipt["receipt"])
        assert Attempt.state(sheet, now()) == "submitted"
