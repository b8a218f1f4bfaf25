"""The desk: what waits for whom, and that search finds only what one may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from courses.cohorts.rules import CohortStage
from lms.desk import queries
from lms.exams.marking import actions as marking
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall


@pytest.mark.usefixtures("context")
def test_each_task_is_counted_for_those_who_can_do_it() -> None:
    make.cohort(stage=CohortStage.PLANNED)
    at = now()
    told = [(one.sentence, one.count) for one in queries.tasks(cast.organiser(), now=at)]
    assert told == [("个班次等待批准", 1)]
    assert [one.sentence for one in queries.tasks(cast.marker(), now=at)] == []


@pytest.mark.usefixtures("context")
def test_markers_are_told_of_what_nobody_has_marked_yet() -> None:
    held = hall.hold(hall.cohort(), {make.person("甲"): hall.ALL_RIGHT})
    marking.collect(held.exam, by=cast.office(), at=now())
    told = queries.tasks(cast.marker(), now=now())
    assert [(one.sentence, one.count) for one in told] == [("份作答等待评阅", 2)]
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    assert queries.tasks(cast.marker(), now=now()) == []


@pytest.mark.usefixtures("context")
def test_unread_notices_are_counted_until_they_are_read() -> None:
    learner = cast.learner()
    person = get_person_of(learner)
    make.notice(person, "开班通知")
    make.notice(person, "旧通知", read_at=now())
    assert [one.subject for one in queries.unread(learner)] == ["开班通知"]
    assert [(one.sentence, one.count) for one in queries.tasks(learner, now=now())] == [
        ("条通知未读", 1)
    ]


@pytest.mark.usefixtures("context")
def test_lessons_of_today_are_ones_own_unless_one_plans() -> None:
    learner, other = cast.learner(), cast.other_learner()
    cohort = make.cohort()
    make.enrolment(cohort, get_person_of(learner))
    lesson = make.lesson(cohort)
    at = lesson.starts_at - timedelta(minutes=5)
    assert [one.id for one in queries.lessons_today(learner, now=at)] == [lesson.id]
    assert queries.lessons_today(other, now=at) == []
    assert [one.id for one in queries.lessons_today(cast.office(), now=at)] == [lesson.id]
    assert queries.lessons_today(learner, now=at + timedelta(days=1)) == []


@pytest.mark.usefixtures("context")
def test_search_finds_what_one_may_see() -> None:
    office, unit_admin, learner = cast.office(), cast.unit_admin(), cast.learner()
    cast.other_learner()
    make.cohort(title="知行学堂第九期")
    assert [hit.label for hit in queries.find(office, "学")][:1] == ["知行学堂第九期"]
    assert {hit.label for hit in queries.find(unit_admin, "王学")} == {"王学"}
    assert queries.find(unit_admin, "赵同") == []
    assert queries.find(learner, "赵同") == []
    assert queries.find(learner, "知行") == []
    assert queries.find(office, "  ") == []
    assert queries.find(office, "%") == []


@pytest.mark.parametrize("member", cast.EVERYBODY.values(), ids=lambda member: member.__name__)
def test_the_front_door_opens_for_everybody(app: Flask, member: Callable[[], Account]) -> None:
    client = cast.browser(app, member)
    assert client.get("/").status_code == 200
    assert client.get("/search?q=学").status_code == 200


def test_health_is_told_to_everybody(app: Flask) -> None:
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
