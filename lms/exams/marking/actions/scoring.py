"""Scoring: machine and marks together, all sheets of an exam; a regrade is another run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import KeyCorrection, ScoringRun, SheetScore
from lms.exams.marking.queries import corrections, exams, runs
from lms.exams.marking.queries.changed import changed
from lms.exams.marking.queries.marks import marks_of
from lms.exams.marking.queries.runs import Difference
from lms.exams.marking.queries.schemes import scheme_of
from lms.exams.marking.rules.changes import changed_sentences
from lms.exams.marking.rules.corrections import Correction, Remedy, score_corrected
from lms.exams.marking.rules.modes import Standing
from lms.exams.marking.rules.points import (
    NO_MARKS,
    Entry,
    SlotPoints,
    SlotScore,
    full_score,
    kept,
    pending_sentences,
    sheet_total,
)
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import own_answers, own_content, own_numbers

Told = Callable[[int, int], None]
AT_ONCE = 200
NOTHING = Fraction(0)
NO_TRIAL: Mapping[int, Correction] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ScoredSlot:
    """What one slot comes to, and how a run keeps it: made once for all who answered alike."""

    points: SlotPoints
    document: list[Any]


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """One sheet with the points of its slots; `numbers`: theirs in the variant, in order."""

    attempt: Attempt
    variant: Variant
    numbers: Sequence[int]
    slots: Mapping[int, ScoredSlot]


def order(exam: Exam, *, by: Account, at: datetime, reason: str = "", after: int = 0) -> Job:
    """Have all sheets of the exam scored by a worker; Refused where `score` would at once.

    What one has ordered and is still at work is not ordered again.
    """
    exams.lock_exam(exam.id)
    running = runs.find_scoring(exam.id)
    if running is not None and not running.is_over:
        return running
    _check_order(exam, reason, after)
    reasons = exams.unfinished(exam.id, at=at)
    if reasons:
        raise Refused(*reasons)
    record("marking.order_score", exam, f"对“{exam.title}”计分", by=by, at=at, reason=reason)
    return jobs.enqueue(
        "marking.score", owner_id=by.id, at=at, exam_id=exam.id, reason=reason, after=after
    )


def score(exam: Exam, *, by: Actor, at: datetime, reason: str = "", after: int = 0) -> ScoringRun:
    """Score every sheet of the exam: a new run; earlier ones stay as they are.

    Where nobody came, the run is empty: the absences are results to release as well.

    `after` is the number of the latest run that the caller knows (0: none), so that one
    order is never carried out twice; every run but the first needs a reason. Refused with
    all reasons while candidates are at work or responses are unmarked, slot by slot.
    """
    return keep(exam, scored(exam, at=at), by=by, at=at, reason=reason, after=after)


def scored(exam: Exam, *, at: datetime, told: Told | None = None) -> list[dict[str, Any]]:
    """The rows of a run without its number; only reads. `told(done, all)` hears of every part.

    Refused with all reasons while candidates are at work or responses are unmarked.
    """
    over = exams.unfinished(exam.id, at=at)
    scorer = _Scorer(exam)
    sheets, found = exams.sheets(exam.id), []
    for first in range(0, len(sheets), AT_ONCE):
        found += scorer.score(sheets[first : first + AT_ONCE])
        if told is not None:
            told(len(found), len(sheets))
    reasons = over + pending_sentences(_pending(found)) + _changed(exam, scorer)
    if reasons:
        raise Refused(*reasons)
    return [_row(sheet) for sheet in found]


def keep(
    exam: Exam,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    after: int,
) -> ScoringRun:
    """Write a run as `scored` at `at`; Refused when another one was written since."""
    exams.lock_exam(exam.id)
    _check_order(exam, reason, after)
    run = ScoringRun(
        exam_id=exam.id, number=after + 1, started_by=by.name, started_at=at, reason=reason
    )
    session.add(run)
    session.flush()
    if rows:
        session.execute(insert(SheetScore), [{"run_id": run.id, **row} for row in rows])
    told = f"对“{exam.title}”第{run.number}次计分，{len(rows)}份答卷"
    record("marking.score", run, told, by=by, at=at, exam_id=exam.id, reason=reason)
    return run


def _check_order(exam: Exam, reason: str, after: int) -> None:
    latest = runs.find_latest_run(exam.id)
    if (latest.number if latest else 0) != after:
        raise Refused("这次考试刚刚已经计过分，请刷新页面查看结果；如需重新计分，请写明原因。")
    if latest and not reason:
        raise Refused("已经计过分。重新计分请写明原因，原来的结果保留备查。")


def previewed(exam: Exam, proposal: KeyCorrection) -> list[Difference]:
    """What a correction would change, sheet by sheet, by learner number; only reads."""
    item = proposal.item_version_id
    scorers = _Scorer(exam), _Scorer(exam, trial={item: corrections.as_correction(proposal)})
    sheets = exams.sheets(exam.id)
    places = exams.numbers_of_items(exam, sheets)
    found: dict[int, tuple[int, SlotPoints, SlotPoints]] = {}
    for first in range(0, len(sheets), AT_ONCE):
        some = [one for one in sheets[first : first + AT_ONCE] if item in places[one.id]]
        given = responses([one.id for one in some])
        for sheet in some:
            number = places[sheet.id][item]
            now, then = (one.slot(sheet, number, given[sheet.id]).points for one in scorers)
            if (now.points, now.full) != (then.points, then.full):
                found[sheet.id] = number, now, then
    return [
        Difference(name, learner, number, _shown(now), _shown(then), then.why)
        for sheet_id, name, learner in runs.learners(found)
        for number, now, then in [found[sheet_id]]
    ]


def _shown(points: SlotPoints) -> Decimal | None:
    return None if points.points is None else kept(points.points)


def _changed(exam: Exam, scorer: _Scorer) -> list[str]:
    """Whose answers have changed since they were marked; not of items that nobody's marks count for."""
    settled = {
        one
        for one, correction in scorer.corrections.items()
        if correction.remedy in (Remedy.FULL, Remedy.DROPPED)
    }
    labels = {task.item_version_id: task.label for task in exams.tasks(exam)}
    waiting = [one.response.item_version_id for one in changed(exam.id)]
    return changed_sentences([labels[one] for one in waiting if one not in settled])


