"""People are told things, read them, and the outbox sends each once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.notices import actions, jobs, queries
from lms.ground.notices.models import Dispatch, DispatchState, Notice
from lms.ground.notices.rules import Letter, channels_in, pause_after
from lms.ground.people.queries import get_person_of
from lms.ground.people.rules import Private
from tests import cast, make

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


@dataclass
class Pigeon:
    """A channel that remembers what it carried, and fails when told to."""

    private: Private = Private.PHONE
    fails: bool = False
    carried: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if self.fails:
            raise OSError("no wind")
        self.carried.append(letter)


def told(*, phone: str | None = None, channels: str = "pigeon") -> int:
    """A person who was told something, with the dispatch waiting; the person's id."""
    make.norm("notices.channels", channels)
    person = make.person("王学")
    person.phone = phone
    actions.tell([person.id], "开班通知", "请于3月2日报到。", at=AT, link="/cohorts/1")
    session.flush()
    return int(person.id)


def dispatch() -> Dispatch:
    return session.scalars(select(Dispatch).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    ("text", "codes"),
    [("无", []), ("", []), ("email", ["email"]), ("email、sms", ["email", "sms"])],
)
def test_the_norm_names_the_channels(text: str, codes: list[str]) -> None:
    assert channels_in(text) == codes


def test_pauses_grow_and_end() -> None:
    minutes = [pause_after(tries) for tries in range(1, 7)]
    assert minutes == [timedelta(minutes=each) for each in (1, 5, 15, 60, 240)] + [None]


def test_each_person_is_told_once_and_by_default_inside_only(context: None) -> None:
    person = make.person()
    actions.tell([person.id, person.id], "开班通知", "请报到。", at=AT)
    session.flush()
    assert session.scalars(select(Notice.subject)).all() == ["开班通知"]
    assert session.scalars(select(Dispatch.id)).all() == []


def test_unread_notices_come_first_and_then_the_latest(context: None) -> None:
    account = cast.learner()
    person = get_person_of(account)
    for subject, hours, read_at in (("旧", 1, None), ("新", 2, None), ("读过", 3, AT)):
        make.notice(person, subject, sent_at=AT + timedelta(hours=hours), read_at=read_at)
    rows = queries.page_of_notices(account, page=1).rows
    assert [notice.subject for notice in rows] == ["新", "旧", "读过"]
    assert queries.unread_count(account) == 2


def test_somebody_elses_notice_is_missing(context: None) -> None:
    notice = make.notice(get_person_of(cast.other_learner()))
    with pytest.raises(Missing):
        queries.get_notice(notice.id, cast.learner())
    assert queries.unread_count(cast.learner()) == 0


def test_a_notice_leaves_the_house_once(context: None) -> None:
    told(phone="10000000001")
    pigeon = Pigeon()
    jobs.send_due({"pigeon": pigeon})
    jobs.send_due({"pigeon": pigeon})
    assert [(letter.address, letter.subject) for letter in pigeon.carried] == [
        ("10000000001", "开班通知")
    ]
    assert (dispatch().state, dispatch().tries) == (DispatchState.SENT, 1)


def test_what_was_claimed_is_claimed_by_nobody_else_until_its_lease_ends(context: None) -> None:
    told(phone="10000000001")
    channels = {"pigeon": Pigeon()}
    claims = [
        len(actions.claim(channels, at=AT + timedelta(minutes=minutes))) for minutes in (0, 9, 10)
    ]
    assert claims == [1, 0, 1]


def test_a_failed_dispatch_is_tried_again_after_a_pause(context: None) -> None:
    told(phone="10000000001")
    before = now()
    jobs.send_due({"pigeon": Pigeon(fails=True)})
    found = dispatch()
    assert (found.state, found.failure) == (DispatchState.WAITING, "发送失败：no wind")
    assert before + timedelta(minutes=1) <= found.next_try_at <= now() + timedelta(minutes=1)


def test_after_its_last_try_a_dispatch_is_given_up_until_somebody_sends_it_again(
    context: None,
) -> None:
    told(phone="10000000001")
    dispatch().tries = 5
    jobs.send_due({"pigeon": Pigeon(fails=True)})
    assert dispatch().state == DispatchState.FAILED
    actions.send_again(dispatch(), at=AT)
    pigeon = Pigeon()
    jobs.send_due({"pigeon": pigeon})
    assert len(pigeon.carried) == 1
    with pytest.raises(Refused, match="没有失败"):
        actions.send_again(dispatch(), at=AT)


