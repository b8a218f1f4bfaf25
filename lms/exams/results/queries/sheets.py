"""Reading the sheet behind a released result: what stood there, what was said, what it earned."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from lms.exams.attempts.queries import responses
from lms.exams.marking.queries.corrections import at_run
from lms.exams.marking.queries.exams import slots_of
from lms.exams.marking.queries.runs import slot_scores
from lms.exams.marking.rules.corrections import corrected_answers
from lms.exams.marking.rules.points import SlotScore
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import of_sheet
from lms.exams.recordings.rules.pieces import named_in
from lms.exams.results.models import Result
from lms.exams.results.rules import Report, SectionPoints, report, section_points
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.uploads.models import Upload
from question_bank.items.queries import files


@dataclass(frozen=True, slots=True)
class ReadSlot:
    """One slot of a released sheet: what stood there, and the points with their reasons."""

    section: str
    policy: str
    report: Report
    score: SlotScore


def slots_of_result(result: Result) -> list[ReadSlot]:
    """The sheet behind a released result, slot by slot; [] for whoever was absent."""
    attempt = result.attempt
    if attempt is None:
        return []
    given = responses([attempt.id])[attempt.id]
    content, answers = attempt.content, attempt.answers
    answers = corrected_answers(answers, at_run(result.run_id))
    slots = slots_of(content)
    title = {
        int(slot["number"]): str(section["title"])
        for section in content["sections"]
        for slot in section["slots"]
    }
    return [
        ReadSlot(
            title[score.number],
            answers[str(score.number)]["policy"],
            report(
                slots[score.number],
                answers[str(score.number)],
                given.get(score.number),
                score.number,
            ),
            score,
        )
        for score in slot_scores(result.run_id, attempt.id)
    ]


def sections_of(slots: Iterable[ReadSlot]) -> list[SectionPoints]:
    """What the sections of a sheet came to, in order; each has one policy."""
    return [
        section_points(title, policy, [one.score for one in rows])
        for (title, policy), rows in groupby(slots, key=lambda one: (one.section, one.policy))
    ]


def spoken(result: Result) -> dict[int, list[Recording | None]]:
    """What was said for each slot of a released result; None for what never arrived."""
    if result.attempt is None:
        return {}
    given = responses([result.attempt.id])[result.attempt.id]
    known = {one.sha256: one for one in of_sheet(result.attempt.id)}
    numbers = range(1, result.attempt.slots + 1)
    return {one: [known.get(sha) for sha in named_in(given.get(one))] for one in numbers}


def get_picture(result: Result, upload_id: int) -> Upload:
    """A picture or recording of the paper behind a released result; Missing for any other."""
    shown = {one for slot in slots_of_result(result) for one in slot.report.media}
    upload = session.get(Upload, upload_id) if upload_id in shown else None
    if upload is None:
        raise Missing("这个图片或录音")
    return upload


def media_of_result(slots: Collection[ReadSlot]) -> dict[int, Upload]:
    """The pictures and recordings of all these slots by id, in one statement."""
    wanted = {one for slot in slots for one in slot.report.media if one is not None}
    return {one.id: one for one in files(wanted)} if wanted else {}
