"""Collecting, marking and scoring on a real database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from lms.exams.attempts.models import Step
from lms.exams.marking.actions import marks, schemes, scoring
from lms.exams.marking.models import BlindResponse, Mark, SheetScore
from lms.exams.marking.queries import blind, exams, runs, tallies
from lms.exams.marking.queries.marks import marks_of
from lms.exams.marking.rules.modes import Mode, Standing
from lms.exams.marking.rules.points import ScoredBy
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from tests import cast, make
from tests.lms.exams.marking import hall

pytestmark = pytest.mark.usefixtures("context")
WRONG = {1: "A", 2: ["A"], 3: "false", 4: ["五年"], 5: "不知道", 6: {"1": "B", "2": "不知道"}}


def held(**options: object) -> hall.Held:
    """Three came (one answered nothing that people mark), one did not."""
    unit = make.unit("老街镇")
    people = {name: make.person(name, unit=unit) for name in ("甲", "乙", "丙", "丁")}
    answers = {
        people["甲"]: hall.ALL_RIGHT,
        people["乙"]: WRONG,
        people["丙"]: {1: "B", 5: " "},
        people["丁"]: None,
    }
    return hall.hold(hall.cohort(), answers, **options)  # type: ignore[arg-type]


def task_of(story: hall.Held, place: int) -> exams.Task:
    return exams.get_task(story.exam, story.items[place])


def mark(
    story: hall.Held,
    blind_number: int,
    points: tuple[str, ...],
    by: Account,
    seen: int | None = None,
) -> Mark:
    task = task_of(story, 5)
    response = blind.get_response(story.exam.id, task, blind_number, by)
    given = [Decimal(one) for one in points]
    return marks.mark(response, task, rubric_points=given, remark="", seen=seen, by=by, at=now())


def test_only_answered_slots_that_people_mark_are_collected_once() -> None:
    story = held()
    assert marks.collect(story.exam, by=cast.office(), at=now()) == 4
    assert marks.collect(story.exam, by=cast.office(), at=now()) == 0
    found = {(one.item_version_id, one.blind_number) for one in blind.collected(story.exam.id)}
    assert found == {
        (story.items[5], 1),
        (story.items[5], 2),
        (story.items[6], 1),
        (story.items[6], 2),
    }


def test_a_later_sheet_gets_the_next_blind_number() -> None:
    story = held()
    marks.collect(story.exam, by=cast.office(), at=now())
    hall.seat_candidate(story, make.person("己"), {6: "村委会"}, seat=10, variant="B")
    assert marks.collect(story.exam, by=cast.office(), at=now()) == 1
    assert [one.blind_number for one in blind.collected(story.exam.id)][-1] == 3


def test_nothing_is_collected_while_everybody_still_writes() -> None:
    story = held(handed_in=False)
    with pytest.raises(Refused, match="还没有交上来的答卷"):
        marks.collect(story.exam, by=cast.office(), at=now())


def test_the_same_item_is_one_task_in_both_variants() -> None:
    story = held()
    assert [(task.label, task.full) for task in exams.tasks(story.exam)] == [
        ("A卷第5题、B卷第6题", 10),
        ("A卷第6题、B卷第5题", 15),
    ]


def test_marking_settles_a_response_and_the_tallies_count_it() -> None:
    story, marker = held(), cast.marker()
    marks.collect(story.exam, by=cast.office(), at=now())
    mark(story, 1, ("6", "3.5"), marker)
    found = tallies.tallies(story.exam.id, exams.tasks(story.exam))
    assert found[story.items[5]] == tallies.Tally(total=2, settled=1, disputed=0)
    assert found[story.items[6]] == tallies.Tally(total=2)
    listed = {
        one.blind_number: one for one in blind.entries(story.exam.id, task_of(story, 5), marker)
    }
    assert [(listed[at].waits, listed[at].mine) for at in (1, 2)] == [(False, True), (True, False)]
    assert [(one.name, one.marks) for one in tallies.marker_tallies(story.exam.id)] == [("钱阅", 1)]
    assert tallies.open_counts([story.exam.id]) == {story.exam.id: (4, 1)}


def plan(story: hall.Held, mode: Mode, *markers: Account, arbiter: Account | None = None) -> None:
    found = schemes.set_scheme(
        story.exam,
        mode=mode,
        tolerance=Decimal("0.15"),
        marker_ids=[one.id for one in markers],
        arbiter_ids=[arbiter.id] if arbiter else [],
        seen=None,
        by=cast.office(),
        at=now(),
    )
    assert found.version == 1


def markers() -> list[Account]:
    return [make.account(Role.MARKER, name=name) for name in ("孔阅", "孟阅", "荀阅")]


def standing(story: hall.Held, blind_number: int) -> Standing:
    found = select(BlindResponse.standing).where(
        BlindResponse.item_version_id == story.items[5],
        BlindResponse.blind_number == blind_number,
    )
    return session.scalars(found).one()


def test_one_mark_settles_where_nothing_else_was_said_and_a_second_is_refused() -> None:
    story, (first, second, _third) = held(), markers()
    marks.collect(story.exam, by=cast.office(), at=now())
    mark(story, 1, ("6", "4"), first)
    with pytest.raises(Refused, match="刚由其他阅卷人评完"):
        mark(story, 1, ("1", "0"), second)
    assert session.scalar(select(func.count()).select_from(Mark)) == 1


def test_two_marks_far_apart_wait_for_an_arbiter_who_has_not_marked_them() -> None:
    story, (first, second, third) = held(), markers()
    marks.collect(story.exam, by=cast.office(), at=now())
    plan(story, Mode.DOUBLE, first, second)
    mark(story, 1, ("6", "4"), first)
    assert standing(story, 1) is Standing.OPEN
    mark(story, 1, ("1", "0"), second)
    found = tallies.tallies(story.exam.id, exams.tasks(story.exam))
    assert found[story.items[5]] == tallies.Tally(total=2, disputed=1)
    with pytest.raises(Refused, match=r"A卷第5题有 1 份作答的评阅相差过大"):
        scoring.score(story.exam, by=cast.office(), at=now())
    with pytest.raises(Refused, match="您评阅过这份作答"):
        arbitrate(story, 1, ("5", "3"), first)
    with pytest.raises(Refused, match="请写明裁定的理由"):
        arbitrate(story, 1, ("5", "3"), third, remark="")
    made = arbitrate(story, 1, ("5", "3"), third)
    assert (made.arbitrates, made.points, standing(story, 1)) == (True, 8, Standing.SETTLED)
    with pytest.raises(Conflict):
        arbitrate(story, 1, ("6", "3"), third)
    assert arbitrate(story, 1, ("6", "3"), cast.office(), seen=1).points == 9
    assert marks_of(story.exam.id)[made.attempt_id, 5].final is not None


def arbitrate(
    story: hall.Held,
    blind_number: int,
    points: tuple[str, ...],
    by: Account,
    *,
    remark: str = "酌情",
    seen: int | None = None,
) -> Mark:
    task = task_of(story, 5)
    office = cast.office()
    response = blind.get_response_to_judge(story.exam.id, story.items[5], blind_number, office)
    given = [Decimal(one) for one in points]
    return marks.arbitrate(
        response, task, rubric_points=given, remark=remark, seen=seen, by=by, at=now()
    )


def test_a_third_marker_is_asked_before_an_arbiter() -> None:
    story, (first, second, third) = held(), markers()
    marks.collect(story.exam, by=cast.office(), at=now())
    plan(story, Mode.TWO_AND_ONE, first, second, third)
    mark(story, 1, ("6", "4"), first)
    mark(story, 1, ("1", "0"), second)
    assert standing(story, 1) is Standing.OPEN
    waits = {one.blind_number: one.waits for one in blind.entries(story.exam.id, task_of(story, 5), third)}  # fmt: skip
    assert waits == {1: True, 2: True}
    mark(story, 1, ("6", "3"), third)
    assert standing(story, 1) is Standing.SETTLED


def test_another_mode_judges_anew_what_is_marked() -> None:
    story, (first, second, _third) = held(), markers()
    marks.collect(story.exam, by=cast.office(), at=now())
    mark(story, 1, ("6", "4"), first)
    assert standing(story, 1) is Standing.SETTLED
    plan(story, Mode.DOUBLE, first, second)
    assert standing(story, 1) is Standing.OPEN
    with pytest.raises(Conflict):
        plan(story, Mode.SINGLE)


def test_a_mode_for_two_is_refused_without_two() -> None:
    story = held()
    with pytest.raises(Refused, match="至少要指定 2 名阅卷人，现在有 1 名"):
        plan(story, Mode.DOUBLE, cast.marker())


def test_only_who_is_appointed_marks_and_sees_the_exam() -> None:
    story, (first, second, third) = held(), markers()
    marks.collect(story.exam, by=cast.office(), at=now())
    assert exams.get_exam(story.exam.id, third) is story.exam
    plan(story, Mode.DOUBLE, first, second, arbiter=third)
    task = task_of(story, 5)
    assert len(blind.entries(story.exam.id, task, first)) == 2
    assert blind.entries(story.exam.id, task, third) == []
    assert [one.name for one in tallies.marker_tallies(story.exam.id)] == ["孔阅", "孟阅"]
    assert [one.waiting for one in tallies.marker_tallies(story.exam.id)] == [4, 4]
    assert exams.page_of_exams(third).rows == [story.exam]
    assert exams.page_of_exams(cast.marker()).rows == []
    with pytest.raises(Missing):
        exams.get_exam(story.exam.id, cast.marker())
    with pytest.raises(Missing):
        blind.get_response_to_judge(story.exam.id, story.items[5], 1, cast.office())


def test_a_mark_is_changed_by_its_marker_but_not_from_a_stale_form() -> None:
    story, marker = held(), cast.marker()
    marks.collect(story.exam, by=cast.office(), at=now())
    first = mark(story, 1, ("6", "3"), marker)
    assert mark(story, 1, ("5", "3"), marker, seen=1) is first
    assert (first.points, first.version) == (Decimal(8), 2)
    with pytest.raises(Conflict):
        mark(story, 1, ("1", "1"), marker, seen=1)
    with pytest.raises(Conflict):
        mark(story, 1, ("1", "1"), marker)


def test_the_same_mark_sent_twice_is_one_mark() -> None:
    story, marker = held(), cast.marker()
    marks.collect(story.exam, by=cast.office(), at=now())
    mark(story, 1, ("6", "3"), marker)
    mark(story, 1, ("6", "3"), marker)
    assert session.scalar(select(func.count()).select_from(Mark)) == 1
    told = select(func.count()).where(AuditEntry.action == "marking.mark")
    assert session.scalar(told) == 1


def test_points_beyond_a_line_are_refused() -> None:
    story = held()
    marks.collect(story.exam, by=cast.office(), at=now())
    with pytest.raises(Refused, match="第2个采分点须在 0 到 4 分之间"):
        mark(story, 1, ("6", "4.5"), cast.marker())


def test_nobody_marks_themselves_or_their_own_unit() -> None:
    story = held()
    marks.collect(story.exam, by=cast.office(), at=now())
    unit = session.get_one(type(make.unit()), story_unit(story))
    near = make.account(Role.MARKER, name="本镇阅卷人")
    make.person("本镇阅卷人", unit=unit, account=near)
    task = task_of(story, 5)
    assert blind.entries(story.exam.id, task, near) == []
    with pytest.raises(Missing):
        blind.get_response(story.exam.id, task, 1, near)
    far = make.account(Role.MARKER, name="外单位阅卷人")
    make.person("外单位阅卷人", account=far)
    assert len(blind.entries(story.exam.id, task, far)) == 2


def test_a_candidate_who_marks_never_sees_the_own_paper() -> None:
    account = make.account(Role.MARKER, Role.LEARNER, name="甲")
    alone = make.person("甲", account=account)
    story = hall.hold(hall.cohort(), {alone: hall.ALL_RIGHT, make.person("乙"): WRONG})
    marks.collect(story.exam, by=cast.office(), at=now())
    listed = blind.entries(story.exam.id, task_of(story, 5), account)
    own = {one.blind_number for one in blind.collected(story.exam.id) if one.attempt_id == story.attempts["甲"].id}  # type: ignore[union-attr]  # fmt: skip
    assert len(listed) == 1
    assert not own & {one.blind_number for one in listed}


def story_unit(story: hall.Held) -> int | None:
    return session.get_one(type(make.person()), story.attempts["甲"].person_id).unit_id  # type: ignore[union-attr]


def test_unmarked_responses_stop_the_scoring_with_all_reasons() -> None:
    story = held()
    with pytest.raises(Refused) as refusal:
        scoring.score(story.exam, by=cast.office(), at=now())
    assert refusal.value.reasons == (
        "A卷第5题还有 2 份作答没有评阅。",
        "A卷第6题还有 2 份作答没有评阅。",
    )


def test_nothing_is_scored_while_candidates_are_at_work() -> None:
    story = held(handed_in=False)
    with pytest.raises(Refused, match="还有 3 名考生没有考完"):
        scoring.score(story.exam, by=cast.office(), at=now())


def test_a_sitting_that_is_not_over_stops_the_scoring_even_without_sheets() -> None:
    story = held()
    story.sitting.closes_at = now() + timedelta(hours=1)
    person = make.person("戊")
    candidate = hall.seat_candidate(story, person, None, seat=9)
    candidate.attempt_id = None
    session.flush()
    with pytest.raises(Refused, match="还有 1 名考生没有考完"):
        scoring.score(story.exam, by=cast.office(), at=now())


def scored(story: hall.Held) -> None:
    marks.collect(story.exam, by=cast.office(), at=now())
    hall.mark_all(story, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    scoring.score(story.exam, by=cast.office(), at=now())


def test_a_run_holds_every_slot_with_its_reasons_and_every_total() -> None:
    story = held()
    scored(story)
    run = runs.get_run(story.exam.id, 1)
    totals = {score.attempt_id: score.points for score in runs.sheet_scores(run).values()}
    by_name = {name: one.id for name, one in story.attempts.items() if one is not None}
    assert totals == {
        by_name["甲"]: Fraction("94.5"),
        by_name["乙"]: Fraction("34.5"),
        by_name["丙"]: Fraction(20),
    }
    slots = runs.slot_scores(run.id, by_name["乙"])
    assert [(one.number, one.points, one.scored_by) for one in slots] == [
        (1, Decimal(0), ScoredBy.MACHINE),
        (2, Decimal(15), ScoredBy.MACHINE),
        (3, Decimal("-0.5"), ScoredBy.MACHINE),
        (4, Decimal(0), ScoredBy.MACHINE),
        (5, Decimal("7.5"), ScoredBy.PERSON),
        (6, Decimal(12), ScoredBy.PERSON),
    ]
    assert slots[0].why == ("标准答案 B，您选了 A，得 0 分。",)
    assert session.scalar(select(func.count()).select_from(SheetScore)) == 3


def test_variant_b_is_scored_by_its_own_numbers() -> None:
    person = make.person("甲")
    swapped = {**hall.ALL_RIGHT, 5: hall.ALL_RIGHT[6], 6: hall.ALL_RIGHT[5]}
    story = hall.hold(hall.cohort(), {person: swapped}, variant="B")
    scored(story)
    assert [one.points for one in runs.sheet_scores(runs.get_run(story.exam.id, 1)).values()] == [
        Fraction("94.5")
    ]


def test_scoring_again_needs_a_reason_and_keeps_what_was() -> None:
    story, office = held(), cast.office()
    scored(story)
    with pytest.raises(Refused, match="刚刚已经计过分"):
        scoring.score(story.exam, by=office, at=now())
    with pytest.raises(Refused, match="重新计分请写明原因"):
        scoring.score(story.exam, by=office, at=now(), after=1)
    run = runs.get_run(story.exam.id, 1)
    assert runs.since(story.exam.id, run) == runs.Since()
    mark(story, 1, ("6", "4"), cast.marker(), seen=1)
    assert runs.since(story.exam.id, run) == runs.Since(marks=1)
    second = scoring.score(story.exam, by=office, at=now(), after=1, reason="复核漏评")
    first = runs.get_run(story.exam.id, 1)
    changed = runs.differences(first, second)
    assert [(one.number, one.before, one.after) for one in changed] == [
        (5, Decimal("7.5"), Decimal(10))
    ]
    assert [run.number for run in runs.runs(story.exam.id)] == [2, 1]


def test_an_answer_that_was_changed_counts_as_it_was_last() -> None:
    story = held()
    attempt = story.attempts["乙"]
    assert attempt is not None
    session.add(Step(attempt_id=attempt.id, lease=2, seq=1, number=1, value="B", received_at=now()))
    scored(story)
    run = runs.get_run(story.exam.id, 1)
    assert runs.slot_scores(run.id, attempt.id)[0].points == Decimal(20)


def test_an_exam_without_candidates_is_not_scored() -> None:
    story = hall.hold(hall.cohort(), {})
    with pytest.raises(Refused, match="还没有安排考生"):
        scoring.score(story.exam, by=cast.office(), at=now())


def test_an_exam_to_which_nobody_came_has_an_empty_run() -> None:
    story = hall.hold(hall.cohort(), {make.person("甲"): None})
    scoring.score(story.exam, by=cast.office(), at=now())
    assert runs.sheet_scores(runs.get_run(story.exam.id, 1)) == {}
