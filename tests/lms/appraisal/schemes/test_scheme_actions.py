"""Drawing up, revising and withdrawing schemes on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lms.appraisal.schemes import actions, queries
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import Part, PartDraft, SchemeDraft, default_rates
from lms.exams.results.rules import parse_bands, show_bands
from lms.ground.clock import now
from lms.ground.errors import Conflict, Refused
from tests import cast
from tests.lms.exams.marking import hall

pytestmark = pytest.mark.usefixtures("context")


def draft(start: date, *, programme_id: int | None = None, name: str = "新方案") -> SchemeDraft:
    parts = (
        PartDraft(Part.EXAM, Decimal(60), {}),
        PartDraft(Part.CONDUCT, Decimal(40), default_rates(Part.CONDUCT)),
    )
    bands = parse_bands("80 优秀、60 合格、0 不合格")
    return SchemeDraft(name, programme_id, start, "校务会决定", bands, parts)


def draw_up(entered: SchemeDraft) -> Scheme:
    return actions.draw_up(entered, by=cast.office(), at=now())


def test_the_house_comes_with_one_example_that_is_loaded_once() -> None:
    assert (actions.load_baseline(at=now()), actions.load_baseline(at=now())) == (1, 0)
    [scheme] = queries.schemes()
    assert [(part.part, part.weight) for part in queries.parts_of(scheme)] == [
        (Part.ATTENDANCE, Decimal(20)),
        (Part.CONDUCT, Decimal(20)),
        (Part.REFLECTION, Decimal(20)),
        (Part.EXAM, Decimal(40)),
    ]
    assert show_bands(queries.bands_of(scheme)) == "85 优秀、75 良好、60 合格、0 不合格"


def test_one_scheme_is_in_force_on_a_day_and_the_programmes_own_comes_first() -> None:
    actions.load_baseline(at=now())
    programme = hall.programme()
    draw_up(draft(date(2026, 1, 1), name="通用"))
    draw_up(draft(date(2026, 3, 1), programme_id=programme.id, name="自己的"))
    days = [date(2019, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 1)]
    found = [queries.find_in_force(programme.id, on=day) for day in days]
    assert [None if one is None else one.name for one in found] == [
        None,
        "学员考核方案（示例）",
        "通用",
        "自己的",
    ]


def test_an_unused_scheme_is_revised_in_place() -> None:
    scheme = draw_up(draft(date(2026, 1, 1)))
    entered = replace(draft(date(2026, 1, 1)), name="改过", basis="新决定")
    entered = replace(entered, parts=(PartDraft(Part.EXAM, Decimal(100), {}),))
    assert actions.revise(scheme, entered, seen=1, by=cast.office(), at=now()) is scheme
    assert (scheme.name, len(scheme.parts), scheme.version) == ("改过", 1, 2)
    with pytest.raises(Conflict):
        actions.revise(scheme, entered, seen=1, by=cast.office(), at=now())
    with pytest.raises(Refused, match="不能改生效日期"):
        moved = replace(entered, valid_from=date(2026, 2, 1))
        actions.revise(scheme, moved, seen=2, by=cast.office(), at=now())


def test_a_used_scheme_is_followed_by_a_dated_one() -> None:
    scheme = draw_up(draft(date(2026, 1, 1)))
    actions.use(scheme, at=now())
    with pytest.raises(Refused, match="新方案的生效日期须晚于它"):
        actions.revise(scheme, draft(date(2026, 1, 1)), seen=1, by=cast.office(), at=now())
    follower = actions.revise(
        scheme, draft(date(2026, 6, 1)), seen=scheme.version, by=cast.office(), at=now()
    )
    assert follower is not scheme
    assert (scheme.valid_to, follower.valid_to) == (date(2026, 6, 1), None)


def test_only_an_unused_scheme_is_withdrawn_and_the_one_before_goes_on() -> None:
    actions.load_baseline(at=now())
    [baseline] = queries.schemes()
    with pytest.raises(Refused, match="唯一的通用方案"):
        actions.withdraw(baseline, by=cast.office(), at=now())
    later = draw_up(draft(date(2026, 1, 1)))
    actions.withdraw(later, by=cast.office(), at=now())
    assert baseline.valid_to is None
    used = draw_up(draft(date(2026, 1, 1)))
    actions.use(used, at=now())
    with pytest.raises(Refused, match="已有鉴定依据这个方案"):
        actions.withdraw(used, by=cast.office(), at=now())
