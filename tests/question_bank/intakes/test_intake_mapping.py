"""Columns that a person names once, and what a file may not do to its reader."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads import actions as uploads
from question_bank.intakes.actions import previewing, reading, taking_in
from question_bank.intakes.intake import read
from question_bank.intakes.models import Intake
from question_bank.intakes.queries import examining, intakes, rows
from question_bank.intakes.rules.columns import mapping_faults, signature
from question_bank.intakes.rules.grid import Standing
from question_bank.items import actions as items
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.models import ItemVersion
from question_bank.items.rules.lines import Row
from tests import make

HEADER = ["甲栏", "乙栏", "丙栏", "丁栏"]
ROWS = [["任期几年（ ）", "三", "五", "B"], ["谁来主持（ ）", "村委会", "乡政府", "A"]]
SAID = {"stem": 0, "A": 1, "B": 2, "key": 3}


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    for row in rows:
        made.append(row)
    book.save(path)
    return path


def test_a_table_with_unknown_names_is_read_as_a_person_says(tmp_path: Path) -> None:
    path = sheet(tmp_path / "题.xlsx", [["题库"], HEADER, *ROWS])
    said = {signature(Row(2, tuple(HEADER))): SAID}
    assert [(d.options, d.key) for d in read(path, None, said).items] == [
        (("三", "五"), ("B",)),
        (("村委会", "乡政府"), ("A",)),
    ]


def test_what_a_person_must_see_to_name_columns_goes_with_the_reading(tmp_path: Path) -> None:
    (table,) = read(sheet(tmp_path / "题.xlsx", [HEADER, *ROWS])).as_json()["tables"]
    assert (table["name"], table["header"], table["rows"][0]) == ("Sheet", HEADER, ROWS[0])
    assert table["signature"] == signature(Row(1, (" 甲 栏", "乙栏", "丙栏", "丁栏", "")))


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        (SAID, []),
        ({**SAID, "header": 0}, []),
        ({"key": 1}, ["请指出哪一列是题干。"]),
        ({"stem": 1}, ["请指出哪一列是答案。"]),
        ({"stem": 1, "key": 1}, ["同一列不能既是这个又是那个。"]),
        ({"stem": 0, "key": 1, "B": 2}, ["选项列须从A起依次指出。"]),
        ({"stem": 0, "key": 1, "sql": 2}, ["有一列的用途不认识，请刷新页面再选。"]),
    ],
)
def test_columns_that_contradict_each_other_are_refused(
    columns: dict[str, int], faults: list[str]
) -> None:
    assert mapping_faults(columns) == faults


def _account(account_id: int) -> Account:
    return session.get_one(Account, account_id, options=[selectinload(Account.grants)])


def _started(account: Account, data: bytes, name: str) -> Intake:
    bank = items.ensure_bank("村务", by=account, at=now())
    upload = uploads.store(data, name=name, owner_id=account.id, at=now())
    return reading.start_intake(bank, upload, key_upload=None, by=account, at=now())


def test_a_mapping_is_remembered_for_the_next_file_with_the_same_header(
    app: Flask, tmp_path: Path
) -> None:
    first = sheet(
        tmp_path / "一.xlsx", [HEADER, ["第一道题（ ）", "三", "五", "乙栏"]]
    ).read_bytes()
    second = sheet(tmp_path / "二.xlsx", [HEADER, *ROWS]).read_bytes()
    with app.app_context(), db.transaction():
        account = make.account()
        intake_id, account_id = _started(account, first, "一.xlsx").id, account.id
    run_pending(app)
    with app.app_context(), db.transaction():
        account = _account(account_id)
        intake = intakes.get_intake(intake_id, account)
        (table,) = intake.reading["tables"]
        with pytest.raises(Refused):
            reading.map_columns(intake, "another", SAID, by=account, at=now())
        reading.map_columns(intake, table["signature"], SAID, by=account, at=now())
    run_pending(app)
    with app.app_context(), db.transaction():
        intake = session.get_one(Intake, intake_id)
        assert [row.item["options"] for row in rows.all_rows(intake)] == [["三", "五"]]
        account = session.get_one(Account, account_id)
        other_id = _started(account, second, "二.xlsx").id
    run_pending(app)
    with app.app_context():
        other = session.get_one(Intake, other_id)
        assert [row.item["key"] for row in rows.all_rows(other)] == [["B"], ["A"]]


def test_pictures_are_stored_and_their_items_get_them(app: Flask, tmp_path: Path) -> None:
    picture = tmp_path / "图.png"
    Image.new("RGB", (3, 3)).save(picture)
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    for row in (["题干", "A", "B", "答案"], ["看图（ ）", "一", "二", "B"]):
        made.append(row)
    made.add_image(SheetImage(str(picture)), "A2")
    book.save(tmp_path / "题.xlsx")
    with app.app_context(), db.transaction():
        account = make.account()
        data = (tmp_path / "题.xlsx").read_bytes()
        intake_id, account_id = _started(account, data, "题.xlsx").id, account.id
    run_pending(app)
    with app.app_context(), db.transaction():
        account = _account(account_id)
        intake = intakes.get_intake(intake_id, account)
        (row,) = examining.examined(intake, rows.all_rows(intake))
        upload = intakes.file_of(intake, row.media[0])
        assert (row.standing, upload.media_type) == (Standing.DOUBTFUL, "image/png")
        previewing.correct(intake, 0, {}, seen=1, by=account)
        taking_in.take_in(intake, by=account, at=now())
        (version,) = session.scalars(select(ItemVersion)).all()
        assert (version.stem, version.media) == ("看图（ ）［图1］", [upload.id])


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return stream.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": ENTITY},
        {"word/document.xml": b"<x/>", "word/styles.xml": ENTITY},
        {"word/document.xml": b"<x/>", "word/_rels/document.xml.rels": ENTITY},
        {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": ENTITY},
    ],
)
def test_entities_in_any_part_are_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    (tmp_path / "题.zip").write_bytes(zipped(parts))
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "题.zip")
    assert refused.value.reasons == ("文件里有不该出现的外部声明，为安全起见没有读取。",)


def test_a_bomb_in_any_part_is_refused(tmp_path: Path) -> None:
    bomb = zipped({"xl/workbook.xml": b"<x/>", "xl/sharedStrings.xml": b" " * (130 << 20)})
    (tmp_path / "题.xlsx").write_bytes(bomb)
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "题.xlsx")
    assert refused.value.reasons == ("文件解压后过大，不像是题库文件，没有读取。",)


@pytest.mark.parametrize(
    "formula", ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", '=HYPERLINK("http://x","二")']
)  # fmt: skip
def test_formulas_in_csv_are_words_and_nothing_else(tmp_path: Path, formula: str) -> None:
    cell = formula.replace('"', '""')
    (tmp_path / "题.csv").write_text(f'题干,A,B,答案\n"甲（ ）",一,"{cell}",A\n', "utf-8")
    (draft,) = read(tmp_path / "题.csv").items
    assert draft.options == ("一", formula)


def test_macros_are_neither_run_nor_kept(tmp_path: Path) -> None:
    path = sheet(tmp_path / "题.xlsm", [["题干", "A", "B", "答案"], ["甲（ ）", "一", "二", "B"]])
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr("xl/vbaProject.bin", b"Auto_Open")
    (draft,) = read(path).items
    assert (draft.options, draft.media) == (("一", "二"), ())


UNREADABLE = {
    "空.txt": b"",
    "卷.pdf": b"%PDF-1.7",
    "坏.docx": b"PK\x03\x04",
    "锁.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
}


@pytest.mark.parametrize("name", [*UNREADABLE, "不在.xlsx"])
def test_whatever_cannot_be_read_ends_in_two_and_one_sentence(
    app: Flask, tmp_path: Path, name: str
) -> None:
    if name in UNREADABLE:
        (tmp_path / name).write_bytes(UNREADABLE[name])
    ran = app.test_cli_runner().invoke(args=["items", "preview", str(tmp_path / name), "--json"])
    assert (ran.exit_code, ran.stdout, ran.stderr.count("\n"), ran.stderr.count("。")) == (
        2,
        "",
        1,
        1,
    )
