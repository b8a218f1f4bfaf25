"""Norms have dates, a basis, and one value at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import delete, func, select

from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.norms import actions, queries
from lms.ground.norms.intake import read_baseline
from lms.ground.norms.models import Norm
from lms.ground.norms.rules import NormDraft, group_of, parse_fraction, parse_number
from tests import cast, make

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
DAY = date(2026, 3, 1)


def draft(start: date, value: str = "70", **other: object) -> NormDraft:
    columns: dict[str, object] = {
        "code": "test.norm",
        "name": "测试参数",
        "value": Decimal(value),
        "text": None,
        "unit": "分",
        "basis": "本校决定",
        "verified": False,
        "valid_from": start,
        **other,
    }
    return NormDraft(**columns)  # type: ignore[arg-type]


def test_the_house_comes_with_every_norm_of_its_file(context: None) -> None:
    assert session.scalar(select(func.count()).select_from(Norm)) == len(read_baseline())


def test_loading_the_baseline_again_enters_nothing(context: None) -> None:
    assert actions.load_baseline(at=AT) == 0


def test_loading_the_baseline_leaves_the_schools_own_value(context: None) -> None:
    make.norm("exam.pass_score", Decimal(70))
    session.execute(delete(Norm).where(Norm.code == "login.failures"))
    assert actions.load_baseline(at=AT) == 1
    assert queries.value("exam.pass_score", on=DAY) == Decimal(70)


@pytest.mark.parametrize(
    ("on", "scope", "value"),
    [
        (date(2019, 12, 31), "", None),
        (date(2020, 1, 1), "zhixing", "60"),
        (date(2026, 2, 28), "", "60"),
        (DAY, "", "70"),
        (DAY, "zhixing", "80"),
        (DAY, "yueyu", "70"),
    ],
)
def test_a_chronicle_tells_of_every_day_and_scope(
    context: None, on: date, scope: str, value: str | None
) -> None:
    make.norm("test.norm", Decimal(60), valid_to=DAY)
    session.add(Norm(**vars(draft(DAY)), changed_by="系统", changed_at=AT))
    make.norm("test.norm", Decimal(80), scope="zhixing", valid_from=DAY)
    found = queries.chronicle("test.norm").on(on, scope)
    assert (found and found.value) == (value and Decimal(value))


@pytest.mark.parametrize(
    ("on", "verified"), [(date(2013, 3, 19), False), (date(2023, 9, 18), False), (DAY, True)]
)
def test_the_seventh_has_the_basis_of_its_time(context: None, on: date, verified: bool) -> None:
    norm = queries.get_norm("leave.limit", on=on)
    assert (queries.fraction("leave.limit", on=on), norm.verified) == (Fraction(1, 7), verified)


def test_before_its_first_day_a_norm_is_missing(context: None) -> None:
    with pytest.raises(Missing):
        queries.get_norm("leave.limit", on=date(2013, 3, 18))


def test_a_new_value_ends_the_one_before_it(context: None) -> None:
    by = cast.office()
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    actions.set_norm(draft(date(2026, 7, 1), "75"), seen=first.version, by=by, at=AT)
    days = (date(2026, 6, 30), date(2026, 7, 1))
    assert [queries.value("test.norm", on=day) for day in days] == [Decimal(70), Decimal(75)]


@pytest.mark.parametrize("start", [date(2025, 12, 31), date(2026, 1, 1)])
def test_a_value_that_begins_no_later_than_a_known_one_is_refused(
    context: None, start: date
) -> None:
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="2026年1月1日"):
        actions.set_norm(draft(start), seen=first.version, by=cast.office(), at=AT)


def test_a_form_opened_before_somebody_elses_value_is_a_conflict(context: None) -> None:
    by = cast.office()
    actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    with pytest.raises(Conflict):
        actions.set_norm(draft(date(2026, 7, 1)), seen=None, by=by, at=AT)


def test_a_number_is_not_followed_by_a_text(context: None) -> None:
    by = cast.office()
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    words = draft(date(2026, 7, 1), value="1", text="六十")
    words = NormDraft(**{**vars(words), "value": None})
    with pytest.raises(Refused, match="一向是数值"):
        actions.set_norm(words, seen=first.version, by=by, at=AT)


def test_a_programme_may_have_a_value_of_its_own(context: None) -> None:
    by = cast.office()
    actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    actions.set_norm(draft(date(2026, 1, 1), "80", scope="zhixing"), seen=None, by=by, at=AT)
    found = [queries.value("test.norm", on=DAY, scope=scope) for scope in ("", "zhixing", "other")]
    assert found == [Decimal(70), Decimal(80), Decimal(70)]


def test_many_norms_are_read_at_once(context: None) -> None:
    make.norm("a.one", Decimal(1))
    make.norm("a.two", Decimal(2))
    make.norm("a.two", Decimal(3), scope="zhixing")
    found = queries.values("a.one", "a.two", on=DAY, scope="zhixing")
    assert found == {"a.one": Decimal(1), "a.two": Decimal(3)}


def test_a_value_without_basis_is_refused(context: None) -> None:
    with pytest.raises(Refused, match="依据"):
        actions.set_norm(draft(DAY, basis=""), seen=None, by=cast.office(), at=AT)


def test_a_value_that_has_not_begun_can_be_withdrawn_and_the_earlier_goes_on(context: None) -> None:
    by = cast.office()
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    later = actions.set_norm(draft(date(2026, 7, 1), "75"), seen=first.version, by=by, at=AT)
    actions.withdraw(later, on=DAY, by=by, at=AT)
    assert queries.value("test.norm", on=date(2027, 1, 1)) == Decimal(70)
    assert [norm.valid_to for norm in queries.history("test.norm")] == [None]


def test_a_value_in_force_cannot_be_withdrawn(context: None) -> None:
    by = cast.office()
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    with pytest.raises(Refused, match="已经生效"):
        actions.withdraw(first, on=DAY, by=by, at=AT)


def test_setting_a_norm_leaves_a_trace_with_before_and_after(context: None) -> None:
    by = cast.office()
    first = actions.set_norm(draft(date(2026, 1, 1)), seen=None, by=by, at=AT)
    actions.set_norm(draft(date(2026, 7, 1), "75"), seen=first.version, by=by, at=AT)
    session.flush()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.sentence == "将政策参数“测试参数”自2026-07-01起定为75分"
    assert entry.details["before"] == "70分"


def test_what_was_read_in_an_official_copy_is_marked_so(context: None) -> None:
    norm = make.norm("a.one", Decimal(1), verified=False)
    actions.verify(norm, "某文件第三条", seen=norm.version, by=cast.office(), at=AT)
    assert (norm.verified, norm.basis) == (True, "某文件第三条")


@pytest.mark.parametrize(
    ("text", "number"), [("1/7", Fraction(1, 7)), (" 0.15 ", Fraction(3, 20)), ("2", Fraction(2))]
)
def test_fractions_are_exact(text: str, number: Fraction) -> None:
    assert parse_fraction(text) == number


@pytest.mark.parametrize("text", ["", "七分之一", "1/0", "1/7/2"])
def test_what_is_no_fraction_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_fraction(text)


@pytest.mark.parametrize(("text", "number"), [("60", "60"), ("７．５", None), ("７５", "75")])
def test_full_width_digits_are_digits(text: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(Refused):
            parse_number(text)
    else:
        assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "六十", "NaN", "Infinity", "1e30"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_number(text)


def test_every_norm_of_the_house_is_in_a_group_with_a_chinese_name() -> None:
    assert [draft.code for draft in read_baseline() if group_of(draft.code).isascii()] == []
