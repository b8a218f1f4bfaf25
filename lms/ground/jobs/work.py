"""What a job's task has in its hand: how to report, to save its place, and to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from lms.ground.db import checkpoint, database, session, transaction


class Stopped(BaseException):
    """The task must not go on; no `except Exception` of a task is meant to hold it up."""


class Cancelled(Stopped):
    """Somebody asked for it to be cancelled."""


class Interrupted(Stopped):
    """The worker was told to end; the job goes back to the queue."""


class TakenOver(Stopped):
    """The worker was silent for so long that another one has the job now."""


class Report(Protocol):
    """Writes columns of the job while it is this worker's (`claims.report`)."""

    def __call__(self, **values: Any) -> bool | None: ...


class Work:
    """One run of a job.

    The session of a task reads: it holds up no other writer, however long the task
    computes or renders. What it writes stands inside `with work.writing():`, which is one
    short transaction; a write outside of it is a RuntimeError. Rows stay loaded throughout.
    """

    def __init__(
        self,
        app: Flask,
        report: Report,
        *,
        job_id: int,
        owner_id: int,
        saved: dict[str, Any],
        must_stop: Callable[[], bool],
    ) -> None:
        self._app, self._report, self._must_stop = app, report, must_stop
        self.job_id, self.owner_id, self.saved = job_id, owner_id, saved

    def advance(self, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total` (counts of the task's own steps) and a Chinese phrase.

        In a short transaction of its own, so never inside `writing`. Raises Cancelled,
        Interrupted or TakenOver: the task lets them pass.
        """
        self._write(progress=done, total=total, message=message)
        if self._must_stop():
            raise Interrupted

    def save(self, state: dict[str, Any]) -> None:
        """Keep `state` (plain JSON): after a crash the next run finds it in `saved`.

        Inside `writing` it is kept together with what is written there, or not at all.
        """
        if _is_writing():
            self._obey(self._report(checkpoint=state))
        else:
            self._write(checkpoint=state)
        self.saved = state

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that writes, committed at the end of the block."""
        if _is_writing():
            raise RuntimeError("writing() does not nest")
        checkpoint()
        session.connection(execution_options={"writes": True})
        session.info["writing"] = True
        try:
            with transaction():
                yield
        finally:
            session.info["writing"] = False

    def _write(self, **values: Any) -> None:
        if _is_writing():
            raise RuntimeError("advance() inside writing() would wait for itself")
        checkpoint()  # what is read next is read anew
        with self._app.app_context(), transaction():
            cancel_asked = self._report(**values)
        self._obey(cancel_asked)

    def _obey(self, cancel_asked: bool | None) -> None:
        if cancel_asked is None:
            raise TakenOver
        if cancel_asked:
            raise Cancelled


def open_reading_session() -> None:
    """Make the session of this app context one that reads until `writing` says otherwise."""
    opened = database().open(writes=False)
    opened.expire_on_commit = False
    event.listen(opened, "before_flush", _refuse_flush)
    event.listen(opened, "do_orm_execute", _refuse_statement)
    session.registry.set(opened)


def _is_writing() -> bool:
    return bool(session.info.get("writing"))


def _refuse_flush(opened: Session, *_: object) -> None:
    if not opened.info.get("writing"):
        raise RuntimeError("a task writes inside `with work.writing():`")


def _refuse_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        _refuse_flush(state.session)
