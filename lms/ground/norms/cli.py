"""`flask norms …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.ground import db
from lms.ground.clock import now
from lms.ground.norms import actions

commands = AppGroup("norms", help="政策参数。")


@commands.command("load")
def load() -> None:
    """录入随系统提供、库里还没有的政策参数；本校已设的值不动。"""
    with db.transaction():
        entered = actions.load_baseline(at=now())
    if entered:
        click.echo(f"录入了 {entered} 个政策参数。")
