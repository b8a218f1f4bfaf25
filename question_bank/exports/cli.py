"""`flask items export`: a bank as a file, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.db import transaction
from lms.ground.errors import Refused
from question_bank.exports import actions, queries
from question_bank.exports.documents.export import export as exported
from question_bank.exports.rules import Unfit
from question_bank.items.cli import commands
from question_bank.items.formats.interchange import FORMATS, TITLES
from question_bank.items.queries import find_bank


@commands.command("export")
@click.option("--bank", required=True, help="导出哪个题库（不含停用的试题）。")
@click.option(
    "--format", "form", required=True, type=click.Choice(list(FORMATS)), help="文件格式。"
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="写到哪个文件。"
)
@click.option("--skip", "unfit", flag_value="skip", help="跳过这种格式放不下的试题。")
@click.option("--lose", "unfit", flag_value="lose", help="丢掉放不下的内容，其余照样导出。")
def export(bank: str, form: str, output: Path, unfit: str | None) -> None:
    """把题库导出成文件。格式放不下的内容逐条列出；不加 --skip 或 --lose 时有放不下的就不导出。"""
    try:
        with transaction():
            number = _export(bank, form, output, Unfit(unfit or "refuse"))
    except Refused as refusal:
        _end(str(refusal))
    except OSError as error:
        _end(f"写不了文件“{error.filename}”，请检查路径和权限。")
    click.echo(f"已将题库“{bank}”的{number}道试题导出为{TITLES[form]}：{output}")


def _export(name: str, form: str, output: Path, unfit: Unfit) -> int:
    bank = find_bank(name)
    if bank is None:
        raise Refused(f"没有名为“{name}”的题库。")
    made = exported(queries.ids_in(bank), form, unfit)
    for one in made.missed:
        click.echo(one.told, err=True)
    if not made.data:
        reason = f"有{len(made.missed)}处内容这种格式放不下，加 --skip 或 --lose 再导出"
        raise Refused(f"没有导出：{reason if made.missed else '题库里没有可以导出的试题'}。")
    output.write_bytes(made.data)
    actions.record_export(bank, made.number, form, bank.name, by=System(), at=now())
    return made.number


def _end(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)
