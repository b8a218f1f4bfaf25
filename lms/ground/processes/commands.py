"""`flask …` commands in a process that has the house already: one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from flask.cli import ScriptInfo, cli


def main(commands: Sequence[str]) -> None:
    """Run commands such as "schema upgrade" in order, and leave at the first that fails."""
    app = ScriptInfo(app_import_path="app:serve")
    for command in commands:
        try:
            cli.main(args=command.split(), prog_name="flask", obj=app)
        except SystemExit as end:
            if end.code:
                raise
