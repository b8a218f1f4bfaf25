"""Drawing up schemes: a scheme that reviews rest on is never changed, a dated one follows it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.appraisal.schemes import queries
from lms.appraisal.schemes.models import Scheme, SchemePart
from lms.appraisal.schemes.rules import (
    Part,
    PartDraft,
    SchemeDraft,
    default_rates,
    faults,
    succession_faults,
)
from lms.exams.results.rules import Band, parse_bands
from lms.ground.audit.actions import Actor, System, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import text

_BASELINE_FROM = date(2020, 1, 1)
_BASELINE_WEIGHTS = {
    Part.ATTENDANCE: Decimal(20),
    Part.CONDUCT: Decimal(20),
    Part.REFLECTION: Decimal(20),
    Part.EXAM: Decimal(40),
}


def load_baseline(*, at: datetime) -> int:
    """Enter the scheme that the house comes with, unless a general one is there; how many.

    No national scale or weighting could be verified: it is an example for the school to change.
    """
    if queries.line(None):
        return 0
    draft = SchemeDraft(
        name="学员考核方案（示例）",
        programme_id=None,
        valid_from=_BASELINE_FROM,
        basis="示例，可改；全国无统一规定（未核实）",
        bands=parse_bands(text("appraisal.bands", on=_BASELINE_FROM)),
        parts=tuple(
            PartDraft(part, weight, default_rates(part))
            for part, weight in _BASELINE_WEIGHTS.items()
        ),
    )
    draw_up(draft, by=System(), at=at)
    return 1


def draw_up(draft: SchemeDraft, *, by: Actor, at: datetime) -> Scheme:
    """Enter a scheme that begins after all others of its programme and ends the last of them."""
    earlier = queries.line(draft.programme_id)
    reasons = faults(draft) + succession_faults(
        [one.valid_from for one in earlier], draft.valid_from
    )
    if reasons:
        raise Refused(*reasons)
    if earlier:
        earlier[-1].valid_to = draft.valid_from
    scheme = Scheme(
        name=draft.name,
        programme_id=draft.programme_id,
        valid_from=draft.valid_from,
        basis=draft.basis,
        bands=_bands(draft.bands),
        absence=draft.absence,
        created_by=by.name,
        parts=_parts(draft),
    )
    session.add(scheme)
    told = f"制定考核方案“{scheme.name}”，自{scheme.valid_from}起"
    record("schemes.draw_up", scheme, told, by=by, at=at, **_details(draft))
    return scheme


def revise(
    scheme: Scheme, draft: SchemeDraft, *, seen: int | None, by: Actor, at: datetime
) -> Scheme:
    """Change a scheme: itself while no review rests on it, else by one that follows it.

    An unused scheme keeps its dates. Conflict on a stale form; Refused when the follower
    would not begin later.
    """
    if scheme.used_at is not None:
        scheme.edited_from(seen)
        return draw_up(draft, by=by, at=at)
    reasons = faults(draft)
    if draft.valid_from != scheme.valid_from:
        reasons.append("还没有用过的方案不能改生效日期；日期填错时请撤回后重新制定。")
    if reasons:
        raise Refused(*reasons)
    scheme.edited_from(seen)
    scheme.name, scheme.basis, scheme.bands = draft.name, draft.basis, _bands(draft.bands)
    scheme.absence = draft.absence
    scheme.parts.clear()
    session.flush()  # the old parts go before the new ones come: one part, one row
    scheme.parts.extend(_parts(draft))
    told = f"修改考核方案“{scheme.name}”"
    record("schemes.revise", scheme, told, by=by, at=at, **_details(draft))
    return scheme


def withdraw(scheme: Scheme, *, by: Actor, at: datetime) -> None:
    """Take back a scheme that no review rests on; the one before it goes on."""
    earlier = [
        one for one in queries.line(scheme.programme_id) if one.valid_from < scheme.valid_from
    ]
    reasons = []
    if scheme.used_at is not None:
        reasons.append("已有鉴定依据这个方案，不能撤回；如需改变，请制定从以后某天起的新方案。")
    if scheme.programme_id is None and not earlier:
        reasons.append("这是唯一的通用方案，不能撤回。")
    if reasons:
        raise Refused(*reasons)
    if earlier:
        earlier[-1].valid_to = scheme.valid_to
    record("schemes.withdraw", scheme, f"撤回考核方案“{scheme.name}”", by=by, at=at)
    session.delete(scheme)
    session.flush()


def use(scheme: Scheme, *, at: datetime) -> None:
    """A review rests on the scheme: from now on it stays as it is."""
    scheme.used_at = scheme.used_at or at


def _bands(bands: tuple[Band, ...]) -> list[dict[str, str]]:
    return [{"name": band.name, "from": str(band.lowest)} for band in bands]


def _parts(draft: SchemeDraft) -> list[SchemePart]:
    return [
        SchemePart(
            position=position,
            part=part.part,
            weight=part.weight,
            rates={name: str(value) for name, value in part.rates.items()},
        )
        for position, part in enumerate(draft.parts, start=1)
    ]


def _details(draft: SchemeDraft) -> dict[str, Any]:
    weights = {part.part.value: str(part.weight) for part in draft.parts}
    return {"weights": weights, "basis": draft.basis, "absence": draft.absence.value}
