"""Marks: collect blind responses, mark them, arbitrate what markers see too differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries import blind, exams
from lms.exams.marking.queries.marks import find_mark, marks_of, marks_on
from lms.exams.marking.queries.schemes import scheme_of
from lms.exams.marking.rules.modes import WAITING, Scheme, Standing
from lms.exams.marking.rules.points import Given, Marks, check_given, shuffled, unanswered
from lms.exams.sittings.models import Exam
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused


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
    numbers = blind.last_numbers(exam.id)
    given = responses([sheet.id for sheet in over])
    places = exams.numbers_of_items(exam, over)
    new = [
        response
        for task in exams.tasks(exam)
        for response in _collected(exam, task, over, places, given, seen, numbers, at)
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
    places: Mapping[int, Mapping[int, int]],
    given: Mapping[int, Mapping[int, Any]],
    seen: set[tuple[int, int]],
    numbers: Mapping[int, int],
    at: datetime,
) -> list[dict[str, Any]]:
    """The new responses to one item, as rows; the numbers go on after those that were given before."""
    answered = {
        sheet.id: (sheet.seed, number)
        for sheet in sheets
        if (number := places[sheet.id].get(task.item_version_id))
        and (sheet.id, number) not in seen
        and not unanswered(given[sheet.id].get(number))
    }
    first = 1 + numbers.get(task.item_version_id, 0)
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
    answered: str = "",
    by: Actor,
    at: datetime,
) -> Mark:
    """Give points, line by line; the same marker's earlier mark is changed (`seen`: its version).

    Refused for points outside a line, where others have settled the response or its arbiter is
    `by`, and where the answer is no longer the one that was read (`answered`: its digest);
    Conflict for a stale form. The same form twice is one mark.
    """
    _begin(response, task, rubric_points, answered)
    told = [str(points) for points in rubric_points]
    found = find_mark(response, by.id)
    if found is not None and seen is None and (found.rubric_points, found.remark) == (told, remark):
        return found
    if found is None:
        if response.copy == 0 and response.standing not in WAITING:
            raise Refused("这份作答刚由其他阅卷人评完，您的打分没有保存，请继续下一份。")
        found = _new_mark(response, by=by, at=at)
    elif found.arbitrates:
        raise Refused("这份作答由您仲裁，请在“仲裁和改判”里修改。")
    else:
        found.edited_from(seen)
    _give(found, rubric_points, remark, at)
    _judge(response, task)
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


def arbitrate(
    response: BlindResponse,
    task: exams.Task,
    *,
    rubric_points: Sequence[Decimal],
    remark: str,
    seen: int | None,
    answered: str = "",
    by: Actor,
    at: datetime,
) -> Mark:
    """仲裁, or 改判 of what is settled: these points count whatever markers gave or will give.

    Refused for whoever marked the response, for points outside a line, and without a remark
    that says why; Conflict when it was arbitrated meanwhile (`seen`: the version that was read).
    """
    if not remark:
        raise Refused("请写明裁定的理由。")
    _begin(response, task, rubric_points, answered)
    marks = marks_on(response)
    if any(one.marker_id == by.id and not one.arbitrates for one in marks):
        raise Refused("您评阅过这份作答，须由没有评阅过它的人仲裁。")
    found = next((one for one in marks if one.arbitrates), None)
    if found is None and seen is not None:
        raise Conflict
    if found is None:
        found = _new_mark(response, by=by, at=at)
        found.arbitrates = True
    else:
        found.edited_from(seen)
        found.marker_id = by.id or found.marker_id
    _give(found, rubric_points, remark, at)
    response.standing = Standing.SETTLED
    session.flush()
    record(
        "marking.arbitrate",
        found,
        f"裁定{task.label}第{response.blind_number}号作答，给{found.points}分：{remark}",
        by=by,
        at=at,
        points=str(found.points),
    )
    return found


def judge_all(exam: Exam, scheme: Scheme) -> None:
    """Tell anew how every response stands, after the way of marking was changed."""
    full = {task.item_version_id: task.full for task in exams.tasks(exam)}
    marks = marks_of(exam.id)
    for response in blind.collected(exam.id):
        found = marks.get((response.attempt_id, response.number), Marks())
        verdict = found.verdict(scheme, full=full[response.item_version_id])
        response.standing = verdict.standing
    session.flush()


def _begin(
    response: BlindResponse, task: exams.Task, rubric_points: Sequence[Decimal], answered: str
) -> None:
    """Let whoever else marks the response wait; Refused for wrong points or another answer."""
    faults = check_given(task.lines, rubric_points)
    if faults:
        raise Refused(*faults)
    blind.lock_response(response)
    if answered and answered != blind.digest_of(response, blind.answer_to(response)):
        raise Refused("考生的这份作答刚刚有变化，打分没有保存：请看过现在的作答再打分。")


def _new_mark(response: BlindResponse, *, by: Actor, at: datetime) -> Mark:
    return Mark(
        attempt_id=response.attempt_id,
        number=response.number,
        copy=response.copy,
        marker_id=by.id,
        marked_at=at,
    )


def _give(mark: Mark, rubric_points: Sequence[Decimal], remark: str, at: datetime) -> None:
    """A double click races itself: the second of two first marks finds the row already there."""
    mark.points = sum(rubric_points, Decimal(0))
    mark.rubric_points = [str(points) for points in rubric_points]
    mark.remark, mark.marked_at = remark, at
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError:
        raise Conflict("这份作答刚刚已经打过分，请刷新后查看。") from None


def _judge(response: BlindResponse, task: exams.Task) -> None:
    """Note how the response stands now; a check script always waits for the next marker."""
    if response.copy:
        return
    exam = exams.get_exam_for_work(response.exam_id)
    marks = marks_on(response)
    final = [_given(one) for one in marks if one.arbitrates]
    found = Marks(
        tuple(_given(one) for one in marks if not one.arbitrates), next(iter(final), None)
    )
    response.standing = found.verdict(scheme_of(exam), full=task.full).standing
    session.flush()


def _given(mark: Mark) -> Given:
    return Given(mark.points, tuple(Decimal(one) for one in mark.rubric_points), mark.remark)
