"""`flask results …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.exams.results import actions
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now

commands = AppGroup("results", help="成绩。")


@commands.command("analyse")
def analyse() -> None:
    """重新统计全部已公布成绩的试题分析（升级之后，或改了高低分组的比例之后）。"""
    with db.transaction():
        exams = actions.analyse_released(by=System(), at=now())
    click.echo(f"统计了 {exams} 场考试。")
