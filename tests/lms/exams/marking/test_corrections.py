"""A key that proves wrong: proposed, looked at, approved by another, scored anew; all else stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.exams.attempts.models import Attempt
from lms.exams.marking.actions import corrections, marks, scoring
from lms.exams.marking.models import KeyCorrection, ScoringRun
from lms.exams.marking.queries import corrections as reading
from lms.exams.marking.queries import exams, runs
from lms.exams.marking.queries.matrix import table_of
from lms.exams.marking.rules.corrections import (
    Correction,
    Remedy,
    approver_faults,
    dropped,
    tells_of_item,
    told_of_figures,
)
from lms.exams.results import actions as results
from lms.exams.results.models import Result
from lms.exams.results.queries.exams import occasion_key
from lms.exams.results.queries.sheets import slots_of_result
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.analysis.queries.papers import find_analysis, statistics
from question_bank.items.models import ItemVersion
from question_bank.papers.models import Variant
from tests import cast, make
from tests.lms.exams.marking import hall

SAYS_A = {**hall.ALL_RIGHT, 1: "A", 5: None, 6: None}
SAYS_B = {**hall.ALL_RIGHT, 5: None, 6: None}


@dataclass
class Story:
    exam: int
    items: dict[int, int]
    sealed: str

    @property
    def address(self) -> str:
        return f"/marking/{self.exam}/corrections"


@pytest.fixture
def story(app: Flask) -> Story:
    """甲 chose A in the first item and got nothing, 乙 chose B and got 20 points; scored once."""
    with app.app_context(), db.transaction():
        people = {make.person("甲某某"): SAYS_A, make.person("乙某某"): SAYS_B}
        held = hall.hold(hall.cohort(), people)
        scoring.score(held.exam, by=cast.office(), at=now())
        return Story(held.exam.id, held.items, sealed(app))


def colleague() -> Account:
    """Somebody else of the office."""
    found = db.session.scalar(select(Account).where(Account.login == "colleague"))
    return found or make.account(Role.OFFICE, login="colleague", name="王教务")


def sealed(app: Flask) -> str:
    rows = db.session.execute(select(Variant.content, Variant.answers).order_by(Variant.id))
    return json.dumps([[*row] for row in rows], sort_keys=True)


def totals(exam_id: int, number: int) -> dict[str, tuple[Decimal, Decimal]]:
    run = runs.get_run(exam_id, number)
    scores = runs.sheet_scores(run)
    names = {sheet: name for sheet, name, _ in runs.learners(scores)}
    return {names[one.attempt_id]: (Decimal(one.exact), one.full_points) for one in scores.values()}


def fixed(story: Story, key: list[str], options: list[str] | None = None) -> int:
    """The first item with this key, as a new version in the bank."""
    old = db.session.get_one(ItemVersion, story.items[1])
    made = ItemVersion(
        item_id=old.item_id,
        number=old.number + 1,
        stem=old.stem,
        options=options or ["三年", "五年"],
        key=key,
        content_hash="fixed",
        written_by="系统",
        written_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def propose(story: Story, remedy: Remedy, corrected_id: int | None = None) -> KeyCorrection:
    return corrections.propose(
        exams.get_exam_for_work(story.exam),
        item_version_id=story.items[1],
        remedy=remedy,
        corrected_id=corrected_id,
        reason="法条已修改",
        by=cast.office(),
        at=now(),
    )


def approve(story: Story, one: KeyCorrection, approved: bool = True) -> None:
    exam = exams.get_exam_for_work(story.exam)
    told = {"approved": approved, "note": "" if approved else "依据不足"}
    corrections.decide(exam, one.id, **told, by=colleague(), at=now())


def rescore(story: Story, after: int = 1) -> ScoringRun:
    exam = exams.get_exam_for_work(story.exam)
    return scoring.score(exam, by=cast.office(), at=now(), reason="更正答案", after=after)


def test_the_corrected_key_scores_every_sheet_anew_and_the_paper_stays(
    app: Flask, story: Story
) -> None:
    with app.app_context(), db.transaction():
        one = propose(story, Remedy.CORRECTED, fixed(story, ["A"]))
        exam = exams.get_exam_for_work(story.exam)
        shown = scoring.previewed(exam, one)
        assert [(it.learner, it.before, it.after) for it in shown] == [
            ("甲某某", 0, 20),
            ("乙某某", 20, 0),
        ]
        approve(story, one)
        first = runs.get_run(story.exam, 1)
        assert runs.since(story.exam, first).corrections == 1
        with pytest.raises(Refused, match="更正获得批准"):
            results.release(exam, by=cast.office(), at=now())
        run = rescore(story)
        assert {name: points for name, (points, _) in totals(story.exam, 1).items()} == {
            "甲某某": 50,
            "乙某某": 70,
        }
        assert {name: points for name, (points, _) in totals(story.exam, 2).items()} == {
            "甲某某": 70,
            "乙某某": 50,
        }
        changes = {it.learner: it.why for it in runs.differences(first, run)}
        assert changes["甲某某"][-1] == "按更正后的答案计分：法条已修改"
        assert sealed(app) == story.sealed
        results.release(exam, by=cast.office(), at=now())
        sheet = joinedload(Result.attempt).joinedload(Attempt.variant)
        mine = select(Result).options(sheet).where(Result.score == Decimal(70))
        (slot, *_) = slots_of_result(db.session.scalars(mine).one())
        assert (slot.report.key, slot.score.points) == ("A", Decimal(20))


@pytest.mark.parametrize(
    ("remedy", "found"),
    [
        (Remedy.FULL, {"甲某某": (70, 100), "乙某某": (70, 100)}),
        (Remedy.DROPPED, {"甲某某": (50, 80), "乙某某": (50, 80)}),
    ],
)
def test_everybody_gets_the_points_or_the_item_is_left_out(
    app: Flask, story: Story, remedy: Remedy, found: dict[str, tuple[int, int]]
) -> None:
    with app.app_context(), db.transaction():
        approve(story, propose(story, remedy))
        rescore(story)
        assert totals(story.exam, 2) == found
        approve(story, propose(story, Remedy.SEALED))
        rescore(story, after=2)
        assert totals(story.exam, 3) == totals(story.exam, 1)


def test_what_was_turned_down_changes_nothing(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        one = propose(story, Remedy.FULL)
        with pytest.raises(Refused, match="已有一个更正等待批准"):
            propose(story, Remedy.DROPPED)
        approve(story, one, approved=False)
        with pytest.raises(Refused, match="已经处理过"):
            approve(story, one)
        assert reading.in_force(story.exam) == {}
        assert propose(story, Remedy.DROPPED).approved is None


def test_whoever_proposed_leaves_the_approval_to_another_unless_the_norm_lets_them(
    app: Flask, story: Story
) -> None:
    with app.app_context(), db.transaction():
        one, exam = propose(story, Remedy.FULL), exams.get_exam_for_work(story.exam)
        told = {"approved": True, "note": "", "by": cast.office(), "at": now()}
        with pytest.raises(Refused, match="须由另一人批准"):
            corrections.decide(exam, one.id, **told)
        make.norm("marking.same_approver", Decimal(1))
        corrections.decide(exam, one.id, **told)
        assert (one.approved, one.is_overlap) == (True, True)
    assert approver_faults(approver_id=1, proposer_id=1, may_overlap=True) == []
    page = cast.browser(app, cast.office).get(story.address).text
    assert "同一人" in page


@pytest.mark.parametrize(
    ("number", "key", "options", "told"),
    [
        (1, ["B"], None, "与试卷上的相同"),
        (1, ["A"], ["三年", "四年"], "改了选项或小题"),
        (1, None, None, "请选择更正后的版本"),
        (5, None, None, "由人评阅"),
    ],
)
def test_a_version_that_does_not_fit_is_refused(
    app: Flask,
    story: Story,
    number: int,
    key: list[str] | None,
    options: list[str] | None,
    told: str,
) -> None:
    with app.app_context(), db.transaction():
        version = fixed(story, key, options) if key else None
        with pytest.raises(Refused, match=told):
            corrections.propose(
                exams.get_exam_for_work(story.exam),
                item_version_id=story.items[number],
                remedy=Remedy.CORRECTED,
                corrected_id=version,
                reason="有误",
                by=cast.office(),
                at=now(),
            )


def test_the_pages_lead_from_the_item_to_the_approval(app: Flask, story: Story) -> None:
    office, leader = cast.browser(app, cast.office), cast.browser(app, colleague)
    assert "更正标准答案" in office.get(f"/marking/{story.exam}").text
    page = office.get(f"{story.address}?item={story.items[1]}").text
    assert ["试卷上的答案" in page, "题库里还没有更正后的版本" in page] == [True, True]
    data = {"item": story.items[1], "remedy": "full", "version": "0", "reason": ""}
    refused = office.post(story.address, data=data)
    assert (refused.status_code, "请写明更正的理由和依据" in refused.text) == (422, True)
    made = office.post(story.address, data={**data, "reason": "超出大纲"})
    assert made.status_code == 303
    page = office.get(made.location).text
    assert ["甲某某" in page, "须由另一人批准" in page, 'value="approve"' in page] == [
        True,
        True,
        False,
    ]
    done = leader.post(made.location, data={"verdict": "approve"})
    assert (done.status_code, done.location) == (303, story.address)
    assert "还没有算进成绩" in leader.get(story.address).text
    assert "1 个更正获得批准" in office.get(f"/marking/{story.exam}").text
    assert cast.browser(app, cast.marker).get(story.address).status_code == 403


def test_a_proposal_is_shown_to_whoever_can_approve_it_and_can_be_withdrawn(
    app: Flask, story: Story
) -> None:
    with app.app_context(), db.transaction():
        one = propose(story, Remedy.FULL).id
        other = colleague().id
    office = cast.browser(app, cast.office)
    with app.test_request_context():
        waiting = [
            db.session.scalars(reading.to_approve(get_account(who))).all()
            for who in (cast.office().id, other)
        ]
    assert waiting == [[], [one]]
    assert "待批准的更正 1 个" in office.get("/marking/").text
    assert "更正标准答案（1 个待批准）" in office.get(f"/marking/{story.exam}").text
    silent = office.post(f"{story.address}/{one}", data={"verdict": "decline"})
    assert (silent.status_code, "请写明撤回的理由。" in silent.text) == (422, True)
    withdrawn = office.post(f"{story.address}/{one}", data={"verdict": "decline", "note": "看错了"})
    assert withdrawn.status_code == 303
    listed = office.get(story.address).text
    assert ("更正已撤回，计分不变。" in listed, "未批准" in listed) == (True, False)
    assert "待批准的更正" not in office.get("/marking/").text


def test_marks_are_not_waited_for_where_the_item_is_dropped(app: Flask) -> None:
    with app.app_context(), db.transaction():
        held = hall.hold(hall.cohort(), {make.person("甲某某"): {**hall.ALL_RIGHT, 6: None}})
        marks.collect(held.exam, by=cast.office(), at=now())
        with pytest.raises(Refused, match="没有评阅"):
            scoring.score(held.exam, by=cast.office(), at=now())
        story = Story(held.exam.id, {1: held.items[5]}, "")
        approve(story, propose(story, Remedy.DROPPED))
        scoring.score(held.exam, by=cast.office(), at=now())
        assert totals(held.exam.id, 1) == {"甲某某": (70, 90)}


GOES_WITH = {
    Remedy.CORRECTED: "按更正后的答案统计",
    Remedy.FULL: "全体得满分，只计入总分，不统计这道题的指标",
    Remedy.DROPPED: "作废，不计入统计",
}


@pytest.mark.parametrize(
    ("remedies", "gone", "tells", "told"),
    [
        ({}, set(), [True, True], ""),
        ({1: Remedy.CORRECTED}, set(), [True, True], "第1题按更正后的答案统计。"),
        ({1: Remedy.FULL}, set(), [False, True], f"第1题{GOES_WITH[Remedy.FULL]}。"),
        (
            {2: Remedy.DROPPED, 1: Remedy.CORRECTED},
            {2},
            [True, True],
            "第1题按更正后的答案统计；第2题作废，不计入统计。",
        ),
    ],
)
def test_figures_leave_out_what_was_dropped_and_tell_nothing_of_gifts(
    remedies: dict[int, Remedy], gone: set[int], tells: list[bool], told: str
) -> None:
    standing = {item: Correction(remedy, "法条已修改") for item, remedy in remedies.items()}
    assert dropped(standing) == gone
    assert [tells_of_item(standing.get(item)) for item in (1, 2)] == tells
    assert told_of_figures((f"第{item}题", standing[item]) for item in sorted(standing)) == told


@pytest.mark.parametrize(
    ("remedy", "keys", "asked", "full", "mean"),
    [
        (Remedy.CORRECTED, {"A"}, 6, 100, 60),
        (Remedy.FULL, set(), 5, 100, 70),
        (Remedy.DROPPED, set(), 5, 80, 50),
    ],
)
def test_the_analysis_marks_with_the_key_that_holds(
    app: Flask, story: Story, remedy: Remedy, keys: set[str], asked: int, full: int, mean: int
) -> None:
    with app.app_context(), db.transaction():
        approve(
            story,
            propose(story, remedy, fixed(story, ["A"]) if remedy is Remedy.CORRECTED else None),
        )
        rescore(story)
        results.release(exams.get_exam_for_work(story.exam), by=cast.office(), at=now())
        kept = find_analysis(occasion_key(story.exam))
        assert kept is not None
        assert (kept.full_score, kept.mean) == (full, mean)
        items = {one.item_version_id: one for one in statistics(kept, cast.office())}
        assert len(items) == asked
        first = items.get(story.items[1])
        right = {it.letter for it in first.options if it.is_key} if first else set()
        assert right == keys
        address = f"/analysis/{kept.id}"
    told = f"A卷第1题{GOES_WITH[remedy]}。"
    assert told in cast.browser(app, cast.office).get(address).text
    book = cast.browser(app, cast.office).get(f"{address}/report.xlsx").data
    rows = load_workbook(BytesIO(book))["总体指标"].iter_rows(values_only=True)
    assert [row[2] for row in rows if row[0] == "更正"] == [told]


@pytest.mark.usefixtures("context")
def test_a_place_where_nobodys_item_counts_is_no_place() -> None:
    people = {make.person("甲某某"): SAYS_A, make.person("乙某某"): SAYS_B}
    held = hall.hold(hall.cohort(), people)
    scoring.score(held.exam, by=cast.office(), at=now())
    story = Story(held.exam.id, held.items, "")
    approve(story, propose(story, Remedy.DROPPED))
    sheets = [one.id for one in held.attempts.values() if one]
    _, table, _ = table_of(rescore(story), sheets)
    assert [[*row] for row in table.slots] == [[30, 10, 10, 0, 0]] * 2
    assert [[*row] for row in table.rows] == [[30, 10, 10, 0, 0]] * 2
