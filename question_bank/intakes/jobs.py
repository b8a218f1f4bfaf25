"""Reading question files, comparing what they say, and taking them in and out, in a worker."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

from lms.ground.accounts.queries import get_account
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.handlers import every, handles
from lms.ground.jobs.work import Work
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.intakes import intake
from question_bank.intakes.actions import previewing, reading, taking_in
from question_bank.intakes.actions.approving import Count, pass_next
from question_bank.intakes.models import APPROVING, Intake
from question_bank.intakes.queries import comparing, drawing, rows
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.rules.draft import Reading

_STEPS = 4
_ALIKE = "改正之后，有{}道题与别的题相近，没有入库，请看过再入库。"


@handles("intakes.read", title="读取题库文件")
def read(work: Work, intake_id: int) -> None:
    """Read the file of an intake; what cannot be read says so on the intake's own page."""
    waiting = queries.find_waiting(intake_id, IntakeState.READING)
    if waiting is None:  # read before, by a worker that was stopped right after
        return
    work.advance(0, _STEPS, "正在读取文件")
    with tempfile.TemporaryDirectory() as folder:
        try:
            found, pictures = _read(work, waiting, Path(folder))
        except Refused as refusal:
            with work.writing():
                reading.fail_reading(waiting, str(refusal))
            raise
        with work.writing():
            if queries.find_waiting(intake_id, IntakeState.READING, lock=True) is None:  # stopped
                return
            for name, kept in pictures.items():
                reading.keep_file(waiting, name, kept.read_bytes(), at=now())
    work.advance(2, _STEPS, f"读到{len(found.items)}道题，正在查找相近的题")
    contents = [grid.content_from(item.as_json()) for item in found.items]
    near = comparing.near_of(waiting.bank_id, contents, on=today())
    work.advance(3, _STEPS, f"读到{len(found.items)}道题，正在逐题检查")
    drawn_up = drawing.drawn_up(waiting, found.as_json(), near)
    with work.writing():
        if queries.find_waiting(intake_id, IntakeState.READING, lock=True) is None:  # stopped
            return
        reading.keep_reading(waiting, drawn_up)
    work.advance(_STEPS, _STEPS, f"读到{len(found.items)}道题")


@handles("intakes.take_in", title="试题入库")
def take_in(work: Work, intake_id: int) -> None:
    """All items that may enter, in one transaction; whoever changed meanwhile opens the preview."""
    waiting = queries.find_waiting(intake_id, IntakeState.ENTERING)
    if waiting is None:
        return
    total = rows.tally(waiting)[grid.Standing.READY] + 1
    work.advance(0, total, "正在检查")
    try:
        _compare(work, waiting)
        batch = taking_in.prepared(
            waiting, lambda done: work.advance(done, total, f"已检查{done}道，共{total - 1}道")
        )
        with work.writing():
            held = queries.find_waiting(intake_id, IntakeState.ENTERING, lock=True)
            if held is None:  # stopped meanwhile
                return
            taking_in.enter(held, batch, by=get_account(work.owner_id), at=now())
    except Refused as refusal:
        _put_back(work, intake_id, str(refusal))
        raise
    work.advance(total, total, f"已将{total - 1}道试题放入题库")


@handles("intakes.undo", title="撤回导入")
def undo(work: Work, intake_id: int) -> None:
    """All items of an intake leave, in one transaction."""
    if queries.find_waiting(intake_id, IntakeState.LEAVING) is None:
        return
    work.advance(0, 1, "正在移除这次导入的试题")
    try:
        with work.writing():
            held = queries.find_waiting(intake_id, IntakeState.LEAVING, lock=True)
            if held is None:
                return
            number = taking_in.undo(held, by=get_account(work.owner_id), at=now())
    except Refused as refusal:
        with work.writing():
            held = queries.find_waiting(intake_id, IntakeState.LEAVING, lock=True)
            if held is not None:
                taking_in.stay(held, str(refusal))
        raise
    work.advance(1, 1, f"已移除{number}道试题")


@handles(APPROVING, title="批量审定")
def approve(work: Work, intake_id: int) -> None:
    """The items of an intake pass step by step; what has passed stays so when it is stopped."""
    count = Count(**work.saved)
    waiting = queries.find_waiting(intake_id, IntakeState.COMMITTED)
    if waiting is None:
        return
    total = count.seen + len(queries.drafts_of_intake(waiting, after=count.after, most=None))
    while count.seen < total:
        work.advance(count.seen, total, count.told)
        with work.writing():
            held = queries.find_waiting(intake_id, IntakeState.COMMITTED, lock=True)
            step = held and pass_next(
                held, after=count.after, by=get_account(work.owner_id), at=now()
            )
            if not step or not step.seen:  # taken back, or passed by somebody else meanwhile
                break
            count = count.add(step)
            work.save(asdict(count))
    work.advance(total, total, count.told)


@handles("intakes.compare", title="比对改正过的试题")
def compare(work: Work, intake_id: int) -> None:
    """What was changed in a preview is held against file and bank once more."""
    waiting = queries.find_waiting(intake_id, IntakeState.PREVIEW)
    if waiting is not None:
        _compare(work, waiting)


@every(minutes=1)
def compare_previews() -> None:
    """Have the rows compared that people changed: one job for each preview that has some."""
    for intake_id in comparing.uncompared_previews():
        jobs.enqueue("intakes.compare", owner_id=reading.NOBODY, at=now(), intake_id=intake_id)


def _compare(work: Work, waiting: Intake) -> None:
    """Refused when rows that were to enter are like others by their new words."""
    if not rows.uncompared(waiting):
        return
    found = comparing.compared(waiting, on=today())
    with work.writing():
        held = queries.find_waiting(waiting.id, waiting.state, lock=True)
        if held is None:
            return
        previewing.keep_near(held, found)
    alike = len(rows.waiting(waiting))
    if alike and waiting.state is IntakeState.ENTERING:
        raise Refused(_ALIKE.format(alike))


def _put_back(work: Work, intake_id: int, sentence: str) -> None:
    with work.writing():
        held = queries.find_waiting(intake_id, IntakeState.ENTERING, lock=True)
        if held is not None:
            taking_in.put_back(held, sentence)


def _read(work: Work, waiting: Intake, folder: Path) -> tuple[Reading, dict[str, Path]]:
    """Under its own name: the reader goes by endings, and every item names its file.

    The pictures are drawn anew beforehand: that takes longer than a transaction should.
    """
    path = _named(waiting.upload, folder / "items")
    key = waiting.key_upload
    mappings = queries.mappings()
    found = intake.read(path, None if key is None else _named(key, folder / "key"), mappings)
    work.advance(1, _STEPS, f"读到{len(found.items)}道题，正在整理图片")
    pictures: dict[str, Path] = {}
    for name, data in intake.files(path, found.media):
        pictures[name] = folder / f"picture{len(pictures)}"
        pictures[name].write_bytes(data)
    return found, pictures


def _named(upload: Upload, folder: Path) -> Path:
    folder.mkdir()
    link = folder / upload.name
    link.symlink_to(delivery.path(upload).resolve())
    return link
