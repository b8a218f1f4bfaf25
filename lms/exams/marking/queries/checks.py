"""Reading check scripts, and how near every marker comes to agreed marks, to others, to themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from lms.exams.marking.models import BlindResponse, CheckScript, Mark
from lms.exams.marking.queries.exams import Task
from lms.exams.marking.rules.consistency import Closeness, Pair, closeness, repeats
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing

_Pairs = dict[tuple[str, int], list[Pair]]


@dataclass(frozen=True, slots=True)
class Checked:
    """One marker's marks of one check script, in the order in which it was dealt."""

    marker_id: int
    marker: str
    script: CheckScript
    points: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How near one marker comes to agreed marks (质检), to others (互评) and to the own (自评);
    each None where nothing can be compared."""

    marker: str
    agreed: Closeness | None
    others: Closeness | None
    own: Closeness | None


def scripts(exam_id: int) -> list[CheckScript]:
    """The check scripts of the exam, as they were chosen."""
    wanted = select(CheckScript).where(CheckScript.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(CheckScript.id)))


def find_script(response: BlindResponse) -> CheckScript | None:
    """The check script that this response was chosen to be."""
    return session.scalar(
        select(CheckScript).where(
            CheckScript.attempt_id == response.attempt_id, CheckScript.number == response.number
        )
    )


def get_script(exam_id: int, script_id: int) -> CheckScript:
    """A check script of this exam, or Missing."""
    script = session.scalar(
        select(CheckScript).where(CheckScript.exam_id == exam_id, CheckScript.id == script_id)
    )
    if script is None:
        raise Missing("这份质检卷")
    return script


def blind_numbers(exam_id: int) -> dict[int, int]:
    """The blind numbers of the responses that are check scripts, by script."""
    rows = session.execute(
        select(CheckScript.id, BlindResponse.blind_number)
        .join(BlindResponse, _copies_of_script())
        .where(CheckScript.exam_id == exam_id, BlindResponse.copy == 0)
    )
    return {row[0]: row[1] for row in rows}


def checked(exam_id: int) -> list[Checked]:
    """What markers gave for the check scripts, by marker and script, in one statement."""
    rows = session.execute(
        select(Account.name, Account.id, CheckScript, Mark.points)
        .join(Mark, Mark.marker_id == Account.id)
        .join(
            CheckScript,
            and_(
                CheckScript.attempt_id == Mark.attempt_id,
                CheckScript.number == Mark.number,
                Mark.copy > 0,
            ),
        )
        .where(CheckScript.exam_id == exam_id)
        .order_by(Account.name, Account.id, CheckScript.id, Mark.marked_at, Mark.id)
    )
    found: dict[tuple[str, int, int], tuple[CheckScript, list[Decimal]]] = {}
    for name, account_id, script, points in rows:
        found.setdefault((name, account_id, script.id), (script, []))[1].append(points)
    return [
        Checked(account_id, name, script, points)
        for (name, account_id, _script_id), (script, points) in found.items()
    ]


def steadiness(exam_id: int, tasks: Sequence[Task], *, tolerance: Fraction) -> list[Steadiness]:
    """How steady every marker of the exam is, by name, in two statements."""
    full = {task.item_version_id: task.full for task in tasks}
    agreed: _Pairs = defaultdict(list)
    own: _Pairs = defaultdict(list)
    for one in checked(exam_id):
        marker = (one.marker, one.marker_id)
        whole = full[one.script.item_version_id]
        shares = [Fraction(points) / whole for points in one.points]
        right = Fraction(one.script.points) / whole
        agreed[marker] += [Pair(share, right) for share in shares]
        own[marker] += repeats(shares)
    others = _beside_others(exam_id, full)
    return [
        Steadiness(
            marker[0],
            *(
                closeness(kind.get(marker, ()), tolerance=tolerance)
                for kind in (agreed, others, own)
            ),
        )
        for marker in sorted({*agreed, *others})
    ]


def _beside_others(exam_id: int, full: Mapping[int, Fraction]) -> _Pairs:
    """Every mark beside each other marker's mark of the same response, by marker."""
    other = aliased(Mark)
    same = and_(
        other.attempt_id == Mark.attempt_id,
        other.number == Mark.number,
        other.copy == 0,
        other.arbitrates.is_(False),
        other.marker_id != Mark.marker_id,
    )
    rows = session.execute(
        select(Account.name, Account.id, BlindResponse.item_version_id, Mark.points, other.points)
        .join(Mark, Mark.marker_id == Account.id)
        .join(
            BlindResponse,
            and_(
                BlindResponse.attempt_id == Mark.attempt_id,
                BlindResponse.number == Mark.number,
                BlindResponse.copy == 0,
            ),
        )
        .join(other, same)
        .where(BlindResponse.exam_id == exam_id, Mark.copy == 0, Mark.arbitrates.is_(False))
    )
    found: _Pairs = defaultdict(list)
    for name, account_id, item, given, beside in rows:
        found[name, account_id].append(
            Pair(Fraction(given) / full[item], Fraction(beside) / full[item])
        )
    return found


def _copies_of_script() -> ColumnElement[bool]:
    return and_(
        BlindResponse.attempt_id == CheckScript.attempt_id,
        BlindResponse.number == CheckScript.number,
    )
