"""`flask jobs …`: the worker and the scheduler as processes."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from lms.ground.errors import Refused
from lms.ground.jobs import scheduler, worker

commands = AppGroup("jobs", help="后台任务：处理程序和定时程序。")


@commands.command("work")
@click.option("--once", is_flag=True, help="处理完正在排队的任务就结束。")
def work(once: bool) -> None:
    """处理排队的任务，直到收到停止信号。"""
    worker.run(_app(), once=once)


@commands.command("schedule")
def schedule() -> None:
    """按时间表运行定时工作，直到收到停止信号；同一套数据只能有一个。"""
    try:
        scheduler.run(_app())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
