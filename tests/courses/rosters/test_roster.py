"""Name lists entered: known people, new ones, units, doubles; all or nothing; and back again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from courses.cohorts import queries
from courses.cohorts.models import Cohort
from courses.rosters import actions, documents
from courses.rosters.intake.matching import Matched, RowState, match
from courses.rosters.intake.reading import read
from courses.rosters.models import RosterUpload
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.people.models import Person, Unit
from lms.ground.people.rules import UnitKind
from lms.ground.uploads.delivery import open_bytes
from tests import cast, make
from tests.courses.counting import statements
from tests.courses.rosters.test_reading import sheet

TODAY = date(2026, 11, 22)
HEADER = ("姓名", "身份证号", "手机", "单位")
pytestmark = pytest.mark.usefixtures("context")


def bring(cohort: Cohort, content: bytes) -> RosterUpload:
    office = cast.office()
    return actions.bring_roster(
        cohort=cohort, content=content, name="名册.xlsx", owner_id=office.id, by=office, at=now()
    )


def matched(roster: RosterUpload, *confirmed: str, **units: str) -> Matched:
    with open_bytes(roster.upload) as file:
        return match(read(file.read(), on=TODAY), roster.cohort_id, units, confirmed)


def enter(cohort: Cohort, roster: RosterUpload, *confirmed: str, **units: str) -> int:
    return actions.enter_roster(
        cohort=cohort,
        roster=roster,
        matched=matched(roster, *(confirmed or ("all",)), **units),
        by=cast.office(),
        at=now(),
    )


def states(found: Matched) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.state.value, line.faults) for line in found.lines]


def people() -> int:
    return session.scalar(select(func.count(Person.id))) or 0


def test_a_list_becomes_learners() -> None:
    unit, cohort = make.unit("老街镇"), make.cohort(number=7)
    roster = bring(
        cohort,
        sheet(
            HEADER,
            ("王学", make.id_number(1), make.phone(1), "老街镇"),
            ("赵同", make.id_number(2), "", "老街镇"),
        ),
    )
    assert enter(cohort, roster) == 2
    rows = queries.learners(cohort.id, cast.office())
    assert [(row.learner_number, row.person.name) for row in rows] == [
        ("zhixing07001", "王学"),
        ("zhixing07002", "赵同"),
    ]
    person = rows[0].person
    assert (person.unit_id, person.phone_masked) == (unit.id, "100****0001")
    assert person.id_number_masked == "990***********" + make.id_number(1)[-4:]


def test_one_fault_keeps_everybody_out() -> None:
    make.unit("老街镇")
    cohort = make.cohort()
    roster = bring(
        cohort,
        sheet(HEADER, ("王学", make.id_number(1), "", "老街镇"), ("赵同", "123", "", "老街镇")),
    )
    before = people()
    with pytest.raises(Refused) as refusal:
        enter(cohort, roster)
    assert refusal.value.reasons == (
        "第3行：身份证号应为18位（前17位是数字，最后一位是数字或X）。",
    )
    assert (people(), queries.enrolments(cohort.id)) == (before, [])


def test_known_people_are_recognised_and_kept_as_they_are() -> None:
    unit, cohort = make.unit("老街镇"), make.cohort()
    known = make.person("王学", unit=unit, id_number=make.id_number(1), post="副镇长")
    namesake = make.person("赵同", unit=unit)
    learner = make.person("李已", unit=unit, id_number=make.id_number(5))
    make.enrolment(cohort, learner)
    roster = bring(
        cohort,
        sheet(
            HEADER,
            ("王学", make.id_number(1), "", "别的单位"),
            ("赵同", "", "", "老街镇"),
            ("李已", make.id_number(5), "", "老街镇"),
            ("新人", "", "", "老街镇"),
        ),
    )
    assert states(matched(roster)) == [("known", ()), ("known", ()), ("learner", ()), ("new", ())]
    assert enter(cohort, roster) == 3
    ids = {row.person_id for row in queries.enrolments(cohort.id)}
    assert {known.id, namesake.id, learner.id} < ids
    assert (known.post, known.unit_id) == ("副镇长", unit.id)


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        pytest.param(
            [("王学", make.id_number(1), "", ""), ("王学", make.id_number(1), "", "")],
            ["第3行：与第2行是同一个人，请删去一行。"],
            id="the same number twice",
        ),
        pytest.param(
            [("新人", "", "", "老街镇"), ("新人", "", "", "老街镇")],
            ["第3行：与第2行是同一个人，请删去一行。"],
            id="the same name and unit twice",
        ),
        pytest.param(
            [("孙某", make.id_number(9), "", "")],
            ["第2行：这个身份证号已登记为另一个姓名（周某），请核对。"],
            id="somebody else's number",
        ),
        pytest.param(
            [("重名", "", "", "老街镇")],
            ["第2行：本单位有同名的人，请填写身份证号以便区分。"],
            id="two of that name in the unit",
        ),
        pytest.param(
            [("重名", "", "", "")],
            ["第2行：系统里已有同名的人，请填写身份证号或单位以便区分。"],
            id="a known name without unit",
        ),
        pytest.param(
            [("新人", "", "", "新桥乡")],
            ["单位“新桥乡”还不在系统里，请选择对应的单位或新建。"],
            id="an unknown unit",
        ),
    ],
)
def test_what_is_not_clear_is_asked(rows: list[tuple[str, ...]], faults: list[str]) -> None:
    unit = make.unit("老街镇")
    make.person("周别", unit=unit, id_number=make.id_number(9))
    make.person("重名", unit=unit)
    make.person("重名", unit=unit)
    roster = bring(make.cohort(), sheet(HEADER, *rows))
    assert matched(roster).faults == faults


def test_new_people_whom_nothing_identifies_are_confirmed_one_by_one_or_all() -> None:
    make.unit("老街镇")
    make.person("周别", unit=make.unit("新桥乡"))
    cohort = make.cohort()
    rows = [("甲", "", "", "老街镇"), ("乙", "", "", ""), ("丙", make.id_number(1), "", ""),
            ("周别", "", "", "新桥乡")]  # fmt: skip
    roster = bring(cohort, sheet(HEADER, *rows))
    assert [line.doubt for line in matched(roster).lines] == [
        "没有身份证号，无法核对是否同一人。",
        "没有身份证号和单位，无法核对是否同一人。",
        "",
        "",
    ]
    told = "第{}行共{}人没有身份证号，无法核对是否同一人：请补上身份证号，或确认是新的人。"
    confirmed = {
        (): [told.format("2、3", 2)],
        ("3",): [told.format("2", 1)],
        ("2", "3"): [],
        ("all",): [],
    }
    assert {given: matched(roster, *given).doubts for given in confirmed} == confirmed
    with pytest.raises(Refused, match="第2行共1人没有身份证号"):
        enter(cohort, roster, "3")
    assert (enter(cohort, roster, "2", "3"), people()) == (4, 5)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "rosters.enter_roster"))
    assert "其中2人没有身份证号，确认为新的人" in entry.one().sentence


def test_rows_at_fault_count_as_nobody() -> None:
    cohort, unit = make.cohort(), make.unit("老街镇").name
    rows = [("甲", make.id_number(1), "", unit), ("乙", "12345", "", unit), ("", "", "", unit)]
    found = matched(bring(cohort, sheet(HEADER, *rows)))
    assert [bool(line.faults) for line in found.lines] == [False, True, True]
    assert found.count(RowState.NEW) == 1


def test_of_many_doubtful_rows_ten_are_named() -> None:
    roster = bring(make.cohort(), sheet(("姓名",), *((f"人{n}",) for n in range(12))))
    [doubt] = matched(roster).doubts
    assert doubt.startswith("第2、3、4、5、6、7、8、9、10、11等行共12人")


def test_columns_that_nothing_is_read_from_are_named() -> None:
    roster = read(sheet(("序号", "姓名", "籍贯", ""), ("1", "甲", "某地", "x")), on=TODAY)
    assert roster.ignored == ["序号", "籍贯"]


def test_an_unknown_unit_is_made_or_mapped() -> None:
    laojie, cohort = make.unit("老街镇"), make.cohort()
    roster = bring(
        cohort, sheet(HEADER, ("甲", "", "", "老街"), ("乙", "", "", "新桥乡"), ("丙", "", "", ""))
    )
    choices = {"老街": str(laojie.id), "新桥乡": "new:township"}
    assert enter(cohort, roster, **choices) == 3
    rows = queries.learners(cohort.id, cast.office())
    units = [row.person.unit.name if row.person.unit else "" for row in rows]
    assert units == ["老街镇", "新桥乡", ""]
    made = session.scalars(select(Unit).where(Unit.name == "新桥乡")).one()
    assert made.kind is UnitKind.TOWNSHIP


def test_a_choice_that_is_none_is_asked_again() -> None:
    roster = bring(make.cohort(), sheet(HEADER, ("甲", "", "", "老街")))
    for choice in ("new:castle", "999", ""):
        assert matched(roster, 老街=choice).unknown_units == ("老街",)


def test_the_same_file_is_recognised_and_changes_nothing() -> None:
    make.unit("老街镇")
    cohort = make.cohort()
    content = sheet(HEADER, ("王学", make.id_number(1), "", "老街镇"), ("甲", "", "", "老街镇"))
    first = bring(cohort, content)
    enter(cohort, first)
    again = bring(cohort, content)
    assert (again.id, again.learners, again.entered_by) == (first.id, 2, "李教务")
    assert enter(cohort, again) == 0
    assert len(queries.enrolments(cohort.id)) == 2


def test_a_list_that_is_longer_than_the_cohort_is_refused() -> None:
    cohort = make.cohort(capacity=1)
    roster = bring(cohort, sheet(("姓名",), ("甲",), ("乙",)))
    with pytest.raises(Refused, match="名额是1人"):
        enter(cohort, roster)


def test_an_exported_list_comes_back_without_edits() -> None:
    unit, cohort = make.unit("老街镇"), make.cohort(number=7)
    for serial in (1, 2, 3):
        person = make.person(
            f"学员{serial}", unit=unit, id_number=make.id_number(serial), phone=make.phone(serial),
            born=date(1985, 3, 2), ethnicity="汉族",
        )  # fmt: skip
        make.enrolment(cohort, person, group_name="第一组")
    exported = documents.roster(cohort, queries.learners(cohort.id, cast.office()))
    assert make.id_number(1).encode() not in exported
    back = matched(bring(cohort, exported))
    assert (back.faults, states(back)) == ([], [("learner", ())] * 3)
    next_cohort = make.cohort(number=8)
    roster = bring(next_cohort, exported)
    assert (enter(next_cohort, roster), people()) == (3, 4)


def test_the_template_is_a_list_without_rows() -> None:
    roster = read(documents.roster_template(), on=TODAY)
    assert (roster.sheet, roster.faults) == (
        "学员名册",
        ("名册里没有学员，请检查表头下面是否有内容。",),
    )


@pytest.mark.parametrize("rows", [1, 1000])
def test_matching_asks_as_often_for_a_thousand_rows_as_for_one(rows: int) -> None:
    make.unit("老街镇")
    cohort = make.cohort(capacity=2000)
    listed = [(f"学员{n}", make.id_number(n % 999), "", "老街镇") for n in range(rows)]
    roster = bring(cohort, sheet(HEADER, *listed))
    session.flush()
    with statements() as asked:
        found = matched(roster)
    assert (len(found.lines), len(asked)) == (rows, 5)
