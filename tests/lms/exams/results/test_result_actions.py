"""Releasing results on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from lms.exams.attempts.actions import collecting
from lms.exams.attempts.models import Attempt
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.marking.queries import blind, exams
from lms.exams.results import actions
from lms.exams.results.documents import grade_book
from lms.exams.results.models import Result
from lms.exams.results.queries import outcomes, released, sheets
from lms.exams.results.queries.exams import get_exam
from lms.exams.sittings.models import Exam, Sitting
from lms.exams.sittings.queries.candidates import unseated
from lms.ground.access import Role
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person
from tests import cast, make
from tests.lms.exams.marking import hall

pytestmark = pytest.mark.usefixtures("context")


def story() -> hall.Held:
    """甲 has 94.5 of 100, 乙 20; 丙 did not come; everything marked and scored."""
    unit = make.unit("老街镇")
    people = {
        name: make.person(name, unit=unit, account=make.account(Role.LEARNER, name=name))
        for name in ("甲", "乙", "丙")
    }
    answers = {people["甲"]: hall.ALL_RIGHT, people["乙"]: {1: "B"}, people["丙"]: None}
    held = hall.hold(hall.cohort(), answers)
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    return held


def score(held: hall.Held, **options: object) -> None:
    scoring.score(held.exam, by=cast.office(), at=now(), **options)  # type: ignore[arg-type]


def release(held: hall.Held, **options: object) -> None:
    exam = get_exam(held.exam.id)
    actions.release(exam, by=cast.office(), at=now(), **options)  # type: ignore[arg-type]


def rows(held: hall.Held) -> list[tuple[str, Decimal, str, bool]]:
    found = released.released(held.cohort.id)
    return [(one.enrolment.person.name, one.score, one.grade, one.passed) for one in found]


def test_absences_alone_are_released_too() -> None:
    held = hall.hold(hall.cohort(), {make.person("甲"): None})
    score(held)
    release(held)
    assert rows(held) == [("甲", Decimal(0), "缺考", False)]


def test_nothing_is_released_before_it_is_scored() -> None:
    held = story()
    with pytest.raises(Refused, match="还没有计分"):
        release(held)


def test_nothing_can_be_read_before_the_release() -> None:
    held = story()
    score(held)
    account = held_account(held, "甲")
    assert (rows(held), released.mine(account)) == ([], [])
    with pytest.raises(Missing):
        released.get_mine(held.exam.id, account)


def held_account(held: hall.Held, name: str) -> object:
    wanted = select(make.Account).where(make.Account.name == name)
    return session.scalars(wanted).one()


def test_a_release_writes_everybody_and_tells_them() -> None:
    held = story()
    score(held)
    release(held)
    assert rows(held) == [
        ("甲", Decimal("94.5"), "优秀", True),
        ("乙", Decimal(20), "不合格", False),
        ("丙", Decimal(0), "缺考", False),
    ]
    notices = session.scalars(select(Notice)).all()
    assert [(one.subject, one.link) for one in notices] == [
        ("“结业考试”成绩已公布", f"/results/mine/{held.exam.id}")
    ] * 3
    found = released.get_mine(held.exam.id, held_account(held, "甲"))
    slots = sheets.slots_of_result(found)
    assert [(slot.score.number, slot.score.points) for slot in slots][:2] == [(1, 20), (2, 30)]
    assert slots[0].report.rationale == "解析秘密1"


def test_the_absent_have_a_result_but_no_sheet() -> None:
    held = story()
    score(held)
    release(held)
    found = released.get_mine(held.exam.id, held_account(held, "丙"))
    assert sheets.slots_of_result(found) == []


def test_a_second_release_of_the_same_run_is_refused() -> None:
    held = story()
    score(held)
    release(held)
    with pytest.raises(Refused, match=r"已由李教务于.*公布"):
        release(held)
    assert session.scalar(select(func.count()).select_from(Result)) == 3


def test_a_release_that_was_confirmed_on_an_older_run_is_a_conflict() -> None:
    held = story()
    score(held)
    score(held, after=1, reason="复核")
    with pytest.raises(Conflict):
        release(held, run_number=1)


def test_a_later_run_counts_only_once_it_is_released_and_tells_only_the_changed() -> None:
    held = story()
    score(held)
    release(held)
    task = exams.get_task(held.exam, held.items[5])
    response = blind.get_response(held.exam.id, task, 1, cast.marker())
    points = [Decimal(6), Decimal(4)]
    marking.mark(
        response, task, rubric_points=points, remark="", seen=1, by=cast.marker(), at=now()
    )
    score(held, after=1, reason="复核漏评")
    assert rows(held)[0][1] == Decimal("94.5")
    release(held)
    assert rows(held)[0][1] == Decimal(97)
    assert session.scalar(select(func.count()).select_from(Result)) == 6
    told = session.scalars(select(Notice.subject).order_by(Notice.id)).all()
    assert told == ["“结业考试”成绩已公布"] * 3 + ["“结业考试”成绩已更新"]
    assert [one.run.number for one in released.releases(held.exam.id)] == [2, 1]


def test_sheets_that_came_after_the_scoring_stop_the_release() -> None:
    held = story()
    score(held)
    hall.seat_candidate(held, make.person("丁"), {1: "B"}, seat=9)
    with pytest.raises(Refused, match="有 1 份答卷是计分之后交的"):
        release(held)


def reopen(held: hall.Held, name: str) -> None:
    sheets_of = select(Attempt.id).join(Attempt.person).where(Person.name == name)
    collecting.reopen(
        session.scalars(sheets_of).all(), minutes=240, reason="误交", by=cast.office(), at=now()
    )


def test_a_sheet_opened_again_is_waited_for_and_scored_anew_before_the_release() -> None:
    held = story()
    score(held)
    reopen(held, "乙")
    with pytest.raises(Refused, match="计分之后有作答经裁定计入，有答卷被撤销交卷"):
        release(held)
    with pytest.raises(Refused, match="还有 1 名考生没有考完"):
        score(held, after=1, reason="重新计分")


def test_once_released_no_sheet_is_opened_again() -> None:
    held = story()
    score(held)
    release(held)
    with pytest.raises(Refused, match="成绩已经公布，不能再撤销交卷；确需重考的请安排补考。"):
        reopen(held, "乙")


def test_whoever_sat_again_counts_with_the_later_sheet() -> None:
    held = story()
    first = held.sitting
    again = Sitting(
        exam_id=held.exam.id,
        opens_at=first.opens_at + timedelta(minutes=30),
        closes_at=first.closes_at,
        minutes=90,
    )
    session.add(again)
    session.flush()
    held.sitting = again
    people = {one.person_id: name for name, one in held.enrolments.items()}
    wanted = select(make.Person).where(make.Person.id.in_(people))
    by_name = {person.name: person for person in session.scalars(wanted)}
    hall.seat_candidate(held, by_name["乙"], {1: "B", 2: ["A", "C"], 3: "true"}, seat=1)
    hall.seat_candidate(held, by_name["甲"], None, seat=2)
    hall.seat_candidate(held, by_name["丙"], {1: "B"}, seat=3)
    score(held)
    release(held)
    assert [(name, points) for name, points, _grade, _passed in rows(held)] == [
        ("甲", Decimal("94.5")),
        ("乙", Decimal(60)),
        ("丙", Decimal(20)),
    ]


def test_who_left_without_sitting_is_not_listed_and_who_has_no_seat_is_told() -> None:
    held = story()
    held.enrolments["丙"].withdrawn_on = date(2026, 3, 3)
    hall.enrol(held.cohort, make.person("戊"))
    score(held)
    release(held)
    assert [name for name, *_rest in rows(held)] == ["甲", "乙"]
    exam = get_exam(held.exam.id)
    assert [one.person.name for one in unseated(exam)] == ["戊"]


def test_the_norms_of_the_programme_decide_the_bands() -> None:
    make.norm("exam.bands", "90 优等、0 未达标", scope="zhixing")
    held = story()
    score(held)
    release(held)
    assert [grade for _name, _score, grade, _passed in rows(held)] == ["优等", "未达标", "缺考"]


def test_the_grade_book_is_an_excel_file_with_one_row_each() -> None:
    held = story()
    score(held)
    release(held)
    exam = get_exam(held.exam.id)
    results = released.released_of_exam(exam.id)
    book = grade_book(exam, results, released.releases(exam.id)[0], {})
    table = [[cell.value for cell in row] for row in load_workbook(BytesIO(book)).active.rows]
    assert table[0][0] == "知行学堂第七期“结业考试”成绩册"
    assert table[2][2:] == ["甲", "老街镇", 100, 94.5, "优秀", "合格", None, None, None]
    assert table[4][2:] == ["丙", "老街镇", 100, None, "缺考", "不合格", None, None, None]


def test_a_make_up_is_capped_and_both_grade_books_tell_it() -> None:
    person = make.person("甲")
    first = hall.hold(hall.cohort(), {person: {1: "A"}})
    finish(first)
    again = hall.hold(first.cohort, {}, title="结业考试（补考）")
    again.enrolments = first.enrolments
    hall.seat_candidate(again, person, hall.ALL_RIGHT, seat=1)
    again.exam.makes_up_id = first.exam.id
    finish(again)
    [result] = released.released_of_exam(again.exam.id)
    assert (result.score, result.grade, result.passed, result.earned) == (60, "合格", True, 100)
    rows = book_of(again.exam)
    assert rows[-2][5:] == (60, "合格", "合格", None, None, "补考，卷面100分，按规定最高记60分")
    assert book_of(first.exam)[-2][5:] == (0, "不合格", "不合格", 60, "合格", None)
    make.norm("results.make_up_cap", "不限", scope="zhixing")
    assert outcomes.lines(again.exam, outcomes.latest_run(again.exam))[0].outcome.score == 100  # type: ignore[arg-type]  # fmt: skip


def test_whoever_fails_the_make_up_too_is_called_to_another_one() -> None:
    person = make.person("甲")
    first = hall.hold(hall.cohort(), {person: {1: "A"}})
    finish(first)
    paper = make.sealed_paper().id

    def call(title: str) -> hall.Held:
        """The make-up that calls 甲, held on a paper of the hall."""
        made = arrange(first.exam, title, paper)
        held = hall.hold(first.cohort, {}, title=f"{title}卷")
        held.sitting.exam_id = made.id
        made.paper_id, held.exam = held.exam.paper_id, made
        held.enrolments = first.enrolments
        return held

    again = call("补考")
    assert waiting(first.exam) == []
    told = list(session.scalars(select(Notice.subject).order_by(Notice.id)))
    assert told == ["“结业考试”成绩已公布", "“结业考试”须补考"]
    hall.seat_candidate(again, person, {1: "A"}, seat=1)
    finish(again)
    assert waiting(first.exam) == ["甲"]
    third = call("第2次补考")
    assert waiting(first.exam) == []
    hall.seat_candidate(third, person, hall.ALL_RIGHT, seat=1)
    finish(third)
    assert waiting(first.exam) == []


def arrange(exam: Exam, title: str, paper: int) -> Exam:
    office = cast.office()
    return actions.arrange_make_up(exam, paper_id=paper, title=title, by=office, at=now())


def waiting(exam: Exam) -> list[str]:
    return [one.person.name for one in released.to_make_up(exam.id)]


def finish(held: hall.Held) -> None:
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("6", "4"), 6: ("15",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    actions.release(held.exam, by=cast.office(), at=now())


def book_of(exam: Exam) -> list[tuple[object, ...]]:
    exam = get_exam(exam.id)
    results = released.released_of_exam(exam.id)
    book = grade_book(exam, results, released.releases(exam.id)[0], released.made_up(exam.id))
    sheet = load_workbook(BytesIO(book)).active
    return [tuple(cell.value for cell in row) for row in sheet.rows]
