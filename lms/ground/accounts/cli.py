"""`flask accounts …`: the first accounts of a house, and a code for whoever is locked out."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.ground import db
from lms.ground.accounts import actions, queries
from lms.ground.accounts.actions import IssuedCode
from lms.ground.audit.actions import System
from lms.ground.clock import local, now
from lms.ground.norms.actions import load_baseline

commands = AppGroup("accounts", help="账号。")


@commands.command("first-admin")
def first_admin() -> None:
    """在还没有账号时，开通系统管理员和安全管理员，打印登录名和一次性登录码。"""
    with db.transaction():
        load_baseline(at=now())
        issued = actions.first_admin(at=now())
        _print(issued)
    if not issued:
        click.echo("已经有账号了。登录码遗失时，请执行 flask --app app accounts code 登录名。")


@commands.command("code")
@click.argument("login")
def code(login: str) -> None:
    """为 LOGIN 生成新的一次性登录码（以前没用过的随之作废）。"""
    with db.transaction():
        account = queries.find_login(login)
        if account is None:
            raise click.ClickException(f"没有登录名为“{login}”的账号。")
        _print(actions.issue_codes([account], by=System(), at=now()))


def _print(issued: list[IssuedCode]) -> None:
    for each in issued:
        until = f"{local(each.expires_at):%Y-%m-%d %H:%M}"
        click.echo(f"{each.account.name}　登录名 {each.account.login}　", nl=False)
        click.echo(f"一次性登录码 {each.code}（{until} 前在“首次登录”页使用一次）")
