"""Reading the marks that were given."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Select, select

from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries.exams import attempts
from lms.exams.marking.rules.points import Given, Marks
from lms.ground.db import session


def find_mark(response: BlindResponse, marker_id: int | None) -> Mark | None:
    """The mark that this marker gave to a response."""
    return session.scalar(_marks(response).where(Mark.marker_id == marker_id))


def marks_on(response: BlindResponse) -> list[Mark]:
    """All marks of a response in the order in which they were begun, the arbitration last."""
    return list(session.scalars(_marks(response).order_by(Mark.arbitrates, Mark.id)))


def marks_of(exam_id: int) -> dict[tuple[int, int], Marks]:
    """All that counts of the exam's marks, by (attempt, slot number), in one statement."""
    rows = session.execute(
        select(
            Mark.attempt_id,
            Mark.number,
            Mark.points,
            Mark.rubric_points,
            Mark.remark,
            Mark.arbitrates,
        )
        .where(Mark.attempt_id.in_(attempts(exam_id).with_only_columns(Attempt.id)), Mark.copy == 0)
        .order_by(Mark.id)
    )
    found: dict[tuple[int, int], tuple[list[Given], list[Given]]] = {}
    for attempt_id, number, points, lines, remark, final in rows:
        given = Given(points, tuple(Decimal(one) for one in lines), remark)
        found.setdefault((attempt_id, number), ([], []))[final].append(given)
    return {
        place: Marks(tuple(given), next(iter(final), None))
        for place, (given, final) in found.items()
    }


def has_marked(attempt_id: int, account_id: int | None) -> bool:
    """Did this account mark or arbitrate anything of that sheet?"""
    wanted = select(Mark.id).where(Mark.attempt_id == attempt_id, Mark.marker_id == account_id)
    return session.scalar(wanted.limit(1)) is not None


def _marks(response: BlindResponse) -> Select[Mark]:
    return select(Mark).where(
        Mark.attempt_id == response.attempt_id,
        Mark.number == response.number,
        Mark.copy == response.copy,
    )
