"""Marking and scoring: collect blind responses, mark them, score all sheets of an exam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import BlindResponse, Mark, ScoringRun, SheetScore, SlotScore
from lms.exams.marking.queries import blind, exams, runs
from lms.exams.marking.rules import (
    Entry,
    SlotPoints,
    Standing,
    check_given,
    full_score,
    kept,
    pending_sentences,
    score_slot,
    sheet_total,
    shuffled,
    unanswered,
    unfinished_sentences,
)
from lms.exams.sittings.models import Exam
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.norms.queries import fraction
from question_bank.papers.models import Variant


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """One sheet with the points of its slots."""

    attempt: Attempt
    variant: Variant
    slots: Mapping[int, SlotPoints]


def collect(exam: Exam, *, by: Actor, at: datetime) -> int:
    """Lay out for the markers what candidates handed in and people mark; how many were new.

    May be done again when another sitting is over: what was collected stays as it is.
    Refused while nothing is handed in; empty responses are left out, they get nothing.
    """
    exams.lock_exam(exam.id)
    over = [sheet for sheet in exams.sheets(exam.id) if _is_over(sheet, at)]
    if not over:
        raise Refused("还没有交上来的答卷，考试结束后再开始阅卷。")
    known = blind.collected(exam.id)
    seen = {(response.attempt_id, response.number) for response in known}
    given = responses([sheet.id for sheet in over])
    new = [
        response
        for task in exams.tasks(exam)
        for response in _collected(exam, task, over, given, seen, known, at)
    ]
    if new:
        session.execute(insert(BlindResponse), new)
    record("marking.collect", exam, f"为“{exam.title}”收卷评阅，新增{len(new)}份作答", by=by, at=at)
    return len(new)


def _is_over(sheet: Attempt, at: datetime) -> bool:
    return sheet.submitted_at is not None or (sheet.accepts_until or sheet.closes_at) <= at


def _collected(
    exam: Exam,
    task: exams.Task,
    sheets: Sequence[Attempt],
    given: Mapping[int, Mapping[int, Any]],
    seen: set[tuple[int, int]],
    known: Sequence[BlindResponse],
    at: datetime,
) -> list[dict[str, Any]]:
    """The new responses to one item, as rows; the numbers go on after those that were given before."""
    number_of = dict(task.places)
    answered = {
        sheet.id: (sheet.seed, number_of[sheet.variant_id])
        for sheet in sheets
        if sheet.variant_id in number_of
        and (sheet.id, number_of[sheet.variant_id]) not in seen
        and not unanswered(given[sheet.id].get(number_of[sheet.variant_id]))
    }
    first = 1 + max(
        (one.blind_number for one in known if one.item_version_id == task.item_version_id),
        default=0,
    )
    order = shuffled({id_: seed for id_, (seed, _number) in answered.items()}, task.item_version_id)
    return [
        {
            "exam_id": exam.id,
            "attempt_id": attempt_id,
            "number": answered[attempt_id][1],
            "item_version_id": task.item_version_id,
            "blind_number": blind_number,
            "collected_at": at,
        }
        for blind_number, attempt_id in enumerate(order, start=first)
    ]


def mark(
    response: BlindResponse,
    task: exams.Task,
    *,
    rubric_points: Sequence[Decimal],
    remark: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> Mark:
    """Give points, line by line; the same marker's earlier mark is changed (`seen`: its version).

    Refused for points outside a line, Conflict for a stale form; the same form twice is one mark.
    """
    faults = check_given(task.lines, rubric_points)
    if faults:
        raise Refused(*faults)
    told = [str(points) for points in rubric_points]
    found = blind.find_mark(response, by.id)
    if found is not None and seen is None and (found.rubric_points, found.remark) == (told, remark):
        return found
    if found is None:
        found = _new_mark(response, by=by, at=at)
    else:
        found.edited_from(seen)
    found.points = sum(rubric_points, Decimal(0))
    found.rubric_points, found.remark, found.marked_at = told, remark, at
    _keep(found)
    record(
        "marking.mark",
        found,
        f"评阅{task.label}第{response.blind_number}号作答，给{found.points}分",
        by=by,
        at=at,
        points=str(found.points),
        rubric_points=told,
    )
    return found


def _new_mark(response: BlindResponse, *, by: Actor, at: datetime) -> Mark:
    return Mark(
        attempt_id=response.attempt_id, number=response.number, marker_id=by.id, marked_at=at
    )


def _keep(mark: Mark) -> None:
    """A double click races itself: the second of two first marks finds the row already there."""
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError:
        raise Conflict("这份作答您刚刚已经打过分，请刷新后查看。") from None


def score(exam: Exam, *, by: Actor, at: datetime, reason: str = "", after: int = 0) -> ScoringRun:
    """Score every sheet of the exam: a new run; earlier ones stay as they are.

    Where nobody came, the run is empty: the absences are results to release as well.

    `after` is the number of the latest run that the caller knows (0: none), so that one
    order is never carried out twice; every run but the first needs a reason. Refused with
    all reasons while candidates are at work or responses are unmarked, slot by slot.
    """
    exams.lock_exam(exam.id)
    latest = runs.find_latest_run(exam.id)
    _check_order(latest, reason, after)
    sheets = exams.sheets(exam.id)
    over = unfinished_sentences(
        exams.count_unfinished(exam.id, at=at), exams.count_candidates(exam.id)
    )
    scored = _scored(exam, sheets, tolerance=fraction("marking.tolerance", on=local(at).date()))
    reasons = over + pending_sentences(_pending(scored))
    if reasons:
        raise Refused(*reasons)
    run = ScoringRun(
        exam_id=exam.id, number=after + 1, started_by=by.name, started_at=at, reason=reason
    )
    session.add(run)
    session.flush()
    if scored:
        _write(run, scored)
    told = f"对“{exam.title}”第{run.number}次计分，{len(sheets)}份答卷"
    record("marking.score", run, told, by=by, at=at, exam_id=exam.id, reason=reason)
    return run


def _check_order(latest: ScoringRun | None, reason: str, after: int) -> None:
    if (latest.number if latest else 0) != after:
        raise Refused("这次考试刚刚已经计过分，请刷新页面查看结果；如需重新计分，请写明原因。")
    if latest and not reason:
        raise Refused("已经计过分。重新计分请写明原因，原来的结果保留备查。")


def _scored(exam: Exam, sheets: Sequence[Attempt], *, tolerance: Fraction) -> list[ScoredSheet]:
    """All sheets slot by slot; what many answered alike and nobody marked is scored once."""
    variants, marks = exams.variants(exam), blind.marks_of(exam.id)
    given = responses([sheet.id for sheet in sheets])
    alike: dict[tuple[int, int, str], SlotPoints] = {}

    def points(sheet: Attempt, number: int, entry: Entry) -> SlotPoints:
        response, marked = given[sheet.id].get(number), marks.get((sheet.id, number))
        if marked:
            return score_slot(entry, response, marked, tolerance=tolerance)
        key = (sheet.variant_id, number, repr(response))
        if key not in alike:
            alike[key] = score_slot(entry, response, (), tolerance=tolerance)
        return alike[key]

    return [
        ScoredSheet(
            sheet,
            variants[sheet.variant_id],
            {
                int(number): points(sheet, int(number), entry)
                for number, entry in variants[sheet.variant_id].answers.items()
            },
        )
        for sheet in sheets
    ]


def _pending(scored: Sequence[ScoredSheet]) -> list[tuple[str, Standing]]:
    return [
        (f"{sheet.variant.code}卷第{number}题", slot.standing)
        for sheet in scored
        for number, slot in sheet.slots.items()
        if slot.points is None
    ]


def _write(run: ScoringRun, scored: Sequence[ScoredSheet]) -> None:
    """All slots in one bulk statement, all sheets in another."""
    slots, sheets = [], []
    for sheet in scored:
        points = {number: slot.points or Fraction(0) for number, slot in sheet.slots.items()}
        total = sheet_total(sheet.variant.content, sheet.variant.answers, points)
        place = {"run_id": run.id, "attempt_id": sheet.attempt.id}
        full = full_score(sheet.variant.answers)
        sheets.append({**place, "exact": str(total), "full_points": full})
        slots += [
            {
                **place,
                "number": number,
                "full_points": kept(slot.full),
                "points": kept(points[number]),
                "scored_by": slot.by,
                "why": list(slot.why),
            }
            for number, slot in sorted(sheet.slots.items())
        ]
    session.execute(insert(SlotScore), slots)
    session.execute(insert(SheetScore), sheets)