def test_without_an_address_nothing_is_tried_again(context: None) -> None:
    told(phone=None)
    jobs.send_due({"pigeon": Pigeon()})
    assert (dispatch().state, dispatch().failure) == (
        DispatchState.FAILED,
        "收件人没有登记地址。",
    )


def test_a_channel_that_is_not_configured_waits(context: None) -> None:
    told(phone="10000000001")
    jobs.send_due({})
    assert (dispatch().state, dispatch().failure) == (
        DispatchState.WAITING,
        "这个渠道没有配置。",
    )


def test_by_default_no_channel_is_configured() -> None:
    assert jobs.channels({}) == {}


def test_an_email_reaches_a_mail_server_in_chinese() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    received: list[str] = []
    listener = threading.Thread(target=_take_one_letter, args=(server, received))
    listener.start()
    port = str(server.getsockname()[1])
    email = jobs.channels(
        {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port, "MAIL_FROM": "a@b.example"}
    )
    letter = Letter(7, "email", "wangxue@b.example", "开班\n通知", "请于3月2日报到。")
    email["email"].send(letter)
    listener.join(5)
    server.close()
    text = "\n".join(received)
    assert "rcpt TO:<wangxue@b.example>" in text
    assert "Message-ID: <dispatch-7@b.example>" in text
    assert "=?utf-8?b?5byA54+tIOmAmuefpQ==?=" in text


def _take_one_letter(server: socket.socket, received: list[str]) -> None:
    """As much of RFC 5321 as one letter needs."""
    answers = {"DATA": "354 go on", ".": "250 kept", "QUIT": "221 bye"}
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as lines:
        _reply(lines, "220 ready")
        in_letter = False
        while not received or received[-1] != "QUIT":
            line = lines.readline().decode().rstrip("\r\n")
            line = line if in_letter else line.replace("data", "DATA").replace("quit", "QUIT")
            received.append(line)
            if in_letter and line != ".":
                continue
            in_letter = line == "DATA"
            _reply(lines, answers.get(line, "250 ok"))


def _reply(lines: object, text: str) -> None:
    lines.write(f"{text}\r\n".encode())  # type: ignore[attr-defined]
    lines.flush()  # type: ignore[attr-defined]


def notices_of(app: Flask, member: Callable[[], Account], *links: str) -> list[int]:
    with app.app_context(), db.transaction():
        person = get_person_of(member())
        return [make.notice(person, f"通知{link}", link=link).id for link in links]


def test_opening_a_notice_marks_it_read_and_leads_on(app: Flask) -> None:
    numbers = notices_of(app, cast.learner, "/cohorts/1", "", "https://evil.example/")
    client = cast.browser(app, cast.learner)
    answers = [client.post(f"/notices/{number}/open") for number in numbers]
    assert [answer.headers["Location"] for answer in answers] == [
        "/cohorts/1",
        "/notices/",
        "/notices/",
    ]
    assert "未读" not in client.get("/notices/").text


def test_reading_a_page_of_notices_changes_nothing(app: Flask) -> None:
    notices_of(app, cast.learner, "/a", "/b")
    client = cast.browser(app, cast.learner)
    pages = [client.get("/notices/").text.count("未读") for _ in range(2)]
    assert pages == [2, 2]
    client.post("/notices/read-all")
    assert client.get("/notices/").text.count("未读") == 0


def test_nobody_opens_somebody_elses_notice(app: Flask) -> None:
    number = notices_of(app, cast.other_learner, "/a")[0]
    assert cast.browser(app, cast.learner).post(f"/notices/{number}/open").status_code == 404


def test_the_administrator_sees_what_could_not_be_sent_and_sends_it_again(app: Flask) -> None:
    with app.app_context(), db.transaction():
        told()
        jobs.send_due({"pigeon": Pigeon()})
        number = dispatch().id
    client = cast.browser(app, cast.administrator)
    assert "收件人没有登记地址" in client.get("/notices/outbox?state=failed").text
    client.post(f"/notices/outbox/{number}/again")
    assert "没有对外发送的通知" in client.get("/notices/outbox?state=failed").text
    assert cast.browser(app, cast.learner).get("/notices/outbox").status_code == 403
