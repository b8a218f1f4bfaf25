"""The pages of blueprints."""

from __future__ import annotations

from typing import Any

from flask import Flask

from lms.ground import db
from question_bank.blueprints.rules.patterns import PATTERNS
from tests import cast, make


def _grid(*columns: tuple[str, str, str]) -> dict[str, Any]:
    """One line of the grid: (kind, count, points) by column."""
    made: dict[str, Any] = {"lines-0-topic_id": "", "lines-0-bank_id": ""}
    for at, (kind, number, points) in enumerate(columns):
        made |= {
            f"columns-{at}-kind": kind, f"columns-{at}-points": points,
            f"columns-{at}-difficulty": "", f"columns-{at}-cognition": "",
            f"lines-0-cells-{at}": number,
        }  # fmt: skip
    return made


def test_a_refused_blueprint_keeps_what_was_typed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    form = {"title": "结业考试", "minutes": "60", **_grid(("single", "2", "0"))}
    answer = office.post("/blueprints/new", data=form)
    assert answer.status_code == 422
    assert "第1格：每题分值须大于0" in answer.text
    assert 'value="结业考试"' in answer.text
    nothing = office.post("/blueprints/new", data={"title": "空", "minutes": "60"})
    assert "至少要有一格" in nothing.text
    kindless = {"title": "无题型", "minutes": "60", **_grid(("", "2", "1"))}
    assert "第1列填了题数，但没有选题型" in office.post("/blueprints/new", data=kindless).text


def test_a_blueprint_is_changed_copied_and_a_stale_form_refused(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        address = f"/blueprints/{make.blueprint(('single', 2, '2')).id}"
    form = {"title": "改名", "minutes": "45", "version": "1", **_grid(("truth", "3", "1"))}
    assert office.post(address, data=form).status_code == 303
    assert office.post(address, data=form).status_code == 409
    assert "改名" in office.get(address).text
    copied = office.post(address + "/copy")
    assert "改名（副本）" in office.get(copied.location).text
    assert "改名" in office.get("/blueprints/?search=副本").text


def test_every_pattern_opens_as_a_filled_grid(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    for pattern in PATTERNS:
        page = office.get(f"/blueprints/new?pattern={pattern.code}").text
        assert f'value="{pattern.minutes}"' in page
        assert page.count('name="lines-0-cells-') == len(pattern.cells) + 1
