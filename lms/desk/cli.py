"""`flask demo …`: the demo school."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.desk.actions import school
from lms.ground.clock import now
from lms.ground.db import transaction

commands = AppGroup("demo", help="The demo school: invented people, real law.")


@commands.command()
def load() -> None:
    """Load the demo school into an empty house; does nothing in any other."""
    with transaction():
        school.load(at=now())


@commands.command()
def accounts() -> None:
    """Print the log-ins of the demo school."""
    rows = school.log_ins()
    for row in rows:
        click.echo(f"  {row.login:<12} {row.password:<18} {row.roles}　{row.name}")
