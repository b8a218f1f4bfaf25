"""`flask tls …`."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from lms.ground.clock import now
from lms.ground.config import AUTHORITY
from lms.ground.errors import Refused
from lms.ground.processes.certificates import fingerprint, issue, own_addresses

commands = AppGroup("tls", help="HTTPS 证书。")


@commands.command("issue")
@click.argument("names", nargs=-1)
def issue_certificate(names: tuple[str, ...]) -> None:
    """为这些地址和主机名（不写就用本机的）颁发证书；下次启动就用 HTTPS。"""
    wanted = list(names) or own_addresses()
    folder = current_app.config["FENGXUE"].tls
    try:
        certificate = issue(folder, wanted, at=now())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(
        f"已为 {'、'.join(wanted)} 颁发证书，有效到 {certificate.not_valid_after_utc:%Y-%m-%d}。"
    )
    click.echo(f"证书颁发机构的指纹（SHA-256）：{fingerprint((folder / AUTHORITY).read_bytes())}")
    click.echo("重新启动后用 https:// 打开；各电脑怎样信任，见页面“HTTPS 和证书”。")
