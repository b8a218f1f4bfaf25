"""`flask schemes …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.appraisal.schemes import actions
from lms.ground.clock import now
from lms.ground.db import transaction

commands = AppGroup("schemes", help="考核方案。")


@commands.command("load")
def load() -> None:
    """录入随系统提供的示例考核方案；已有通用方案时不动。"""
    with transaction():
        number = actions.load_baseline(at=now())
    if number:
        click.echo("录入了示例考核方案。")
