"""The arithmetic of reviews, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lms.appraisal.reviews.rules.facts import (
    ExamScore,
    Facts,
    Graded,
    Limit,
    Limits,
    Presence,
    Remark,
)
from lms.appraisal.reviews.rules.lines import Line, line
from lms.appraisal.reviews.rules.proposals import (
    decider_faults,
    decision_faults,
    over_share,
    propose,
    vetoes,
)
from lms.appraisal.schemes.rules import AbsenceRule, Part, PartDraft, default_rates
from lms.exams.results.rules import parse_bands

BANDS = parse_bands("85 优秀、75 良好、60 合格、0 不合格")
LIMITS = Limits(
    leave=Limit(Fraction(1, 7), "条例第十五条"),
    absent_days=Limit(Fraction(2), "考勤制度"),
    hours_per_day=Fraction(8),
    breaches=Limit(Fraction(1), "学员管理规定"),
)
PRESENT = Presence(
    hours_total=Decimal("22.5"),
    leave_hours=Decimal(0),
    absent_hours=Decimal(0),
    unmarked_hours=Decimal(0),
    late=0,
    left_early=0,
)
NOTHING = Facts(PRESENT, (), (), (), ())
MARCH = date(2026, 3, 2)
TENTH = Fraction(1, 10)


def part(of: Part, weight: str = "20") -> PartDraft:
    return PartDraft(of, Decimal(weight), default_rates(of))


def worked(of: Part, facts: Facts, weight: str = "20") -> Line:
    return line(part(of, weight), facts, LIMITS)


def there(**changes: object) -> Facts:
    return replace(NOTHING, presence=replace(PRESENT, **changes))  # type: ignore[arg-type]


def exam(score: str | None, full: str = "100", title: str = "结业考试") -> ExamScore:
    return ExamScore(title, None if score is None else Decimal(score), Decimal(full))


def remark(points: str, kind: str = "表扬", *, breach: bool = False) -> Remark:
    return Remark(MARCH, kind, Decimal(points), "发言积极", breach)


def test_attendance_explains_its_arithmetic() -> None:
    found = worked(Part.ATTENDANCE, there(leave_hours=Decimal(3), late=1))
    assert (found.raw, found.points) == (98, Fraction("19.6"))
    assert found.why == (
        "总学时 22.5，旷课 0 学时，请假 3 学时（占 2/15，未超过 1/7），迟到 1 次，早退 0 次。",
        "基础分 100，迟到1次扣 2 分，得 98 分。",
        "98 分 × 20% = 19.6 分。",
    )


@pytest.mark.parametrize(
    ("changes", "raw"),
    [
        ({}, "100"),
        ({"late": 2, "left_early": 1}, "94"),
        ({"absent_hours": Decimal("1.5")}, "92.5"),
        ({"leave_hours": Decimal(4)}, "100"),
        ({"absent_hours": Decimal(22)}, "0"),
    ],
)
def test_attendance_takes_off_by_the_rates_down_to_nothing(
    changes: dict[str, object], raw: str
) -> None:
    assert worked(Part.ATTENDANCE, there(**changes)).raw == Fraction(raw)


def test_attendance_that_is_not_registered_is_missing() -> None:
    assert worked(Part.ATTENDANCE, there(unmarked_hours=Decimal(4))).missing == (
        "考勤：还有 4 学时没有登记。",
    )
    assert worked(Part.ATTENDANCE, there(hours_total=Decimal(0))).missing == (
        "考勤：课程表上还没有学时。",
    )


@pytest.mark.parametrize(
    ("exams", "raw", "why"),
    [
        ([exam("94.5")], "94.5", ("“结业考试”94.5 分（满分 100）。",)),
        (
            [exam("45", "50")],
            "90",
            ("“结业考试”45 分（满分 50），折合百分制 90 分。",),
        ),
        (
            [exam("80"), exam("90"), exam("81", title="越南语")],
            "251/3",
            (
                "“结业考试”80 分（满分 100）。",
                "“结业考试”90 分（满分 100）。",
                "“越南语”81 分（满分 100）。",
                "平均（80 + 90 + 81）÷ 3 = 约83.67 分。",
            ),
        ),
    ],
)
def test_exams_are_averaged_as_percentages(
    exams: list[ExamScore], raw: str, why: tuple[str, ...]
) -> None:
    found = worked(Part.EXAM, replace(NOTHING, exams=tuple(exams)), "40")
    assert found.raw == Fraction(raw)
    assert found.why[:-1] == why


FINAL, QUIZ = "结业考试", "随堂测验"


def missed(**changes: object) -> ExamScore:
    return replace(exam(None), **changes)  # type: ignore[arg-type]


SICK = {"exemption": "孙组批准免考（住院）"}
AGAIN = {"make_ups": (exam("62", title="补考"),)}
QUIZZED = replace(exam("90", title=QUIZ), required=False)
NO_QUIZ = replace(exam(None, title=QUIZ), required=False)
MISSED = "“结业考试”缺考，没有批准的免考，也没有补考成绩，计 0 分。"
NOUGHT = "按考核方案，结业考试有缺考的，考试整项计 0 分。"


@pytest.mark.parametrize(
    ("exams", "rule", "raw", "why", "absences"),
    [
        ([missed()], AbsenceRule.PART_ZERO, "0", (MISSED, NOUGHT), 1),
        ([missed()], AbsenceRule.EXAM_ZERO, "0", (MISSED,), 1),
        ([missed(), QUIZZED], AbsenceRule.PART_ZERO, "0",
         (MISSED, "“随堂测验”90 分（满分 100）。", "平均（0 + 90）÷ 2 = 45 分。", NOUGHT), 1),
        ([missed(), QUIZZED], AbsenceRule.EXAM_ZERO, "45",
         (MISSED, "“随堂测验”90 分（满分 100）。", "平均（0 + 90）÷ 2 = 45 分。"), 1),
        ([missed(), QUIZZED], AbsenceRule.LAST_GRADE, "0",
         (MISSED, "“随堂测验”90 分（满分 100）。", "平均（0 + 90）÷ 2 = 45 分。", NOUGHT), 1),
        ([exam("80"), NO_QUIZ], AbsenceRule.PART_ZERO, "40",
         ("“结业考试”80 分（满分 100）。", "“随堂测验”缺考，计 0 分。", "平均（80 + 0）÷ 2 = 40 分。"), 0),
        ([missed(**SICK), QUIZZED], AbsenceRule.PART_ZERO, "90",
         ("“结业考试”缺考，孙组批准免考（住院），不计入。", "“随堂测验”90 分（满分 100）。"), 0),
        ([missed(**AGAIN)], AbsenceRule.PART_ZERO, "62",
         ("“结业考试”缺考；“补考”62 分（满分 100），以补考成绩计。",), 0),
        ([missed(make_ups=(exam(None, title="补考"),))], AbsenceRule.PART_ZERO, "0", (MISSED, NOUGHT), 1),
        ([replace(exam("45"), **AGAIN)], AbsenceRule.PART_ZERO, "62",
         ("“结业考试”45 分（满分 100）；“补考”62 分（满分 100），以补考成绩计。",), 0),
        ([replace(exam("70"), **AGAIN)], AbsenceRule.PART_ZERO, "70", ("“结业考试”70 分（满分 100）。",), 0),
        ([replace(exam("70"), **SICK)], AbsenceRule.PART_ZERO, "70", ("“结业考试”70 分（满分 100）。",), 0),
    ],
)  # fmt: skip
def test_a_missed_exam_costs_what_the_scheme_says(
    exams: list[ExamScore], rule: AbsenceRule, raw: str, why: tuple[str, ...], absences: int
) -> None:
    facts = replace(NOTHING, exams=tuple(exams))
    found = line(part(Part.EXAM, "40"), facts, LIMITS, rule)
    assert (found.raw, found.why[:-1], found.missing) == (Fraction(raw), why, ())
    proposal = propose([part(Part.EXAM, "100")], BANDS, facts, LIMITS, step=TENTH, absence=rule)
    assert len(proposal.absences) == absences


def test_exams_that_are_all_exempt_leave_nothing_to_count() -> None:
    found = worked(Part.EXAM, replace(NOTHING, exams=(missed(**SICK),)))
    assert (found.raw, found.missing) == (0, ("考试：各场都已批准免考，没有成绩可以计入。",))


def test_a_scheme_may_propose_the_last_grade_for_whoever_was_absent() -> None:
    facts = replace(NOTHING, exams=(missed(),), remarks=(remark("20"),))
    parts = [part(Part.EXAM, "10"), part(Part.CONDUCT, "90")]
    given = {
        rule: propose(parts, BANDS, facts, LIMITS, step=TENTH, absence=rule) for rule in AbsenceRule
    }
    assert {rule: (one.grade, one.vetoes) for rule, one in given.items()} == {
        AbsenceRule.PART_ZERO: ("优秀", ()),
        AbsenceRule.EXAM_ZERO: ("优秀", ()),
        AbsenceRule.LAST_GRADE: ("不合格", ("结业考试缺考。依据：本班次适用的考核方案。",)),
    }


def test_a_scheme_without_exams_asks_for_none() -> None:
    facts = replace(NOTHING, exams=(missed(),))
    assert propose([part(Part.CONDUCT, "100")], BANDS, facts, LIMITS, step=TENTH).absences == ()


@pytest.mark.parametrize(
    ("decider", "proposer", "adviser", "may_overlap", "faults"),
    [
        (1, 2, 3, False, 0),
        (1, 1, 3, False, 1),
        (1, 2, 1, False, 1),
        (1, 1, 1, False, 2),
        (1, 1, 1, True, 0),
        (1, None, None, False, 0),
        (None, None, None, False, 0),
    ],
)
def test_who_proposed_or_advises_leaves_the_decision_to_others(
    decider: int | None, proposer: int | None, adviser: int | None, may_overlap: bool, faults: int
) -> None:
    found = decider_faults(
        decider_id=decider, proposer_id=proposer, adviser_id=adviser, may_overlap=may_overlap
    )
    assert len(found) == faults


def test_an_unrounded_average_goes_into_the_points() -> None:
    facts = replace(NOTHING, exams=(exam("80"), exam("90"), exam("81")))
    found = worked(Part.EXAM, facts, "40")
    assert found.points == Fraction(502, 15)
    assert found.why[-1] == "约83.67 分 × 40% = 约33.47 分。"


def test_exams_without_a_released_result_are_missing() -> None:
    facts = replace(NOTHING, exams=(exam("80"),), unreleased=("结业考试",))
    assert worked(Part.EXAM, facts).missing == ("考试：“结业考试”没有已公布的本人成绩。",)
    assert worked(Part.EXAM, NOTHING).missing == ("考试：这个班次没有考试。",)


@pytest.mark.parametrize(
    ("remarks", "raw", "last"),
    [
        ([], "80", "没有加减分，基础分 80 分。"),
        ([remark("2"), remark("-1", "提醒批评")], "81", "基础分 80 + 2 − 1 = 81 分。"),
        ([remark("15"), remark("10")], "100", "基础分 80 + 15 + 10 = 105 分，限于 0 到 100 分，计 100 分。"),
        ([remark("0")], "80", "没有加减分，基础分 80 分。"),
    ],
)  # fmt: skip
def test_conduct_is_the_base_and_the_entries(remarks: list[Remark], raw: str, last: str) -> None:
    found = worked(Part.CONDUCT, replace(NOTHING, remarks=tuple(remarks)))
    assert found.raw == Fraction(raw)
    assert found.why[-2] == last


def test_a_conduct_entry_is_quoted_with_its_points() -> None:
    found = worked(Part.CONDUCT, replace(NOTHING, remarks=(remark("2"),)))
    assert found.why[0] == "3月2日表扬“发言积极”+2 分。"


@pytest.mark.parametrize(
    ("grades", "raw", "missing"),
    [
        (["excellent"], "95", ()),
        (["excellent", "pass"], "82.5", ()),
        (["good", None], "85", ("心得体会：“体会2”还没有评等次。",)),
        ([None], "0", ("心得体会：“体会1”还没有评等次。",)),
        ([], "0", ("心得体会：没有提交。",)),
    ],
)
def test_reflections_are_worth_what_the_scheme_says(
    grades: list[str | None], raw: str, missing: tuple[str, ...]
) -> None:
    graded = tuple(Graded(f"体会{at}", grade, "等次") for at, grade in enumerate(grades, 1))
    found = worked(Part.REFLECTION, replace(NOTHING, reflections=graded))
    assert (found.raw, found.missing) == (Fraction(raw), missing)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (NOTHING, []),
        (there(leave_hours=Decimal(3)), []),
        (there(hours_total=Decimal(21), leave_hours=Decimal(3)), []),
        (
            there(hours_total=Decimal(21), leave_hours=Decimal("3.25")),
            ["累计请假 3.25 学时，占总学时的 13/84，超过 1/7。依据：条例第十五条。"],
        ),
        (there(absent_hours=Decimal("15.75")), []),
        (
            there(absent_hours=Decimal(16)),
            ["旷课 16 学时，折合 2 天，达到 2 天。依据：考勤制度。"],
        ),
        (
            replace(NOTHING, remarks=(remark("-20", "违纪", breach=True),)),
            ["3月2日违纪：发言积极。依据：学员管理规定。"],
        ),
    ],
)
def test_vetoes_name_what_they_rest_on(facts: Facts, told: list[str]) -> None:
    assert list(vetoes(facts, LIMITS)) == told


FACTS = Facts(
    replace(PRESENT, leave_hours=Decimal(3), late=1),
    (exam("88"),),
    (),
    (remark("2"),),
    (Graded("体会", "good", "良好"),),
)
PARTS = (
    part(Part.ATTENDANCE),
    part(Part.CONDUCT),
    part(Part.REFLECTION),
    part(Part.EXAM, "40"),
)


def test_the_lines_add_up_to_the_total_and_the_band_gives_the_grade() -> None:
    found = propose(PARTS, BANDS, FACTS, LIMITS, step=TENTH)
    assert [one.points for one in found.lines] == [
        Fraction("19.6"),
        Fraction("16.4"),
        Fraction(17),
        Fraction("35.2"),
    ]
    assert (found.total, found.grade, found.vetoes, found.missing) == (
        Decimal("88.2"),
        "优秀",
        (),
        (),
    )


def test_a_veto_proposes_the_last_grade_but_leaves_the_total() -> None:
    vetoed = replace(FACTS, remarks=(remark("2"), remark("0", "违纪", breach=True)))
    found = propose(PARTS, BANDS, vetoed, LIMITS, step=TENTH)
    assert (found.total, found.grade, len(found.vetoes)) == (Decimal("88.2"), "不合格", 1)


@pytest.mark.parametrize(
    ("grade", "decided", "reason", "told"),
    [
        ("优秀", None, "", []),
        ("良好", None, "", ["评定等次与系统建议不同，请写明理由。"]),
        ("良好", None, "名额", []),
        ("优秀", "良好", "", ["已经评定过，改变评定请写明理由。"]),
        ("甲等", None, "理由", ["请从方案的等次中选一个。"]),
    ],
)
def test_a_decision_other_than_proposed_needs_a_reason(
    grade: str, decided: str | None, reason: str, told: list[str]
) -> None:
    found = decision_faults(grade, bands=BANDS, proposed="优秀", decided=decided, reason=reason)
    assert found == told


def test_too_many_with_the_best_grade_are_pointed_out() -> None:
    grades = ["优秀"] * 3 + ["良好"] * 7
    assert over_share(grades, "优秀", Fraction(1, 5)) == (
        "10人中有3人为“优秀”，超过1/5（最多2人），请斟酌。"
    )
    assert over_share(grades, "优秀", Fraction(3, 10)) == ""
    assert over_share([], "优秀", Fraction(1, 5)) == ""
