"""One writer for all candidates of this process: a bounded queue, group commit, no false OK.

A request puts its work into the queue and waits. The writer takes everything that waits, and
while that is little what comes within a moment, writes it in one transaction, and wakes the
requests after the COMMIT; what arrives in the meantime is the next group. A request that was
not woken was not acknowledged, and the browser, whose own journal holds on to it, sends it again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

CAPACITY = 2_000
GROUP = 400
PATIENCE = 20.0  # seconds; longer than SQLite waits for another writer
# A commit costs as much as many saves: while few wait, others are waited for, a moment that
# nobody notices.
FEW = 16
MOMENT = 0.004  # seconds

# A group finds its rows by their keys, planned once, whatever PostgreSQL believes of the tables:
# between a thousand new sheets and its next look at them it would read whole tables. Its pages are
# in memory: if one of them cost more than many in a row, all sheets of a person would be gone
# through for the one that is named.
PLANS = (
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    " SET random_page_cost = 1; SET plan_cache_mode = force_generic_plan; SET jit = off"
)


class Unkept(Exception):
    """Nothing was acknowledged: the journal is full of work, or storage refused (`disk_full`)."""

    def __init__(self, *, disk_full: bool = False) -> None:
        super().__init__("disk full" if disk_full else "not written")
        self.disk_full = disk_full


class Work:
    """Something to be written in a group, and what came of it.

    Its lock is held until it is settled: a bare lock costs a tenth of an Event.
    """

    __slots__ = ("_settled", "error", "outcome", "task")

    def __init__(self, task: object) -> None:
        self.task = task
        self.outcome: Any = None
        self.error: Exception | None = None
        self._settled = threading.Lock()
        self._settled.acquire()

    @property
    def is_settled(self) -> bool:
        return not self._settled.locked()

    def settle(self) -> None:
        """Let whoever waits go on."""
        self._settled.release()

    def wait(self, seconds: float) -> bool:
        """Whether it was settled within `seconds`; one thread may ask, once."""
        return self._settled.acquire(timeout=seconds)


Write = Callable[[Connection, Sequence[Work]], None]


class Writer:
    """The queue, and the thread that empties it; the thread starts with the first work.

    `write(connection, works)` puts the works of one group into the database and sets their
    outcomes, or `error` for one that is refused; it neither begins nor ends the transaction.
    """

    def __init__(self, engine: Engine, write: Write, *, capacity: int = CAPACITY) -> None:
        self._engine = engine.execution_options(writes=True)
        self._write, self._capacity = write, capacity
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None

    def put(self, task: object) -> Work:
        """Queue a task without waiting for it. Unkept when the queue is full."""
        if self._queue.qsize() >= self._capacity:
            raise Unkept
        work = Work(task)
        self._queue.put(work)
        if self._thread is None:
            self._start()
        return work

    def wait(self, task: object) -> Any:
        """The outcome of a task, once it is committed; Unkept or its own refusal otherwise."""
        work = self.put(task)
        if not work.wait(PATIENCE):
            raise Unkept
        if work.error is not None:
            raise work.error
        return work.outcome

    def stop(self) -> None:
        """Write what is queued and let go of the connection; the next task starts anew."""
        with self._starting:
            if self._thread is not None:
                self._queue.put(None)
                self._thread.join()
                self._thread = None
            waiting = not self._queue.empty()
        if waiting:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            works, goes_on = self._take()
            if works:
                self._settle(works)
            for work in works:
                work.settle()
        self._disconnect()

    def _take(self) -> tuple[list[Work], bool]:
        """The next group, and whether another may follow."""
        works: list[Work] = []
        try:
            if (first := self._queue.get()) is None:
                return works, False
            works.append(first)
            if self._queue.qsize() < FEW:
                time.sleep(MOMENT)
            while len(works) < GROUP:
                work = self._queue.get(block=False)
                if work is None:
                    return works, False
                works.append(work)
        except Empty:
            pass
        return works, True

    def _settle(self, works: list[Work]) -> None:
        """Commit the group. Storage that fails, fails all; one bad work must not fail others."""
        try:
            self._commit(works)
        except OperationalError as error:
            log.error("the journal was refused by storage: %s", error.orig)
            self._fail(works, Unkept(disk_full=_is_full(error)))
        except Exception as error:
            self._disconnect()
            if len(works) == 1:
                works[0].error = error
                return
            for work in works:
                self._settle([work])

    def _commit(self, works: list[Work]) -> None:
        for work in works:
            work.error = work.outcome = None
        connection = self._connection or self._connect()
        with connection.begin():
            self._write(connection, works)

    def _connect(self) -> Connection:
        connection = self._connection = self._engine.connect()
        # Its own, not the pool's: closing it closes it.
        connection.detach()
        if connection.dialect.name == "postgresql":
            with connection.begin():
                connection.exec_driver_sql(PLANS)
        return connection

    def _fail(self, works: list[Work], error: Exception) -> None:
        self._disconnect()
        for work in works:
            work.error = error

    def _disconnect(self) -> None:
        """Forget the connection: after any failure the next group begins on a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception as error:
                log.warning("the journal's connection did not close: %s", error)


def turns(works: Sequence[Work]) -> Iterator[list[Work]]:
    """The works in order, in as few parts as let no attempt come twice in one."""
    part: list[Work] = []
    seen: set[int] = set()
    for work in works:
        attempt_id: int = work.task.attempt_id  # type: ignore[attr-defined]
        if attempt_id in seen:
            yield part
            part, seen = [], set()
        part.append(work)
        seen.add(attempt_id)
    yield part


def _is_full(error: OperationalError) -> bool:
    return "full" in str(error.orig) or "No space left" in str(error.orig)
