"""Starts processes of the house that are new but for their imports: a kill costs no seconds.

Each line of the input is a command as JSON (`[python, "-m", module, argument…]`); the answer is
the number of the process, the first of a session of its own.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys

import flask.cli
import granian.cli

from app import create_app
from lms.ground import config

PREPARED = (flask.cli, granian.cli)


def main() -> None:
    """Until the input ends; nobody waits for the dead."""
    create_app(config.from_environment())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def become(command: list[str]) -> None:
    """Go on as if `command` had just been started; its output goes where errors go."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.argv = command[2:]
    try:
        runpy.run_module(command[2], run_name="__main__", alter_sys=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
