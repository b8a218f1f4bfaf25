"""质检卷: choosing check scripts, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete

from lms.exams.marking.models import BlindResponse, CheckScript, Mark
from lms.exams.marking.queries import blind, checks, exams
from lms.exams.marking.rules.points import check_given
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import value


def choose(
    response: BlindResponse,
    task: exams.Task,
    *,
    rubric_points: Sequence[Decimal],
    note: str,
    by: Actor,
    at: datetime,
) -> CheckScript:
    """Make a response a check script with an agreed mark; every marker of the exam then finds
    it among the others, as often as the norm marking.check_rounds says.

    Refused for points outside a line, or when it is one already.
    """
    faults = check_given(task.lines, rubric_points)
    if faults:
        raise Refused(*faults)
    exams.lock_exam(response.exam_id)
    if checks.find_script(response) is not None:
        raise Refused("这份作答已经是质检卷。")
    script = CheckScript(
        exam_id=response.exam_id,
        attempt_id=response.attempt_id,
        number=response.number,
        item_version_id=response.item_version_id,
        points=sum(rubric_points, Decimal(0)),
        rubric_points=[str(points) for points in rubric_points],
        note=note,
        chosen_by=by.name,
        chosen_at=at,
    )
    session.add(script)
    _deal(response, rounds=int(value("marking.check_rounds", on=local(at).date())), at=at)
    told = f"选{task.label}第{response.blind_number}号作答为质检卷，商定{script.points}分"
    record("marking.choose_check", script, told, by=by, at=at)
    return script


def take_back(script: CheckScript, *, by: Actor, at: datetime) -> None:
    """Deal a check script no longer; what markers gave for it goes with it, the audit keeps it."""
    for table in (Mark, BlindResponse):
        session.execute(
            delete(table).where(
                table.attempt_id == script.attempt_id,
                table.number == script.number,
                table.copy > 0,
            )
        )
    record("marking.take_back_check", script, "撤销一份质检卷", by=by, at=at)
    session.delete(script)
    session.flush()


def _deal(response: BlindResponse, *, rounds: int, at: datetime) -> None:
    """The copies get numbers like any other response that is collected."""
    last = blind.last_numbers(response.exam_id)[response.item_version_id]
    session.add_all(
        BlindResponse(
            exam_id=response.exam_id,
            attempt_id=response.attempt_id,
            number=response.number,
            item_version_id=response.item_version_id,
            blind_number=last + copy,
            copy=copy,
            collected_at=at,
        )
        for copy in range(1, rounds + 1)
    )
    session.flush()
