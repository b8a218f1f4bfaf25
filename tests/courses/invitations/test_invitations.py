"""Invitations from the office to the answer of a stranger with a link, and what may go wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.availability import queries as availability
from courses.availability.rules import Period
from courses.invitations import actions, queries
from courses.invitations.models import Invitation
from courses.invitations.rules import Answer, InvitationState
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import get_lesson
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.models import Notice
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.courses.counting import statements

S = InvitationState
SOON = today() + timedelta(days=20)


def _lesson(day: date = SOON, **more: object) -> Lesson:
    """A lesson of a part-time instructor, who has no log-in; the adviser is 陈班."""
    course = make.course("茶叶栽培")
    tea = make.instructor("林茶", teaches=(course,))
    cohort = make.cohort(course, adviser=get_person_of(cast.adviser()), starts_on=day)
    made = make.lesson(cohort, course, day=day, instructor=tea, **more)
    return get_lesson(made.id, cast.office())


def _told() -> list[tuple[str, str]]:
    rows = session.execute(select(Notice.person_id, Notice.subject).order_by(Notice.id))
    names = {one.id: one.name for one in session.query(make.Person)}
    return [(names[person_id], subject) for person_id, subject in rows]


@pytest.fixture
def link(app: Flask) -> tuple[int, str]:
    """An invitation that was committed, and the address behind its code."""
    with app.app_context(), db.transaction():
        made = actions.invite(lesson=_lesson(), by=cast.office(), at=now())
        return made.id, f"/invitations/answer/{actions.token_of(made)}"


@pytest.mark.usefixtures("context")
def test_only_a_hash_of_the_token_is_kept() -> None:
    made = actions.invite(lesson=_lesson(), by=cast.office(), at=now())
    token = actions.token_of(made)
    assert made.token_hash == sha256(token.encode()).hexdigest()
    kept = [str(value) for value in session.execute(select(Invitation.__table__)).one()]
    said = (
        session.scalars(select(Notice.body)).all()
        + session.scalars(select(AuditEntry.sentence)).all()
    )
    assert [text for text in [*kept, *said] if token in text] == []
    assert queries.find_by_token(token) == made
    assert queries.find_by_token(token[::-1]) is None


@pytest.mark.usefixtures("context")
def test_asked_twice_it_is_one_invitation() -> None:
    lesson, office = _lesson(), cast.office()
    first = actions.invite(lesson=lesson, by=office, at=now())
    assert actions.invite(lesson=lesson, by=office, at=now()) == first
    assert actions.invite_all(lessons=[lesson], by=office, at=now()) == 0
    assert _told() == [("林茶", "授课邀请")]


@pytest.mark.usefixtures("context")
def test_a_lesson_without_instructor_or_in_the_past_is_nobodys_to_give() -> None:
    office = cast.office()
    past = _lesson(today() - timedelta(days=2))
    with pytest.raises(Refused, match="已经开始"):
        actions.invite(lesson=past, by=office, at=now())
    past.instructor = None
    with pytest.raises(Refused, match="还没有排授课教师"):
        actions.invite(lesson=past, by=office, at=now())


@pytest.mark.usefixtures("context")
def test_a_lesson_that_moves_leaves_its_invitation_behind() -> None:
    lesson, office = _lesson(), cast.office()
    made = actions.invite(lesson=lesson, by=office, at=now())
    actions.answer(invitation=made, said=Answer.ACCEPTED, note="", by=office, at=now())
    lesson.starts_at += timedelta(days=1)
    lesson.ends_at += timedelta(days=1)
    session.flush()
    assert made.state(now()) is S.OUTDATED
    again = actions.invite(lesson=lesson, by=office, at=now())
    assert [line.invitation for line in queries.lines_of([lesson])] == [again]


def test_a_stranger_answers_once(app: Flask, link: tuple[int, str]) -> None:
    number, address = link
    client = app.test_client()
    page = client.get(address)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert all(word in page.text for word in ("林茶老师", "茶叶栽培", "接受", "谢绝"))
    declined = client.post(address, data={"said": "declined"})
    assert (declined.status_code, "请写一句不能来的原因" in declined.text) == (422, True)
    assert client.post(address, data={"said": "accepted"}).status_code == 303
    assert "您已接受" in client.get(address).text
    second = client.post(address, data={"said": "declined", "note": "改主意了"})
    assert (second.status_code, "您已经接受了这次邀请" in second.text) == (422, True)
    with app.app_context():
        made = queries.get_invitation(number)
        assert (made.answer, made.answered_by) == (Answer.ACCEPTED, "林茶（凭邀请链接）")
        assert _told()[1:] == [("李教务", "授课邀请的答复"), ("陈班", "授课邀请的答复")]


def test_an_answer_needs_the_token_of_its_page(app: Flask, link: tuple[int, str]) -> None:
    _number, address = link
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = app.test_client()
        assert client.post(address, data={"said": "accepted"}).status_code == 400
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
        assert token is not None
        data = {"said": "accepted", "csrf_token": token[1]}
        assert client.post(address, data=data).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_link_that_leads_nowhere_says_so(app: Flask, client: FlaskClient) -> None:
    for token in ("0" * 32, "x", "0" * 500, ""):
        answers = [client.get(f"/invitations/answer/{token}")]
        if token:
            answers.append(client.post(f"/invitations/answer/{token}", data={"said": "accepted"}))
        for answer in answers:
            assert answer.status_code == 404
            assert "这个邀请链接不对，或者已经作废" in answer.text
            assert "回到首页" not in answer.text


def test_an_expired_or_revoked_link_no_longer_answers(app: Flask, link: tuple[int, str]) -> None:
    number, address = link
    client = app.test_client()
    with app.app_context(), db.transaction():
        session.get_one(Invitation, number).expires_at = now() - timedelta(minutes=1)
    assert "答复的期限已过" in client.get(address).text
    assert client.post(address, data={"said": "accepted"}).status_code == 422
    with app.app_context(), db.transaction():
        session.get_one(Invitation, number).expires_at = now() + timedelta(days=1)
        made = queries.get_invitation(number)
        actions.revoke(invitation=made, seen=made.version, by=cast.office(), at=now())
    answer = client.post(address, data={"said": "accepted"})
    assert (answer.status_code, "学校已收回这次邀请" in answer.text) == (422, True)


def test_the_office_shows_the_code_and_writes_down_what_was_said(
    app: Flask, link: tuple[int, str]
) -> None:
    number, address = link
    office = cast.browser(app, cast.office)
    page = office.get(f"/invitations/{number}").text
    assert address in page
    assert "data:image/svg+xml" in page
    said = {"said": "declined", "note": "出差"}
    assert office.post(f"/invitations/{number}/record", data=said).status_code == 303
    assert "出差" in office.get(f"/invitations/{number}").text


def test_nobody_answers_for_another(app: Flask, link: tuple[int, str]) -> None:
    number, _address = link
    other = cast.browser(app, cast.instructor)
    data = {"said": "accepted"}
    assert other.post(f"/invitations/mine/{number}/answer", data=data).status_code == 404


@pytest.mark.usefixtures("context")
def test_an_absence_ends_invitations_tells_the_staff_and_moves_nothing() -> None:
    lesson, office = _lesson(), cast.office()
    made = actions.invite(lesson=lesson, by=office, at=now())
    actions.answer(invitation=made, said=Answer.ACCEPTED, note="", by=office, at=now())
    free = make.instructor("替课", teaches=(lesson.course,))
    make.instructor("不教这门")
    before = len(_told())
    away = Period(SOON, SOON, can_come=False, reason="突发急病")
    for _click in range(2):
        affected = actions.report_absence(
            instructor=lesson.instructor, period=away, by=office, at=now()
        )
    assert [one.id for one in affected] == [lesson.id]
    assert made.state(now()) is S.WITHDRAWN
    assert (lesson.instructor_id, lesson.starts_at) == (made.instructor_id, made.lesson_starts_at)
    assert set(_told()[before:]) == {
        ("李教务", "教师临时不能授课"),
        ("陈班", "教师临时不能授课"),
    }
    assert "突发急病" in availability.unavailable(lesson.span)[made.instructor_id]
    found = queries.substitutes([lesson])
    assert {key: [one.id for one in who] for key, who in found.items()} == {lesson.id: [free.id]}


@pytest.mark.usefixtures("context")
def test_each_reminder_goes_out_once() -> None:
    lesson, office = _lesson(), cast.office()
    made = actions.invite(lesson=lesson, by=office, at=now())
    later = now() + timedelta(days=3)
    assert [actions.remind(at=now()), actions.remind(at=later), actions.remind(at=later)] == [
        0,
        1,
        0,
    ]
    actions.answer(invitation=made, said=Answer.ACCEPTED, note="", by=office, at=later)
    near = lesson.starts_at - timedelta(days=1)
    assert [actions.remind(at=near), actions.remind(at=near)] == [1, 0]
    assert [subject for name, subject in _told() if name == "林茶"] == [
        "授课邀请",
        "授课邀请还没有答复",
        "授课提醒",
    ]


@pytest.mark.usefixtures("context")
def test_a_list_of_many_lessons_asks_a_fixed_number_of_times() -> None:
    lesson, office = _lesson(), cast.office()
    actions.invite_all(lessons=[lesson], by=office, at=now())
    session.flush()
    with statements() as few:
        queries.lines_of(list(queries.coming(at=now(), page=None).rows))
    for number in range(20):
        other = make.lesson(
            lesson.cohort,
            lesson.course,
            day=SOON + timedelta(days=number),
            instructor=lesson.instructor,
        )
        actions.invite(lesson=get_lesson(other.id, office), by=office, at=now())
    session.flush()
    with statements() as many:
        queries.lines_of(list(queries.coming(at=now(), page=None).rows))
    assert len(many) == len(few)
