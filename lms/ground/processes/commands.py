"""Several `flask …` commands in one process: making the app takes longer than most of them."""

from __future__ import annotations

import sys
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


if __name__ == "__main__":
    main(sys.argv[1:])
