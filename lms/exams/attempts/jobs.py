"""Timed work: collecting the sheets whose time is over, as long as the clock can be trusted."""

from __future__ import annotations

from lms.exams.attempts.actions import collecting
from lms.ground import clock
from lms.ground.audit.actions import System, record
from lms.ground.jobs.handlers import every

# A leap is told to whoever looks first: this watch is looked at by the trail alone.
seen = clock.Watch()


@every(minutes=1)
def sweep() -> None:
    """Close in bulk what is over already.

    Nothing hangs on when that is done, but it cannot be undone for a whole hall: after a leap of
    the clock, and after the machine was started with a clock that nobody has corrected yet, it
    waits until the clock has gone on for a while.
    """
    if clock.watch.is_settled() and clock.monotonic() >= clock.SETTLING:
        collecting.sweep(at=clock.now())


@every(minutes=1)
def note_leap() -> None:
    """Put on record that the clock of the machine was set, and by how much."""
    seconds = round(seen.look().total_seconds())
    if seconds:
        told = f"服务器的系统时钟被拨{'快' if seconds > 0 else '慢'}了 {abs(seconds)} 秒"
        record("attempts.note_leap", seen, told, by=System(), at=clock.now(), seconds=seconds)
