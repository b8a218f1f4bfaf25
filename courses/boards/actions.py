"""Dropping a piece on the board."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from courses.boards.queries import Piece, at_target
from courses.boards.rules import Target
from courses.timetable.actions import planning
from courses.timetable.queries.lessons import usual_times
from lms.ground.audit.actions import Actor


def drop(
    piece: Piece, target: Target, *, seen: int | None, reason: str, by: Actor, at: datetime
) -> int:
    """Move the lesson there, or hold one of the course; its number.

    Conflict on a stale page, Refused with a sentence for every clash.
    """
    times = usual_times(on=target.day)
    span = piece.span(target.day, target.half, times)
    put = at_target(piece, target)
    wanted: dict[str, Any] = {
        "cohort": put.cohort,
        "course": put.course,
        "span": span,
        "hours": put.hours,
        "venue": put.venue,
        "instructor": put.instructor,
        "reason": reason,
    }
    if put.lesson is None:
        return planning.schedule(**wanted, by=by, at=at).id
    kept: dict[str, Any] = {
        "form": put.lesson.form,
        "host": put.lesson.host,
        "note": put.lesson.note,
    }
    planning.reschedule(lesson=put.lesson, **wanted, **kept, seen=seen, by=by, at=at)
    return put.lesson.id
