"""`flask audit …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.ground import db
from lms.ground.audit import queries
from lms.ground.audit.rules import judge
from lms.ground.vault import is_signed

commands = AppGroup("audit", help="审计日志。")


@commands.command("verify")
def verify() -> None:
    """核对审计日志的封印链；有改动时指出第一处，退出码为 1。"""
    with db.transaction():
        verdict = judge(queries.seals(), queries.lines(), is_signed)
    click.echo(f"核对了 {verdict.seals} 个封印、{verdict.entries} 条记录。")
    if verdict.broken:
        raise click.ClickException(verdict.broken)
    click.echo(f"封印链完整，最后一个封印是 {verdict.last_hash[:16]}…（可抄下来，供以后比对）。")