class _Scorer:
    """Scores sheets of one exam; what many answered alike and nobody marked is scored once.

    `trial`: corrections as if they held already.
    """

    def __init__(self, exam: Exam, trial: Mapping[int, Correction] = NO_TRIAL) -> None:
        self._variants, self._marks = exams.variants(exam), marks_of(exam.id)
        self._scheme = scheme_of(exam)
        self.corrections = {**corrections.in_force(exam.id), **trial}
        self._alike: dict[tuple[int, int, int, str], ScoredSlot] = {}

    def score(self, sheets: Sequence[Attempt]) -> list[ScoredSheet]:
        given = responses([sheet.id for sheet in sheets])
        return [self._sheet(sheet, given[sheet.id]) for sheet in sheets]

    def _sheet(self, sheet: Attempt, given: Mapping[int, Any]) -> ScoredSheet:
        variant = self._variants[sheet.variant_id]
        numbers = own_numbers(variant.content, sheet.seed)
        slots = {
            number: self._points(sheet, number, place, given.get(number))
            for number, place in enumerate(numbers, start=1)
        }
        return ScoredSheet(sheet, variant, numbers, slots)

    def slot(self, sheet: Attempt, number: int, given: Mapping[int, Any]) -> ScoredSlot:
        """What one slot of a sheet comes to."""
        numbers = own_numbers(self._variants[sheet.variant_id].content, sheet.seed)
        return self._points(sheet, number, numbers[number - 1], given.get(number))

    def _points(self, sheet: Attempt, number: int, place: int, response: Any) -> ScoredSlot:
        """Of the sheet's slot `number`, which is the variant's slot `place`."""
        entry: Entry = self._variants[sheet.variant_id].answers[str(place)]
        marks = self._marks.get((sheet.id, number))
        correction = self.corrections.get(int(entry["item_version_id"]))
        if marks is not None:
            points = score_corrected(entry, response, marks, self._scheme, correction)
            return _slot(number, points)
        key = (sheet.variant_id, place, number, repr(response))
        if key not in self._alike:
            points = score_corrected(entry, response, NO_MARKS, self._scheme, correction)
            self._alike[key] = _slot(number, points)
        return self._alike[key]


def _pending(scored: Sequence[ScoredSheet]) -> list[tuple[str, Standing]]:
    return [
        (f"{sheet.variant.code}卷第{sheet.numbers[number - 1]}题", slot.points.standing)
        for sheet in scored
        for number, slot in sheet.slots.items()
        if slot.points.points is None
    ]


def _slot(number: int, points: SlotPoints) -> ScoredSlot:
    earned = kept(points.points or Fraction(0))
    score = SlotScore(number, earned, kept(points.full), points.by, points.why)
    return ScoredSlot(points, score.document())


def _row(sheet: ScoredSheet) -> dict[str, Any]:
    points = {number: slot.points.points or NOTHING for number, slot in sheet.slots.items()}
    content, seed = sheet.variant.content, sheet.attempt.seed
    answers = own_answers(content, sheet.variant.answers, seed)
    total = sheet_total(own_content(content, seed), answers, points)
    return {
        "attempt_id": sheet.attempt.id,
        "exact": str(total),
        "full_points": full_score(
            {one: entry for one, entry in answers.items() if sheet.slots[int(one)].points.full}
        ),
        "slots": [sheet.slots[number].document for number in sorted(sheet.slots)],
    }
