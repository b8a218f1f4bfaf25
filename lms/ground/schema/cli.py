"""`flask schema …`: the schema of the database. Alembic is loaded by the first command that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup

from lms.ground.errors import Refused
from lms.ground.fulltext import advice
from lms.ground.lazy import lazily

commands = AppGroup("schema", help="数据库结构：升级、核对、生成迁移。")
steps: Any = lazily("lms.ground.schema.steps")


@commands.command("upgrade")
def upgrade() -> None:
    """把数据库升级到最新结构。"""
    with _told():
        steps.upgrade()


@commands.command("check")
def check() -> None:
    """核对模型与数据库是否一致，不一致时以状态 1 结束。"""
    differences = steps.check()
    for line in (*advice(), *differences):
        click.echo(line)
    if differences:
        raise click.ClickException(f"模型与数据库有 {len(differences)} 处不一致。")


@commands.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """按模型的变化生成下一步迁移。"""
    with _told():
        click.echo(steps.revise(message).name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
