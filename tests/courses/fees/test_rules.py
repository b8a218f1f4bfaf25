"""What a lecture is paid: hours, merged classes, caps; and what has to be paid before tax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.faculty.rules import InstructorCategory, TitleLevel
from courses.fees.rules import (
    Paid,
    SheetState,
    Table,
    Taught,
    correction_faults,
    decision_fault,
    propose,
)
from courses.fees.rules.tax import TaxTable, brackets_of, gross_of, shares, tax_on
from courses.timetable.rules import HalfDay, day_span
from lms.ground.errors import Refused

D = Decimal
L = TitleLevel
DAY = date(2026, 12, 1)
CAPS = {L.NONE: D(500), L.ASSOCIATE: D(500), L.PROFESSOR: D(1000), L.ACADEMICIAN: D(1500)}
TABLE = Table({**CAPS, L.NONE: D(300)}, CAPS, D(4), pays_own_teachers=False)
LECTURE = Taught(
    1,
    7,
    "林茶",
    InstructorCategory.EXPERT,
    L.ASSOCIATE,
    "茶叶栽培",
    day_span(DAY, time(8, 30), time(11, 30)),
    D(3),
)


def _at(starts: time, ends: time, hours: str, number: int = 1) -> Taught:
    return replace(LECTURE, lesson_id=number, span=day_span(DAY, starts, ends), hours=D(hours))


BASIS = "副高级，每学时500元（税后）"
LONG = "上午已到4学时，5学时按4计"


@pytest.mark.parametrize(
    ("taught", "lines"),
    [
        ([LECTURE], [("3", "1500", (BASIS,))]),
        ([_at(time(8), time(12), "5")], [("4", "2000", (BASIS, LONG))]),
        (
            [_at(time(8), time(10), "2.5"), _at(time(10), time(12), "2.5", 2)],
            [
                ("2.5", "1250", (BASIS,)),
                ("1.5", "750", (BASIS, "上午已到4学时，2.5学时按1.5计")),
            ],
        ),
        (
            [_at(time(8), time(12), "5"), _at(time(14, 30), time(17, 30), "3", 2)],
            [("4", "2000", (BASIS, LONG)), ("3", "1500", (BASIS,))],
        ),
        (
            [LECTURE, replace(LECTURE, lesson_id=2)],
            [("3", "1500", (BASIS,)), ("0", "0", ("同一时间合班授课，只发一次",))],
        ),
        (
            [LECTURE, replace(LECTURE, lesson_id=2, instructor_id=8)],
            [("3", "1500", (BASIS,)), ("3", "1500", (BASIS,))],
        ),
        (
            [replace(LECTURE, category=InstructorCategory.SCHOOL)],
            [("0", "0", ("本校教师承担教学任务，不发课酬",))],
        ),
        (
            [replace(LECTURE, level=L.NONE)],
            [("3", "900", ("副高级以下或无职称，每学时300元（税后）",))],
        ),
    ],
)
def test_what_lessons_are_paid(
    taught: list[Taught], lines: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = [(one.hours, one.net, one.reasons) for one in propose(taught, TABLE)]
    assert found == [(D(hours), D(net), reasons) for hours, net, reasons in lines]


def test_the_schools_rate_never_passes_the_cap() -> None:
    generous = replace(TABLE, rates={**CAPS, L.ASSOCIATE: D(600)})
    (line,) = propose([LECTURE], generous)
    assert (line.rate, line.net) == (D(500), D(1500))
    assert line.reasons == (BASIS, "本校标准600元超过上限，按上限500元")


def test_what_earlier_sheets_paid_counts() -> None:
    paid = [Paid(7, DAY, HalfDay.MORNING, D(3)), Paid(8, DAY, HalfDay.MORNING, D(4))]
    afternoon = day_span(DAY, time(14), time(15))
    (line,) = propose([LECTURE], TABLE, paid=paid, spans_paid=[(7, afternoon)])
    assert line.hours == D(1)
    (merged,) = propose([LECTURE], TABLE, spans_paid=[(7, LECTURE.span)])
    assert (merged.hours, merged.reasons) == (D(0), ("同一时间合班授课，只发一次",))


def test_own_teachers_are_paid_where_the_norm_says_so() -> None:
    own = replace(LECTURE, category=InstructorCategory.SCHOOL)
    (line,) = propose([own], replace(TABLE, pays_own_teachers=True))
    assert line.net == D(1500)


@pytest.mark.parametrize(
    ("hours", "rate", "reason", "faults"),
    [
        ("3", "500", "学时登记有误", []),
        ("0", "500", "没有到课", []),
        ("4.25", "500", "多记", ["每半天最多按4学时计算。"]),
        ("3.1", "500", "多记", ["学时不能小于0，并以0.25为最小单位。"]),
        ("-1", "500", "", ["请写明更正的理由。", "学时不能小于0，并以0.25为最小单位。"]),
        ("3", "501", "职称", ["标准须在0到500元之间（职称对应的上限）。"]),
    ],
)
def test_a_correction_keeps_to_the_norms(
    hours: str, rate: str, reason: str, faults: list[str]
) -> None:
    limits = {"cap": D(500), "most_hours": D(4)}
    assert correction_faults(D(hours), D(rate), reason, **limits) == faults


@pytest.mark.parametrize(
    ("state", "proposed_by", "by", "fine"),
    [
        (SheetState.PROPOSED, 1, 2, True),
        (SheetState.PROPOSED, 1, 1, False),
        (SheetState.DECIDED, 1, 2, False),
        (SheetState.PROPOSED, None, None, True),
    ],
)
def test_somebody_else_decides_once(
    state: SheetState, proposed_by: int | None, by: int | None, fine: bool
) -> None:
    assert (decision_fault(state, proposed_by=proposed_by, by=by) == "") is fine


BRACKETS = "20000 20% 0；50000 30% 2000；以上 40% 7000"
TAX = TaxTable(D(800), D(4000), Fraction(1, 5), brackets_of(BRACKETS))


@pytest.mark.parametrize(
    ("gross", "tax"),
    [
        ("0", "0"),
        ("800", "0"),
        ("1000", "40"),
        ("4000", "640"),
        ("4001", "640.16"),
        ("25000", "4000"),
        ("30000", "5200"),
        ("62500", "13000"),
        ("100000", "25000"),
    ],
)
def test_the_tax_of_a_month(gross: str, tax: str) -> None:
    assert tax_on(D(gross), TAX) == D(tax)


@pytest.mark.parametrize(
    "net", ["0", "500", "800", "1500", "3360", "3361", "21000", "49500", "90000"]
)
def test_gross_leaves_the_net(net: str) -> None:
    gross = gross_of(D(net), TAX)
    assert gross - tax_on(gross, TAX) == D(net)


@given(st.decimals(min_value=0, max_value=200_000, places=2))
def test_gross_leaves_any_net_to_the_cent(net: Decimal) -> None:
    gross = gross_of(net, TAX)
    assert abs(gross - tax_on(gross, TAX) - net) <= D("0.01")


def test_payments_of_a_month_are_taxed_as_one() -> None:
    taxes = shares([D(1500), D(2000)], TAX, before=D(500))
    assert sum(taxes) == gross_of(D(4000), TAX) - 4000 - (gross_of(D(500), TAX) - 500)
    assert shares([], TAX, before=D(0)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("20000 20% 0", "须以“以上 税率 速算扣除数”结尾"),
        ("", "须以“以上 税率 速算扣除数”结尾"),
        ("两万 20% 0；以上 40% 7000", "写法不对"),
        ("20000 20 0；以上 40% 7000", "写法不对"),
    ],
)
def test_a_tax_norm_that_cannot_be_read_says_so(text: str, sentence: str) -> None:
    reading: Callable[[str], object] = brackets_of
    with pytest.raises(Refused, match=sentence):
        reading(text)
