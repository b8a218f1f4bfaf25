"""Setting norms: a new value begins on a day and ends the one before it."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from lms.ground.audit.actions import Actor, System, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms import intake, queries
from lms.ground.norms.models import Norm
from lms.ground.norms.rules import (
    NormDraft,
    check_draft,
    check_succession,
    is_fraction,
    parse_fraction,
)


def load_baseline(*, at: datetime) -> int:
    """Enter the norms that the house comes with; how many were new.

    A code and scope that already has a value, whoever set it, is left as it is: the
    school's own decisions outlast every new edition of the file.
    """
    known = queries.known_lines()
    drafts = [draft for draft in intake.read_baseline() if (draft.code, draft.scope) not in known]
    rows = [_row(draft, by=System(), at=at) for draft in drafts]
    for earlier, later in pairwise(sorted(rows, key=_place)):
        if (earlier.code, earlier.scope) == (later.code, later.scope):
            earlier.valid_to = later.valid_from
    session.add_all(rows)
    session.flush()
    return len(rows)


def set_norm(draft: NormDraft, *, seen: int | None, by: Actor, at: datetime) -> Norm:
    """Enter a value from `draft.valid_from` on and end the one before it there.

    `seen` is the version of the latest value when the form was opened (None: there was
    none). Refused when a later or equally dated value exists; Conflict on a stale form.
    """
    check_draft(draft)
    earlier = queries.line(draft.code, draft.scope)
    check_succession([norm.valid_from for norm in earlier], draft.valid_from)
    if earlier:
        _check_shape(draft, like=earlier[-1])
        earlier[-1].edited_from(seen)
        earlier[-1].valid_to = draft.valid_from
    norm = _row(draft, by=by, at=at)
    session.add(norm)
    record(
        "norms.set",
        norm,
        f"将政策参数“{norm.name}”自{norm.valid_from}起定为{norm.shown}",
        by=by,
        at=at,
        code=norm.code,
        scope=norm.scope,
        before=earlier[-1].shown if earlier else None,
        basis=norm.basis,
    )
    return norm


def withdraw(norm: Norm, *, on: date, by: Actor, at: datetime) -> None:
    """Take back a value that has not begun by `on`; the one before it goes on. Else Refused."""
    if norm.valid_from <= on:
        raise Refused("这个值已经生效，不能撤回；如需改变，请另设一个新值。")
    line = queries.line(norm.code, norm.scope)
    earlier = [other for other in line if other.valid_from < norm.valid_from]
    if not earlier and norm.scope == "":
        raise Refused("这是该政策参数唯一的值，不能撤回。")
    record(
        "norms.withdraw",
        norm,
        f"撤回政策参数“{norm.name}”自{norm.valid_from}起的值{norm.shown}",
        by=by,
        at=at,
        code=norm.code,
        scope=norm.scope,
    )
    if earlier:
        earlier[-1].valid_to = norm.valid_to
    session.delete(norm)
    session.flush()


def verify(norm: Norm, basis: str, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Note that the basis was read in an official copy, and where it stands."""
    if not basis:
        raise Refused("请写明在哪份正式文件的哪一条核实的。")
    norm.edited_from(seen)
    norm.verified, norm.basis = True, basis
    record("norms.verify", norm, f"核实了政策参数“{norm.name}”的依据", by=by, at=at, basis=basis)


def _place(norm: Norm) -> tuple[str, str, date]:
    return norm.code, norm.scope, norm.valid_from


def _check_shape(draft: NormDraft, *, like: Norm) -> None:
    """Whoever reads the norm expects the same kind of value as before."""
    if (draft.value is None) != (like.value is None):
        kind = "文字" if like.value is None else "数值"
        raise Refused(f"这个政策参数一向是{kind}，新值也须是{kind}。")
    if like.text is not None and draft.text is not None and is_fraction(like.text):
        parse_fraction(draft.text)


def _row(draft: NormDraft, *, by: Actor, at: datetime) -> Norm:
    return Norm(
        code=draft.code,
        name=draft.name,
        scope=draft.scope,
        value=draft.value,
        text=draft.text,
        unit=draft.unit,
        basis=draft.basis,
        verified=draft.verified,
        valid_from=draft.valid_from,
        changed_by=by.name,
        changed_at=at,
    )
