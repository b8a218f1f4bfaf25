"""Reading uploaded question files in a worker."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.intakes import actions, intake, queries
from question_bank.intakes.models import Intake
from question_bank.items.rules.draft import Reading


@handles("intakes.read", title="读取题库文件")
def read(work: Work, intake_id: int) -> None:
    """Read the file of an intake; what cannot be read says so on the intake's own page."""
    waiting = queries.intake_to_read(intake_id)
    if waiting is None:  # read before, by a worker that was stopped right after
        return
    work.advance(0, 2, "正在读取文件")
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading, pictures = _read(waiting, Path(folder))
        except Refused as refusal:
            with work.writing():
                actions.fail_reading(waiting, str(refusal))
            raise
        with work.writing():
            actions.keep_reading(waiting, reading.as_json())
            for name, kept in pictures.items():
                actions.keep_file(waiting, name, kept.read_bytes(), at=now())
    work.advance(2, 2, f"读到{len(reading.items)}道题")


def _read(waiting: Intake, folder: Path) -> tuple[Reading, dict[str, Path]]:
    """Under its own name: the reader goes by endings, and every item names its file.

    The pictures are drawn anew beforehand: that takes longer than a transaction should.
    """
    path = _named(waiting.upload, folder / "items")
    key = waiting.key_upload
    mappings = queries.mappings()
    reading = intake.read(path, None if key is None else _named(key, folder / "key"), mappings)
    pictures: dict[str, Path] = {}
    for name, data in intake.files(path, reading.media):
        pictures[name] = folder / f"picture{len(pictures)}"
        pictures[name].write_bytes(data)
    return reading, pictures


def _named(upload: Upload, folder: Path) -> Path:
    folder.mkdir()
    link = folder / upload.name
    link.symlink_to(delivery.path(upload).resolve())
    return link
