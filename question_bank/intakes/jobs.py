"""Reading uploaded question files in a worker."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.intakes import intake
from question_bank.intakes.actions import taking_in as actions
from question_bank.intakes.models import Intake
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules.grid import content_from
from question_bank.items.rules.draft import Reading
from question_bank.twins import queries as twins

_STEPS = 3
_MOST_NEAR = 5


@handles("intakes.read", title="读取题库文件")
def read(work: Work, intake_id: int) -> None:
    """Read the file of an intake; what cannot be read says so on the intake's own page."""
    waiting = queries.intake_to_read(intake_id)
    if waiting is None:  # read before, by a worker that was stopped right after
        return
    work.advance(0, _STEPS, "正在读取文件")
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading, pictures = _read(work, waiting, Path(folder))
        except Refused as refusal:
            with work.writing():
                actions.fail_reading(waiting, str(refusal))
            raise
        work.advance(2, _STEPS, f"读到{len(reading.items)}道题，正在查找相近的题")
        near = _near(waiting, reading)
        with work.writing():
            if queries.intake_to_read(intake_id) is None:  # stopped meanwhile
                return
            for name, kept in pictures.items():
                actions.keep_file(waiting, name, kept.read_bytes(), at=now())
            actions.keep_reading(waiting, reading.as_json(), near)
    work.advance(_STEPS, _STEPS, f"读到{len(reading.items)}道题")


def _near(waiting: Intake, reading: Reading) -> dict[int, list[dict[str, Any]]]:
    """Position → what in the file and in the bank says nearly the same, the most similar first."""
    contents = [content_from(item.as_json()) for item in reading.items]
    alike = twins.alike(waiting.bank_id, contents, on=today())
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pair in alike.within:
        share = round(pair.similarity, 4)
        found[pair.first].append({"row": pair.second, "share": share})
        found[pair.second].append({"row": pair.first, "share": share})
    for position, items in alike.in_bank.items():
        found[position] += [
            {"item": one.item_id, "version": one.version_id, "share": round(one.similarity, 4)}
            for one in items
        ]
    return {
        position: sorted(some, key=lambda one: -one["share"])[:_MOST_NEAR]
        for position, some in found.items()
    }


def _read(work: Work, waiting: Intake, folder: Path) -> tuple[Reading, dict[str, Path]]:
    """Under its own name: the reader goes by endings, and every item names its file.

    The pictures are drawn anew beforehand: that takes longer than a transaction should.
    """
    path = _named(waiting.upload, folder / "items")
    key = waiting.key_upload
    mappings = queries.mappings()
    reading = intake.read(path, None if key is None else _named(key, folder / "key"), mappings)
    work.advance(1, _STEPS, f"读到{len(reading.items)}道题，正在整理图片")
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
