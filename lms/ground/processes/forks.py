"""A process that goes on from where this one stands.

Not multiprocessing's: that one joins what a fork has started before it lets threads finish, and
so waits for ever for a pool that was told to stop.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from lms.ground import clock

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK = 0.02  # seconds
# <linux/prctl.h>
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class Fork:
    """A copy of this process, leader of a group of its own, that carries out a task and ends.

    It has none of this one's signal handlers, ends when this one is killed, and is called
    `title` (15 letters at most) in lists of processes. It says nothing to what it leaves behind:
    no thread is waited for and no exit function run.
    """

    def __init__(self, task: Callable[[], object], title: str) -> None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal that comes before the copy is itself waits until it is.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(_carry_out(task, title, parent))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        self._status: int | None = None

    @property
    def exitcode(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def join(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        until = clock.monotonic() + seconds
        while self.exitcode is None and clock.monotonic() < until:
            time.sleep(_LOOK)
        return self.exitcode is not None

    def end(self) -> None:
        """Ask it to end, and it alone: it stops what it started itself, and a web server reports
        a worker that ended unasked as an accident."""
        if self.exitcode is None:
            os.kill(self.pid, signal.SIGTERM)

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started and left in its group."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            # Either all are gone, or it is so young that it has no group yet.
            if self.exitcode is None:
                os.kill(self.pid, number)


def _carry_out(task: Callable[[], object], title: str, parent: int) -> int:
    """In the copy: the exit code."""
    try:
        os.setsid()
        if sys.platform == "linux":
            libc = ctypes.CDLL(None)
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            libc.prctl(_PR_SET_NAME, title.encode())
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        if os.getppid() == parent:
            task()
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
