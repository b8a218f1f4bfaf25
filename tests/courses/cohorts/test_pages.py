"""The page of a cohort says what comes next, and what a step still lacks."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from courses.cohorts.rules import CohortStage
from lms.ground import db
from lms.ground.access import Role
from tests import cast, make

CARD = re.compile(r"接下来</h2>.*?(?=<div class=\"datagrid\">)", re.DOTALL)
CHORES = {
    CohortStage.PLANNED: ["安排教学计划", "填写办班审批表"],
    CohortStage.APPROVED: ["分配名额", "发开班通知"],
    CohortStage.OPEN: ["导入名册", "添加学员", "排课、发布课程表", "邀请教师"],
    CohortStage.RUNNING: ["考勤", "安排考试", "鉴定", "结班检查"],
}


def _next(app: Flask, role: Role, stage: CohortStage) -> str:
    client = cast.browser(app, cast.EVERYBODY[role])
    with app.app_context(), db.transaction():
        cohort_id = make.cohort(stage=stage).id
    found = CARD.search(client.get(f"/cohorts/{cohort_id}").text)
    return found.group() if found else ""


@pytest.mark.parametrize("stage", CHORES)
def test_the_office_is_led_to_what_comes_next(app: Flask, stage: CohortStage) -> None:
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', _next(app, Role.OFFICE, stage))
    assert [label for _, label in links] == CHORES[stage]
    client = cast.browser(app, cast.office)
    assert {client.get(address).status_code for address, _ in links} == {200}


def test_what_a_step_lacks_is_said_before_it_is_refused(app: Flask) -> None:
    told = _next(app, Role.ORGANISER, CohortStage.PLANNED)
    assert re.findall(r"<li>(.*?)</li>", told) == ["教学计划里还没有课程，请先安排课程再报批。"]
    assert _next(app, Role.OFFICE, CohortStage.OPEN).count("请先") == 2


def test_a_unit_is_led_to_naming_its_people_while_it_may(app: Flask) -> None:
    told = _next(app, Role.UNIT_ADMIN, CohortStage.OPEN)
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', told)
    assert [label for _, label in links] == ["添加学员"]
    assert cast.browser(app, cast.unit_admin).get(links[0][0]).status_code == 200
    assert "请先" not in told  # what the office lacks is no concern of theirs


@pytest.mark.parametrize("role", [Role.ADVISER, Role.INSTRUCTOR])
def test_whoever_decides_nothing_is_told_nothing(app: Flask, role: Role) -> None:
    assert _next(app, role, CohortStage.RUNNING) == ""
