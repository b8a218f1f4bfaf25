"""An instructor without an account opens the link on a phone and answers, with script or without."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import expect

from courses.invitations import actions, queries
from courses.invitations.rules import Answer
from courses.timetable.queries.lessons import get_lesson
from lms.ground import db
from lms.ground.clock import now
from tests import cast, make
from tests.live import chromium, serving


def _invitation() -> tuple[int, str]:
    course = make.course("茶叶栽培")
    lesson = make.lesson(
        make.cohort(course), course, day=date(2030, 1, 7), instructor=make.instructor("林茶")
    )
    db.session.flush()
    db.session.expire(lesson)
    made = actions.invite(lesson=get_lesson(lesson.id, cast.office()), by=cast.office(), at=now())
    return made.id, f"/invitations/answer/{actions.token_of(made)}"


@pytest.mark.parametrize("script", [True, False])
def test_a_stranger_declines_with_a_reason_or_accepts(
    app: Flask, monkeypatch: pytest.MonkeyPatch, script: bool
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with app.app_context(), db.transaction():
        number, link = _invitation()
    with serving(app) as address, chromium() as browser:
        page = browser.new_context(
            java_script_enabled=script, viewport={"width": 390, "height": 844}
        ).new_page()
        page.goto(f"{address}{link}")
        expect(page.get_by_text("林茶老师，您好！")).to_be_visible()
        expect(page.locator(".menu, .whoami")).to_have_count(0)
        page.get_by_role("button", name="谢绝").click()
        expect(page.get_by_text("请写一句不能来的原因，方便学校另作安排。")).to_be_visible()
        if script:
            page.get_by_role("button", name="接受").click()
            expect(page.get_by_text("您已接受，谢谢。")).to_be_visible()
        else:
            page.get_by_label("不能来的原因").fill("当天出差")
            page.get_by_role("button", name="谢绝").click()
            expect(page.get_by_role("button", name="接受")).to_have_count(0)
        page.reload()
        expect(page.get_by_role("button")).to_have_count(0)
        browser.close()
    with app.app_context():
        answered = queries.get_invitation(number)
        told = (answered.answer, answered.note)
    assert told == ((Answer.ACCEPTED, "") if script else (Answer.DECLINED, "当天出差"))
