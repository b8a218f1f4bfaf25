"""Drawing, changing and copying blueprints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.blueprints.models import Blueprint, BlueprintRow
from question_bank.items.kinds.policies import policies_for
from question_bank.items.rules.terms import KIND_NAMES, Cognition, Difficulty, Kind

MOST_PER_ROW = 200
MOST_POOL = 10


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A cell of a blueprint as it is entered."""

    kind: Kind
    count: int
    points: Decimal
    bank_id: int | None = None
    topic_id: int | None = None
    difficulty: Difficulty | None = None
    cognition: Cognition | None = None


@dataclass(frozen=True, slots=True)
class Aims:
    """What a whole paper shall be like; see Blueprint."""

    policies: Mapping[str, str] = field(default_factory=dict)
    target: Decimal | None = None
    tolerance: Decimal = Decimal("0.05")
    shared_limit: int | None = None
    repeat_limit: int | None = None
    pool: int = 1


FREE = Aims()


def draw_blueprint(
    *,
    title: str,
    minutes: int,
    rows: Sequence[RowDraft],
    aims: Aims = FREE,
    by: Actor,
    at: datetime,
) -> Blueprint:
    """A new blueprint; Refused with everything that is wrong with it."""
    _check(minutes, rows, aims)
    blueprint = Blueprint(
        title=" ".join(title.split()), minutes=minutes, created_by=by.name, created_at=at
    )
    _aim(blueprint, aims)
    blueprint.rows = _rows(rows)
    _add(blueprint)
    record("blueprints.draw", blueprint, f"编制了双向细目表“{blueprint.title}”", by=by, at=at)
    return blueprint


def redraw(
    blueprint: Blueprint,
    *,
    title: str,
    minutes: int,
    rows: Sequence[RowDraft],
    aims: Aims = FREE,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a blueprint (with its rows loaded). Papers made by it stay as they are."""
    blueprint.edited_from(seen)
    _check(minutes, rows, aims)
    wanted = " ".join(title.split())
    blueprint.rows.clear()
    session.flush()  # the new rows take the places of the old
    try:
        with session.begin_nested():
            blueprint.title, blueprint.minutes = wanted, minutes
            _aim(blueprint, aims)
            blueprint.rows = _rows(rows)
    except IntegrityError:
        raise Refused(f"已经有名为“{wanted}”的双向细目表。") from None
    record("blueprints.redraw", blueprint, f"修改了双向细目表“{blueprint.title}”", by=by, at=at)


def copy(blueprint: Blueprint, *, title: str, by: Actor, at: datetime) -> Blueprint:
    """The same blueprint (with its rows loaded) under another name."""
    drafts = [
        RowDraft(
            kind=row.kind,
            count=row.count,
            points=row.points,
            bank_id=row.bank_id,
            topic_id=row.topic_id,
            difficulty=row.difficulty,
            cognition=row.cognition,
        )
        for row in blueprint.rows
    ]
    aims = Aims(
        blueprint.policies,
        blueprint.target,
        blueprint.tolerance,
        blueprint.shared_limit,
        blueprint.repeat_limit,
        blueprint.pool,
    )
    return draw_blueprint(
        title=title, minutes=blueprint.minutes, rows=drafts, aims=aims, by=by, at=at
    )


def _add(blueprint: Blueprint) -> None:
    try:
        with session.begin_nested():
            session.add(blueprint)
    except IntegrityError:
        raise Refused(f"已经有名为“{blueprint.title}”的双向细目表。") from None


def _aim(blueprint: Blueprint, aims: Aims) -> None:
    blueprint.policies = dict(aims.policies)
    blueprint.target, blueprint.tolerance = aims.target, aims.tolerance
    blueprint.shared_limit, blueprint.repeat_limit = aims.shared_limit, aims.repeat_limit
    blueprint.pool = aims.pool


def _check(minutes: int, rows: Sequence[RowDraft], aims: Aims) -> None:
    reasons = []
    if not rows:
        reasons.append("双向细目表至少要有一格填了题数。")
    if not 1 <= minutes <= 600:
        reasons.append("考试时长须在1至600分钟之间。")
    for number, row in enumerate(rows, start=1):
        if not 1 <= row.count <= MOST_PER_ROW:
            reasons.append(f"第{number}格：题数须在1至{MOST_PER_ROW}之间。")
        if row.points <= 0 or row.points != round(row.points, 2):
            reasons.append(f"第{number}格：每题分值须大于0，最多两位小数。")
    reasons += _check_aims(aims)
    if reasons:
        raise Refused(*reasons)


def _check_aims(aims: Aims) -> list[str]:
    reasons = []
    if aims.target is not None and not 0 < aims.target < 1:
        reasons.append("目标难度是预计得分率，须在0与1之间，如 0.70。")
    if not 0 <= aims.tolerance < 1:
        reasons.append("难度允许的偏差须在0与1之间，如 0.05。")
    for name, limit in (("各卷型", aims.shared_limit), ("其他试卷", aims.repeat_limit)):
        if limit is not None and not 0 <= limit <= 100:
            reasons.append(f"与{name}的重复率须在0至100之间。")
    if not 1 <= aims.pool <= MOST_POOL:
        reasons.append(f"每格备题的倍数须在1至{MOST_POOL}之间，1是不抽题。")
    for kind, code in aims.policies.items():
        if code not in {policy.code for policy in policies_for(kind)}:
            reasons.append(f"“{code}”不是{KIND_NAMES[Kind(kind)]}的计分办法。")
    return reasons


def _rows(drafts: Sequence[RowDraft]) -> list[BlueprintRow]:
    return [
        BlueprintRow(
            position=position,
            kind=draft.kind,
            bank_id=draft.bank_id,
            topic_id=draft.topic_id,
            difficulty=draft.difficulty,
            cognition=draft.cognition,
            count=draft.count,
            points=draft.points,
        )
        for position, draft in enumerate(drafts, start=1)
    ]
