"""`flask items …`: a question file looked at, or taken in, without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from lms.ground.audit.actions import System
from lms.ground.clock import now, today
from lms.ground.db import session, transaction
from lms.ground.errors import Refused
from lms.ground.uploads import actions as uploads
from question_bank.intakes import intake
from question_bank.intakes.actions import previewing, reading, taking_in
from question_bank.intakes.actions.previewing import Deed
from question_bank.intakes.models import Intake
from question_bank.intakes.queries import comparing, drawing, examining, rows
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import STANDING_NAMES, Row, Standing
from question_bank.intakes.rules.sieve import Sieve
from question_bank.items import actions as items
from question_bank.items.cli import commands
from question_bank.items.rules.draft import Reading
from question_bank.items.rules.terms import KIND_NAMES, Kind

_FILE = click.Path(path_type=Path)


@commands.command("preview")
@click.argument("file", type=_FILE)
@click.argument("key_file", type=_FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="按约定的 JSON 格式输出。")
def preview(file: Path, key_file: Path | None, as_json: bool) -> None:
    """读出 FILE（答案另成一份时再加 KEY_FILE）里的试题，不写入任何内容。"""
    found = _read(file, key_file)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    shown = grid.rows(found.as_json(), {})
    for row in shown:
        click.echo(_line(row))
    for problem in found.problems:
        click.echo(f"文件：{problem.sentence}")
    click.echo(_summary(grid.tally(shown)))


@commands.command("import")
@click.argument("file", type=_FILE)
@click.argument("key_file", type=_FILE, required=False)
@click.option("--bank", required=True, help="放入哪个题库，没有就新建。")
@click.option("--aside", is_flag=True, help="把有问题的试题搁置不收；不加则有问题时整份不导入。")
@click.option("--accept-similar", is_flag=True, help="与别的题只是相近的照收；不加则当作有问题。")
def import_file(
    file: Path, key_file: Path | None, bank: str, aside: bool, accept_similar: bool
) -> None:
    """把 FILE 里的试题放入题库，等待审定。"""
    found = _read(file, key_file, queries.mappings())
    try:
        with transaction():
            number, name = _import(file, found, bank, aside, accept_similar)
    except Refused as refusal:
        _end(str(refusal))
    click.echo(f"已将{number}道试题放入题库“{name}”，审定后可用于组卷。")


def _import(
    file: Path, found: Reading, bank: str, aside: bool, accept_similar: bool
) -> tuple[int, str]:
    taken = _begun(file, found, bank)
    if accept_similar:
        alike = Sieve(standing=Standing.DOUBTFUL, code=grid.NEAR)
        previewing.decide_all(taken, alike, Deed.ACCEPT, expected=None, by=System())
    if aside:
        previewing.set_all_aside(taken, by=System())
    waiting = examining.examined(taken, rows.waiting(taken))
    for row in waiting:
        click.echo(_line(row), err=True)
    if waiting and all(row.codes == (grid.NEAR,) for row in waiting):
        click.echo("这些题只是与别的题相近；看过都要收的，加上 --accept-similar 再运行。", err=True)
    return taking_in.take_in(taken, by=System(), at=now()), taken.bank.name


def _begun(file: Path, found: Reading, bank: str) -> Intake:
    """The intake with its preview, compared with its bank as one in the browser is."""
    with file.open("rb") as stream:
        upload = uploads.store(stream, name=file.name, owner_id=reading.NOBODY, at=now())
    home = items.ensure_bank(bank, by=System(), at=now())
    taken = reading.begin_intake(home, upload, key_upload=None, by=System(), at=now())
    for name, data in intake.files(file, found.media):
        reading.keep_file(taken, name, data, at=now())
    session.flush()
    contents = [grid.content_from(item.as_json()) for item in found.items]
    near = comparing.near_of(home.id, contents, on=today())
    reading.keep_reading(taken, drawing.drawn_up(taken, found.as_json(), near))
    return taken


def _read(
    file: Path, key_file: Path | None, mappings: Mapping[str, Mapping[str, int]] | None = None
) -> Reading:
    """The reading, or exit 2 with one sentence. Looking at a file needs no database."""
    try:
        return intake.read(file, key_file, mappings)
    except Refused as refusal:
        _end(str(refusal))
    except OSError as error:
        _end(f"打不开文件“{error.filename}”，请检查路径和权限。")


def _end(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)


def _line(row: Row) -> str:
    kind = KIND_NAMES[Kind(row.content.kind)] if row.content.kind in set(Kind) else "没有题型"
    told = "；".join((*row.faults, *row.doubts))
    stem = " ".join(row.content.stem.split())[:40]
    return f"{row.index + 1:>5} {row.place:<8} {STANDING_NAMES[row.standing]} {kind} {stem} {told}".rstrip()


def _summary(tally: dict[Standing, int]) -> str:
    counts = "，".join(f"{STANDING_NAMES[standing]}{n}道" for standing, n in tally.items() if n)
    return f"共{sum(tally.values())}道：{counts}。" if counts else "没有读到试题。"
