"""What a group of the journal holds, and the journal of this process."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence

from flask import Flask
from sqlalchemy import Connection, event

from lms.exams.attempts.journal import handing_in, opening, presence, reporting, saving
from lms.exams.attempts.journal.handing_in import Receipt
from lms.exams.attempts.journal.opening import Opened
from lms.exams.attempts.journal.presence import Presence
from lms.exams.attempts.journal.saving import Kept
from lms.exams.attempts.journal.writer import Work, Write, Writer
from lms.exams.attempts.rules.operations import Batch, Beat, HandIn, Opening
from lms.exams.attempts.rules.sightings import Reports
from lms.ground import db

_EXTENSION = "attempts.journal"
_NONE = (0, None)
_opening = threading.Lock()
# Operations before hand-ins: of what arrives together, nothing is left out of a digest.
KINDS: dict[type, Write] = {
    Batch: saving.write,
    Beat: presence.write,
    Reports: reporting.write,
    Opening: opening.write,
    HandIn: handing_in.write,
}


class Journal:
    """Everything that candidates do to their sheets, written in groups by one writer."""

    def __init__(self, writer: Writer, database: db.Database) -> None:
        self.writer, self.database = writer, database

    def save(self, batch: Batch) -> Kept:
        """Keep a batch durably; raises Unkept when it was not."""
        kept: Kept = self.writer.wait(batch)
        return kept

    def beat(self, sign: Beat) -> Presence | None:
        """Note that the candidate is there; None when the attempt is not theirs."""
        found: Presence | None = self.writer.wait(sign)
        return found

    def report(self, task: Reports) -> bool:
        """Keep what a page reports; whether anything of it is new, and the attempt its own."""
        told: bool = self.writer.wait(task)
        return told

    def open(self, task: Opening) -> Opened:
        """Take the lease over, and begin the attempt if it has not begun.

        Missing when it is not the attempt of this log-in, Conflict when it can't be open.
        """
        opened: Opened = self.writer.wait(task)
        return opened

    def hand_in(self, task: HandIn) -> Receipt:
        """The receipt, when the digest is that of the answers kept here; Differs when it is not.

        Handing in again gives the same receipt. Once no more answers are taken, what is kept
        here is collected whatever the browser's digest.
        """
        receipt: Receipt = self.writer.wait(task)
        return receipt


def journal_of(app: Flask) -> Journal:
    """The journal of the app in this process: after a fork the child makes its own."""
    owner, found = app.extensions.get(_EXTENSION, _NONE)
    if owner != os.getpid():
        with _opening:
            owner, found = app.extensions.get(_EXTENSION, _NONE)
            if owner != os.getpid():
                with app.app_context():
                    found = _open_journal(db.database())
                app.extensions[_EXTENSION] = (os.getpid(), found)
    journal: Journal = found
    return journal


def _open_journal(database: db.Database) -> Journal:
    writer = Writer(database.engine, write)
    event.listen(database.engine, "engine_disposed", lambda _engine: writer.stop())
    atexit.register(writer.stop)
    return Journal(writer, database)


def write(connection: Connection, works: Sequence[Work]) -> None:
    """Everything of one kind at once."""
    for kind, write_kind in KINDS.items():
        of_kind = [work for work in works if type(work.task) is kind]
        if of_kind:
            write_kind(connection, of_kind)
