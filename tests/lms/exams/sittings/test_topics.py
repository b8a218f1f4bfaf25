"""Which course is examined on which topics, and whether a paper asks for them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from courses.catalogue.models import Course
from courses.cohorts.rules import CohortStage
from lms.exams.sittings.actions import covering
from lms.exams.sittings.models import CourseTopic, Exam
from lms.exams.sittings.queries import requirements
from lms.exams.sittings.queries.topics import asked_of, topics_of
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing
from question_bank.items.models import ItemVersion
from question_bank.items.rules.terms import Kind
from question_bank.papers.models import Section, Slot, Variant
from question_bank.topics import actions as topics
from question_bank.topics.queries import get_topic
from tests import cast, make
from tests.markup import read


def topic(*path: str) -> int:
    return topics.ensure_path(list(path)).id


def set_topics(course: Course, chosen: list[int], seen: list[int]) -> None:
    covering.set_topics(course, chosen, seen=seen, by=cast.office(), at=now())


def place(exam: Exam, topic_id: int) -> None:
    """Put an item of this topic on both variants of the exam's paper."""
    item = make.item()
    item.topic_id = topic_id
    version = session.scalars(select(ItemVersion.id).where(ItemVersion.item_id == item.id)).one()
    part = Section(paper_id=exam.paper_id, position=9, title="一", kind=Kind.SINGLE, policy="S0@1")
    session.add(part)
    session.flush()
    for variant in session.scalars(select(Variant.id).where(Variant.paper_id == exam.paper_id)):
        told = {"section_id": part.id, "number": 9, "points": Decimal(2)}
        session.add(Slot(variant_id=variant, item_version_id=version, **told))
    session.flush()


def holes(exam: Exam) -> list[tuple[str, str]]:
    return [(one.course, one.short) for one in requirements.holes(exam.cohort_id)]


@pytest.mark.usefixtures("context")
def test_an_exam_counts_for_a_course_only_with_items_on_its_topics() -> None:
    course = make.course("村级治理")
    exam = make.exam(make.cohort(course), [course])
    law, village = topic("法律"), topic("法律", "村民委员会组织法")
    assert (holes(exam), asked_of([(course.id, exam.paper_id)])) == ([], {})
    set_topics(course, [law], seen=[])
    assert holes(exam) == [("村级治理", f"“{exam.title}”的试卷上没有这门课程知识点的题。")]
    place(exam, village)
    assert (holes(exam), asked_of([(course.id, exam.paper_id)])) == (
        [],
        {(course.id, exam.paper_id): 1},
    )


@pytest.mark.usefixtures("context")
def test_topics_of_a_course_are_set_anew_by_whoever_saw_them() -> None:
    course, first, second = make.course(), topic("甲"), topic("乙")
    set_topics(course, [first], seen=[])
    with pytest.raises(Conflict):
        set_topics(course, [second], seen=[])
    with pytest.raises(Missing):
        set_topics(course, [999], seen=[first])
    set_topics(course, [first, second], seen=[first])
    assert topics_of([course.id]) == {course.id: {first, second}}
    one, other = get_topic(first), get_topic(second)
    topics.merge(one, into=other, seen=one.version, by=cast.office(), at=now())
    assert topics_of([course.id]) == {course.id: {second}}
    set_topics(course, [], seen=[second])
    assert session.scalars(select(CourseTopic)).all() == []


def test_the_office_says_what_a_course_is_examined_on(app: Flask) -> None:
    with app.app_context(), db.transaction():
        course = make.course("村级治理")
        exam = make.exam(make.cohort(course, stage=CohortStage.APPROVED), [course])
        chosen, names = topic("法律", "村民委员会组织法"), (course.id, exam.id)
    office = cast.browser(app, cast.office)
    board = office.get("/sittings/coverage").text
    assert 'href="/sittings/topics"' in board
    assert "没有登记" in office.get("/sittings/topics").text
    page = office.get(f"/sittings/topics/{names[0]}").text
    assert ("村民委员会组织法" in page, read(page)[0]) == (True, [])
    data = {"topic": [str(chosen)]}
    assert office.post(f"/sittings/topics/{names[0]}", data=data).status_code == 303
    assert office.post(f"/sittings/topics/{names[0]}", data=data).status_code == 409
    shown = office.get("/sittings/topics?q=村级").text
    assert ("法律 › 村民委员会组织法" in shown, read(shown)[0]) == (True, [])
    board = office.get("/sittings/coverage").text
    assert "的试卷上没有这门课程知识点的题" in board
    assert (">没有考到<" in board, f'href="/sittings/topics/{names[0]}"' in board) == (True, True)
    assert "村级治理：0 题" in office.get(f"/sittings/exams/{names[1]}").text
    assert cast.browser(app, cast.organiser).get("/sittings/topics").status_code == 403
