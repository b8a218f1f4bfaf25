"""`flask exams …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.exams.incidents import queries
from lms.exams.incidents.rules import broken_at
from lms.ground import db
from lms.ground.vault import is_signed

commands = AppGroup("exams", help="考试。")


@commands.command("verify")
def verify() -> None:
    """核对每个场次考场日志的封印链和每份答卷的回执；有改动时逐条指出，退出码为 1。"""
    with db.transaction():
        sittings = queries.sealed_sittings()
        damage = []
        for one in sittings:
            broken = broken_at(
                queries.seals(one), queries.lines(one), is_signed, queries.noted_seals(one)
            )
            damage += [f"场次 {one}：{broken}"] if broken else []
        receipts = queries.count_submitted()
        damage += [
            f"答卷 {one.id}（{one.person.name}，{one.title}）：{wrong}。"
            for one, wrong in queries.false_receipts()
        ]
    click.echo(f"核对了 {len(sittings)} 个场次的考场日志、{receipts} 份交卷回执。")
    if damage:
        raise click.ClickException("\n".join(damage))
    click.echo("全部属实，没有改动。")
