"""Banks go out as files and come back; what a format cannot hold is told first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads.actions import store
from question_bank.exports import queries
from question_bank.intakes.intake import read
from question_bank.items.formats.interchange import FORMATS, SUFFIXES
from question_bank.items.models import Bank, Item
from question_bank.items.queries import find_bank
from question_bank.items.rules.finding import Search
from question_bank.items.rules.terms import Cognition, Difficulty, Source
from question_bank.items.rules.typed import key_of
from question_bank.topics.actions import ensure_path
from tests import cast, make

# One item of each kind that the format holds with all that stands beside it.
HELD = {
    "xlsx": ["single", "multiple", "truth", "blank", "short", "essay", "matching", "ordering", "case"],
    "docx": ["single", "multiple", "truth", "blank", "short", "essay", "matching", "ordering", "case"],
    "gift": ["single", "multiple", "truth", "blank", "matching"],
    "moodle-xml": ["single", "multiple", "truth", "blank", "short", "essay", "matching", "ordering"],
    "qti21": ["single", "multiple", "truth", "blank", "short", "essay", "matching", "ordering", "case"],
}  # fmt: skip
SIDE: dict[str, Any] = {
    "rationale": "见第三条。\n第二行：A. 不是选项", "difficulty": Difficulty.HARD, "cognition": Cognition.APPLY,
    "sources": [Source("公务员法", "第三十四条", "2018年修订")],
}  # fmt: skip


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["items", *words])


def fill(app: Flask, kinds: list[str], name: str = "来源库") -> None:
    with app.app_context(), db.transaction():
        bank = make.bank(name)
        for kind in kinds:
            topic = ensure_path(["公务员法", "录用"])
            make.item(kind, bank=bank, topic=topic, **SIDE)


def contents(name: str) -> list[tuple[Any, ...]]:
    """Everything that travels, item by item."""
    bank = find_bank(name)
    assert bank is not None
    items = queries.items(queries.ids_in(bank))
    return [
        (
            item.kind, item.current.content_hash, item.current.rationale, item.current.rubric, item.topic_id,
            item.current.difficulty, item.current.cognition, [(p.document, p.article, p.edition) for p in item.provenances],
        )
        for item in items
    ]  # fmt: skip


@pytest.mark.parametrize("form", HELD)
def test_a_bank_that_went_out_comes_back_whole(app: Flask, form: str, tmp_path: Path) -> None:
    fill(app, HELD[form])
    path = tmp_path / f"题库{SUFFIXES[form]}"
    out = run(app, "export", "--bank", "来源库", "--format", form, "-o", str(path))
    assert (out.exit_code, out.stderr) == (0, "")
    assert out.stdout.startswith(f"已将题库“来源库”的{len(HELD[form])}道试题导出为")
    back = run(app, "import", str(path), "--bank", "去处库")
    assert (back.exit_code, back.stderr) == (0, "")
    with app.app_context():
        assert contents("去处库") == contents("来源库")


def test_pictures_go_out_and_come_back(app: Flask, tmp_path: Path) -> None:
    pixel = Path(app.root_path) / "static" / "tour" / "01-desk.png"
    with app.app_context(), db.transaction():
        picture = store(pixel.read_bytes(), name="a.png", owner_id=0, at=now())
        bank = make.bank("有图库")
        make.item("single", bank=bank, stem="看图［图1］，选出（　）。", media=[picture.id])
    path = tmp_path / "题库.zip"
    for form in ("moodle-xml", "qti21", "docx"):
        path = tmp_path / f"题库{SUFFIXES[form]}"
        assert (
            run(app, "export", "--bank", "有图库", "--format", form, "-o", str(path)).exit_code == 0
        )
        (draft,) = read(path).items
        assert draft.stem == "看图［图1］，选出（　）。"
        files = FORMATS[form].files(path, draft.media)
        assert [files[name] for name in draft.media] == [pixel.read_bytes()]


def test_what_does_not_fit_is_listed_and_nothing_written(app: Flask, tmp_path: Path) -> None:
    fill(app, ["single", "case", "short"])
    path = tmp_path / "题库.gift"
    out = run(app, "export", "--bank", "来源库", "--format", "gift", "-o", str(path))
    assert (out.exit_code, path.exists()) == (2, False)
    told = [(line.partition("“")[0], line.rpartition("：")[2]) for line in out.stderr.splitlines()]
    assert told == [
        ("第2号（案例分析题）", "GIFT 没有这种题型。"),
        ("第3号（简答题）", "参考答案不会写入。"),
        ("第3号（简答题）", "采分点不会写入。"),
        (told[-1][0], "有3处内容这种格式放不下，加 --skip 或 --lose 再导出。"),
    ]


@pytest.mark.parametrize(
    ("choice", "kinds"), [("--skip", ["single"]), ("--lose", ["single", "short"])]
)
def test_what_does_not_fit_is_left_out_as_chosen(
    app: Flask, choice: str, kinds: list[str], tmp_path: Path
) -> None:
    fill(app, ["single", "case", "short"])
    path = tmp_path / "题库.gift"
    out = run(app, "export", "--bank", "来源库", "--format", "gift", "-o", str(path), choice)
    assert (out.exit_code, len(out.stderr.splitlines())) == (0, 3)
    assert [draft.kind for draft in read(path).items] == kinds


def test_no_bank_and_no_folder_are_told_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    out = run(app, "export", "--bank", "没有的", "--format", "xlsx", "-o", str(tmp_path / "x.xlsx"))
    assert (out.exit_code, out.stderr) == (2, "没有名为“没有的”的题库。\n")
    fill(app, ["single"])
    path = tmp_path / "没有" / "x.xlsx"
    out = run(app, "export", "--bank", "来源库", "--format", "xlsx", "-o", str(path))
    assert (out.exit_code, out.stderr) == (2, f"写不了文件“{path}”，请检查路径和权限。\n")


@pytest.mark.parametrize("form", FORMATS)
def test_tags_and_what_near_answers_earn_travel_with_the_items(
    app: Flask, form: str, tmp_path: Path
) -> None:
    key = key_of("single", "C【B 50%】")
    words = ["重点", "难度：难"]
    with app.app_context(), db.transaction():
        bank = make.bank("来源库")
        make.item("single", bank=bank, tags=words, key=key)
        make.item("blank", bank=bank, key=key_of("blank", "1822【±2】 | 1822【±5 25%】"))
    path = tmp_path / f"题库{SUFFIXES[form]}"
    run(app, "export", "--bank", "来源库", "--format", form, "-o", str(path))
    back = run(app, "import", str(path), "--bank", "去处库")
    assert (back.exit_code, back.stderr) == (0, "")
    with app.app_context():
        found = find_bank("去处库")
        assert found is not None
        items = queries.items(queries.ids_in(found))
        assert [sorted(tag.word for tag in item.tags) for item in items] == [sorted(words), []]
        assert contents("去处库") == contents("来源库")


def test_a_search_is_exported_in_the_background(app: Flask) -> None:
    fill(app, ["single", "truth"])
    browser = cast.browser(app, cast.office)
    with app.app_context():
        bank_id = session.scalar(select(Bank.id))
    page = browser.get(f"/exports/?bank_id={bank_id}&kind=truth")
    assert "导出1道试题" in page.text
    answer = browser.post(
        "/exports/", data={"bank_id": bank_id, "kind": "truth", "form": "gift", "unfit": "refuse"}
    )
    assert answer.status_code == 303, answer.text
    run_pending(app)
    with browser.get(f"{answer.location}/result") as result:
        assert (result.status_code, result.data.decode().count("{TRUE")) == (200, 1)
    with app.app_context():
        told = session.scalars(
            select(AuditEntry.sentence).where(AuditEntry.action == "exports.write")
        )
        assert list(told) == ["导出了1道试题和答案（来源库，Moodle GIFT（.gift））"]


def test_a_refused_export_delivers_the_list_of_what_does_not_fit(app: Flask) -> None:
    fill(app, ["case"])
    browser = cast.browser(app, cast.office)
    browser.post("/exports/", data={"form": "gift", "unfit": "refuse"})
    run_pending(app)
    with app.app_context():
        job = session.scalars(select(Job).options(joinedload(Job.result))).one()
        assert job.result is not None
        assert job.result.name == "没有导出-试题里放不下的内容.xlsx"
        assert (
            list(session.scalars(select(AuditEntry).where(AuditEntry.action == "exports.write")))
            == []
        )


def test_instructors_export_their_own_items_only(app: Flask) -> None:
    with app.app_context(), db.transaction():
        bank = make.bank("共有库")
        mine = make.item("single", bank=bank, by=cast.instructor()).id
        make.item("truth", bank=bank)
    with app.app_context():
        everything = Search()
        assert queries.ids_found(everything, cast.instructor(), at=now()) == [mine]
        assert queries.ids_found(everything, cast.office(), at=now()) == list(
            session.scalars(select(Item.id).order_by(Item.id))
        )


def test_whoever_writes_no_items_exports_none(app: Flask) -> None:
    for member in (cast.marker, cast.adviser, cast.learner):
        browser = cast.browser(app, member)
        assert browser.get("/exports/").status_code == 403
        assert browser.post("/exports/", data={}).status_code == 403


def test_nothing_to_export_is_said(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    assert "没有可以由您导出的试题" in browser.get("/exports/").text
    answer = browser.post("/exports/", data={"form": "xlsx", "unfit": "refuse"})
    assert (answer.status_code, "没有可以由您导出的试题。" in answer.text) == (422, True)
