"""The trail is sealed into a chain, and a chain that was touched does not hold."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, text, update

from lms.ground import db
from lms.ground.audit import actions, documents, queries
from lms.ground.audit.actions import System, record
from lms.ground.audit.models import AuditEntry, AuditSeal
from lms.ground.audit.queries import Wanted
from lms.ground.audit.rules import (
    BEGINNING,
    Line,
    Verdict,
    action_name,
    digest,
    judge,
    ripe,
)
from lms.ground.config import ROOT
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.vault import is_signed
from tests import cast

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
LATER = AT + timedelta(hours=2)


def write(number: int, *, at: datetime = AT) -> None:
    for index in range(number):
        record("test.do", System(), f"第{index + 1}件事", by=System(), at=at, index=index)
    session.flush()


def sealed(*stretches: int) -> None:
    """As many entries as each stretch says, each stretch under a seal of its own."""
    for number in stretches:
        write(number)
        actions.seal(at=LATER)


def verdict() -> Verdict:
    session.flush()
    session.expunge_all()
    return judge(queries.seals(), queries.lines(), is_signed)


def test_an_untouched_chain_holds(context: None) -> None:
    sealed(3, 2)
    found = verdict()
    assert (found.seals, found.entries, found.broken) == (2, 5, "")


def test_an_empty_chain_holds(context: None) -> None:
    assert verdict() == Verdict(0, 0, BEGINNING)


@pytest.mark.parametrize(
    "change",
    [
        {"sentence": "没有这回事"},
        {"actor_name": "别人"},
        {"at": AT + timedelta(microseconds=1)},
        {"details": {"index": 7}},
        {"subject_id": 1},
    ],
)
def test_a_changed_entry_breaks_the_chain_where_it_stands(
    context: None, change: dict[str, object]
) -> None:
    sealed(3, 2)
    session.execute(update(AuditEntry).where(AuditEntry.id == 2).values(**change))
    assert verdict().broken == "第1号封印（第1至3条）与记录内容不符：有记录被改动。"


@pytest.mark.parametrize("entry_id", [1, 2, 3])
def test_a_deleted_entry_breaks_the_chain(context: None, entry_id: int) -> None:
    sealed(3, 2)
    session.execute(delete(AuditEntry).where(AuditEntry.id == entry_id))
    assert verdict().broken == "第1号封印（第1至3条）应有3条记录，现有2条：有记录被删除或添加。"


def test_an_entry_slipped_in_breaks_the_chain(context: None) -> None:
    write(1)
    session.execute(text("UPDATE audit_entry SET id = 5"))
    session.expunge_all()
    actions.seal(at=LATER)
    columns = {"at": AT, "actor_name": "x", "action": "x.y", "subject_kind": "x", "sentence": "x"}
    session.execute(insert(AuditEntry).values(id=4, details={}, **columns))
    assert verdict().broken == "第1号封印（第5至5条）应有1条记录，现有2条：有记录被删除或添加。"


def test_a_removed_seal_breaks_the_chain(context: None) -> None:
    sealed(1, 1, 1)
    session.execute(delete(AuditSeal).where(AuditSeal.id == 2))
    found = verdict()
    assert (found.seals, found.broken) == (
        1,
        "第3号封印（第3至3条）接不上前一个封印：有封印被删除或改动。",
    )


def test_a_seal_made_without_the_key_does_not_hold(context: None) -> None:
    sealed(2)
    session.execute(update(AuditEntry).where(AuditEntry.id == 1).values(sentence="假"))
    session.expunge_all()
    forged = digest(BEGINNING, queries.lines_after(0)).hex()
    session.execute(update(AuditSeal).values(hash=forged))
    assert "有记录被改动" in verdict().broken


def test_the_house_itself_refuses_to_change_an_entry(context: None) -> None:
    write(1)
    queries.get_entry(1).sentence = "没有这回事"
    with pytest.raises(RuntimeError, match="only ever added to"):
        session.flush()
    session.rollback()


def test_the_house_itself_refuses_to_delete_an_entry(context: None) -> None:
    write(1)
    session.delete(queries.get_entry(1))
    with pytest.raises(RuntimeError, match="only ever added to"):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(("seconds", "number"), [(59, 0), (60, 2)])
def test_entries_are_sealed_when_they_are_a_minute_old(
    context: None, seconds: int, number: int
) -> None:
    write(2)
    assert actions.seal(at=AT + timedelta(seconds=seconds)) == number


def test_sealing_again_seals_nothing(context: None) -> None:
    sealed(2)
    assert actions.seal(at=LATER) == 0


def test_a_long_backlog_is_sealed_in_stretches(
    context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "STRETCH", 2)
    write(5)
    assert [actions.seal(at=LATER) for _ in range(4)] == [2, 2, 1, 0]
    assert verdict().broken == ""


def line(number: int, *, minutes: int) -> Line:
    at = AT - timedelta(minutes=minutes)
    return Line(number, at, None, "系统", "test.do", "System", None, "一件事", {})


@pytest.mark.parametrize(
    ("lines", "sealed_ids"),
    [
        ([line(1, minutes=2), line(2, minutes=2)], [1, 2]),
        ([line(1, minutes=2), line(2, minutes=0), line(3, minutes=2)], [1]),
        ([line(1, minutes=2), line(3, minutes=2)], [1]),
        ([line(1, minutes=2), line(3, minutes=61), line(4, minutes=2)], [1, 3, 4]),
        ([line(2, minutes=2)], []),
        ([], []),
    ],
)
def test_a_missing_number_is_waited_for_but_not_for_ever(
    lines: list[Line], sealed_ids: list[int]
) -> None:
    assert [each.id for each in ripe(lines, after=0, at=AT)] == sealed_ids


def test_entries_are_found_by_who_what_whom_and_when(context: None) -> None:
    office = cast.office()
    record("test.do", office, "第一件事", by=office, at=datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
    record("test.undo", System(), "第二件事", by=System(), at=datetime(2026, 2, 28, 16, tzinfo=UTC))
    session.flush()

    def found(**wanted: object) -> list[str]:
        entries = queries.all_entries(Wanted(**wanted))  # type: ignore[arg-type]
        return [entry.sentence for entry in entries]

    assert found() == ["第二件事", "第一件事"]
    assert found(actor="李教务") == ["第一件事"]
    assert found(action="test.undo") == ["第二件事"]
    assert found(subject_kind="account", subject_id=office.id) == ["第一件事"]
    assert found(search="二件") == ["第二件事"]
    assert found(from_day=date(2026, 3, 1)) == ["第二件事"]
    assert found(to_day=date(2026, 2, 28)) == ["第一件事"]


def test_taking_the_trail_away_is_written_down(context: None) -> None:
    write(2)
    actions.export(Wanted(), by=cast.auditor(), at=AT)
    session.flush()
    assert queries.all_entries(Wanted())[0].sentence == "导出审计日志2条"


def test_too_much_at_once_is_refused(context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_EXPORTED", 1)
    write(2)
    with pytest.raises(Refused, match="共有2条，一次最多导出1条"):
        actions.export(Wanted(), by=cast.auditor(), at=AT)


def test_an_exported_sheet_holds_no_formula(context: None) -> None:
    record("test.do", System(), "=1+1", by=System(), at=AT)
    session.flush()
    exported = documents.as_csv(queries.all_entries(Wanted()))
    rows = list(csv.reader(io.StringIO(exported.decode("utf-8-sig"))))
    assert rows[1][1:6] == ["2026-03-01 10:00:00", "系统", "test.do", "System", "'=1+1"]


def test_the_chain_is_verified_by_command(app: Flask) -> None:
    with app.app_context(), db.transaction():
        sealed(3)
    good = app.test_cli_runner().invoke(args=["audit", "verify"])
    with app.app_context(), db.transaction():
        session.execute(update(AuditEntry).where(AuditEntry.id == 2).values(sentence="假"))
    bad = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (good.exit_code, "核对了 1 个封印、3 条记录。" in good.output) == (0, True)
    assert (bad.exit_code, "第1号封印（第1至3条）与记录内容不符" in bad.output) == (1, True)


def test_the_pages_show_entries_to_the_auditor_only(app: Flask) -> None:
    with app.app_context(), db.transaction():
        sealed(1)
        write(1)
    client = cast.browser(app, cast.auditor)
    assert "第1件事" in client.get("/audit/?actor=系统&from_day=2026-03-01").text
    assert "第 1 号" in client.get("/audit/1").text
    assert "尚未封印" in client.get("/audit/2").text
    assert client.get("/audit/4711").status_code == 404
    for member in (cast.administrator, cast.security, cast.office):
        assert cast.browser(app, member).get("/audit/").status_code == 403


def test_a_day_that_is_none_is_refused_with_a_sentence(app: Flask) -> None:
    answer = cast.browser(app, cast.auditor).get("/audit/?from_day=2026-02-30")
    assert (answer.status_code, "自：" in answer.text) == (422, True)


def test_the_trail_is_downloaded_as_a_workbook_and_as_csv(app: Flask) -> None:
    with app.app_context(), db.transaction():
        write(2)
    client = cast.browser(app, cast.auditor)
    book = client.post("/audit/export?q=第1", data={"format": "xlsx"})
    plain = client.post("/audit/export?q=第1", data={"format": "csv"})
    assert (book.status_code, book.data[:2]) == (200, b"PK")
    assert plain.data.decode("utf-8-sig").count("第1件事") == 1


def test_there_is_no_way_to_change_the_trail_by_the_web(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("audit.")]
    assert sorted((rule.endpoint, *sorted(rule.methods or ())) for rule in rules) == [
        ("audit.export", "OPTIONS", "POST"),
        ("audit.index", "GET", "HEAD", "OPTIONS"),
        ("audit.show", "GET", "HEAD", "OPTIONS"),
    ]


@pytest.mark.parametrize(
    ("action", "called"),
    [
        ("intakes.take_in", "导入试题·入库"),
        ("accounts.log_in", "账号·登录"),
        ("accounts.dance", "accounts.dance"),
        ("nothing", "nothing"),
    ],
)
def test_a_deed_is_called_in_chinese(action: str, called: str) -> None:
    assert action_name(action) == called


def test_every_deed_that_the_house_writes_down_has_a_name() -> None:
    written = re.compile(r'record\(\s*"([a-z_]+\.[a-z_]+)"')
    found = {
        action
        for wing in ("lms", "courses", "question_bank")
        for file in (ROOT / wing).rglob("*.py")
        for action in written.findall(file.read_text())
    }
    assert [action for action in sorted(found) if action_name(action) == action] == []
