"""The pages of assembling, and a worker that assembles."""

from __future__ import annotations

from typing import Any

from flask import Flask

from lms.ground import db
from lms.ground.jobs.worker import run_pending
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


def test_a_blueprint_is_drawn_supplied_assembled_and_sealed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有试卷" in office.get("/papers/").text
    assert "还没有双向细目表" in office.get("/blueprints/").text
    assert office.get("/blueprints/new").status_code == 200
    form = {"title": "结业考试", "minutes": "60", **_grid(("single", "2", "2"), ("truth", "", ""))}
    drawn = office.post("/blueprints/new", data=form)
    assert drawn.status_code == 303, drawn.text
    assert (
        "缺 2 道 单选题：需要 2 道，可用 0 道。" in office.get("/assemblies" + drawn.location).text
    )
    refused = office.post("/assemblies" + drawn.location, data={"title": "", "seed": ""})
    assert (refused.status_code, "缺 2 道 单选题" in refused.text) == (422, True)
    with app.app_context(), db.transaction():
        for _each in range(3):
            make.item()
    assert "题库能够供给，可以组卷" in office.get("/assemblies" + drawn.location).text
    asked = office.post("/assemblies" + drawn.location, data={"title": "", "seed": "7"})
    again = office.post("/assemblies" + drawn.location, data={"title": "", "seed": "7"})
    assert (asked.status_code, again.location) == (303, asked.location)
    assert "排队中" in office.get(asked.location).text
    run_pending(app)
    made = office.get(asked.location + "/progress").headers["HX-Redirect"]
    page = office.get(made).text
    assert "一、单项选择题（本大题共2小题，每小题2分，共4分）" in page
    assert "第1套" in page
    assert office.get(made + "?variant=B").status_code == 200
    assert office.post(made + "/seal").status_code == 303
    assert office.post(made + "/seal").status_code == 422
    assert "已封存" in office.get("/papers/").text
    assert (
        "A卷第1题"
        in office.get("/papers/items/1/uses").text
        + office.get("/papers/items/2/uses").text
        + office.get("/papers/items/3/uses").text
    )


def test_parallel_papers_come_from_one_order(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        for _each in range(6):
            make.item()
        address = f"/blueprints/{make.blueprint(('single', 2, '2'), title='平行').id}"
    ask = {"title": "卷", "seed": "3", "papers": "3", "variants": "1"}
    asked = office.post("/assemblies" + address, data=ask)
    run_pending(app)
    page = office.get(asked.location).text
    assert [f"卷（第{number}套）" in page for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_what_a_solver_finds_in_the_way_is_told_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        pair = [make.item().id, make.item().id]
        address = f"/blueprints/{make.blueprint(('single', 2, '2')).id}"
    foes = {"items": f"第{pair[0]}号、{pair[1]}", "reason": "同一考点"}
    assert office.post("/enemies/", data=foes).status_code == 303
    assert "同一考点" in office.get("/enemies/").text
    asked = office.post("/assemblies" + address, data={"seed": "1"})
    run_pending(app)
    page = office.get(asked.location).text
    assert (
        "题间互斥：互斥组1“同一考点”中的试题一卷只能用一道，不够组卷；请补充同类试题，或解除互斥。"
        in page
    )
    assert office.post("/enemies/1/reconcile").status_code == 303
    once_more = office.post("/assemblies" + address, data={"seed": "1"})
    run_pending(app)
    assert office.get(once_more.location + "/progress").status_code == 204


def test_supply_is_told_while_the_grid_is_typed(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.item()
    typed = {"title": "", "minutes": "", **_grid(("single", "3", ""), ("", "1", ""))}
    told = office.get("/assemblies/supply", query_string=typed).json
    assert told == {
        "available": {"0-0": 1},
        "short": ["0-0"],
        "sentences": ["缺 2 道 单选题：需要 3 道，可用 1 道。"],
        "minutes": 2,
    }
    assert 'data-supply-url="/assemblies/supply"' in office.get("/blueprints/new").text


def test_a_papers_page_asks_for_the_rate_to_be_expected(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        paper_id = make.paper(("single", 1, "2")).id
    address = f"/assemblies/papers/{paper_id}/A/rate"
    assert address in office.get(f"/papers/{paper_id}").text
    assert office.get(address).text.strip() == "0.65"
    assert office.get(f"/assemblies/papers/{paper_id}/Z/rate").status_code == 404


def test_what_was_asked_for_earlier_is_listed_with_what_came_of_it(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有组过卷" in office.get("/assemblies/").text
    with app.app_context(), db.transaction():
        pair = [make.item().id, make.item().id]
        first = make.blueprint(("single", 1, "2"), title="期中").id
        second = make.blueprint(("single", 2, "2"), title="期末").id
    office.post("/enemies/", data={"items": f"{pair[0]}、{pair[1]}", "reason": "同一考点"})
    office.post(f"/assemblies/blueprints/{first}", data={"seed": "1", "title": "甲卷"})
    office.post(f"/assemblies/blueprints/{second}", data={"seed": "1"})
    run_pending(app)
    page = office.get("/assemblies/").text
    assert [word in page for word in ("甲卷", "期中", "期末", "李教务", "组不成", "题间互斥")] == [
        True
    ] * 6
    assert "期末" not in office.get("/assemblies/?search=甲卷").text
    assert "没有找到这样的组卷" in office.get("/assemblies/?search=没有").text
    own = office.get(f"/assemblies/?blueprint={first}").text
    assert ("甲卷" in own, "题间互斥" in own) == (True, False)
    for address in ("/papers/", "/blueprints/", f"/assemblies/blueprints/{first}"):
        assert "组卷记录" in office.get(address).text
