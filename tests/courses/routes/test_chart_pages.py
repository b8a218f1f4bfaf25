"""The tile map on the pages of routes and trips: only where it is set up, from one host alone."""

from __future__ import annotations

import io
import re

from flask import Flask
from PIL import Image
from playwright.sync_api import Route as Request
from playwright.sync_api import expect

from courses.routes import actions
from courses.routes.rules import RouteDraft, StopDraft
from courses.venues.rules import Datum, VenueKind
from lms.ground import db
from lms.ground.clock import now
from tests import cast, make
from tests.courses.routes.test_charts import TOLD
from tests.courses.trips.outing import outing, planned
from tests.live import chromium, serving, window

POINT = {"longitude": "104.9", "latitude": "23.1", "datum": Datum.CGCS2000}


def _route(**told: str) -> int:
    """A route with a point, one on another datum and one without; the service as it is told."""
    for code, text in told.items():
        make.norm(code.replace("_", ".", 1), text)
    base = make.venue("放马哨", kind=VenueKind.BASE, **POINT)
    shifted = make.venue("老山", kind=VenueKind.BASE, **POINT | {"datum": Datum.GCJ02})
    stops = (
        StopDraft("放马哨", 40, 30, "宣誓", base.id),
        StopDraft("老山", 40, 30, "讲解", shifted.id),
        StopDraft("天才路", 50, 10),
    )
    return actions.draw(RouteDraft("强边固防路线", "", stops), by=cast.office(), at=now()).id


def _told() -> dict[str, str]:
    return {code.replace(".", "_", 1): text for code, text in TOLD.items()}


def _images(policy: str) -> str:
    found = re.search(r"img-src ([^;]*);", policy)
    assert found
    return found[1]


def test_without_a_service_there_is_the_drawing_and_no_host_is_open(app: Flask) -> None:
    with app.app_context(), db.transaction():
        route_id = _route()
    answer = cast.browser(app, cast.office).get(f"/routes/{route_id}")
    assert ("线路示意图" in answer.text, 'id="chart"' in answer.text) == (True, False)
    assert "没有设置地图服务" in answer.text
    assert _images(answer.headers["Content-Security-Policy"]) == "'self' data:"
    assert (
        "没有设置地图服务" not in cast.browser(app, cast.instructor).get(answer.request.path).text
    )


def test_with_a_service_its_host_is_open_on_this_page_alone(app: Flask) -> None:
    with app.app_context(), db.transaction():
        route_id = _route(**_told())
    client = cast.browser(app, cast.office)
    answer = client.get(f"/routes/{route_id}")
    opened = "'self' data: https://t0.tiles.example"
    assert _images(answer.headers["Content-Security-Policy"]) == opened
    assert "审图号：GS（2023）336号" in answer.text
    assert "点位“老山”的坐标和地图不是一个坐标系" in answer.text
    assert "点位“天才路”没有登记坐标" in answer.text
    assert _images(client.get("/routes/").headers["Content-Security-Policy"]) == "'self' data:"


def test_a_service_without_a_number_of_approval_is_not_shown(app: Flask) -> None:
    with app.app_context(), db.transaction():
        route_id = _route(**_told() | {"map_approval_number": "无"})
    answer = cast.browser(app, cast.office).get(f"/routes/{route_id}")
    assert 'id="chart"' not in answer.text
    assert "没有审图号的地图不能使用" in answer.text
    assert _images(answer.headers["Content-Security-Policy"]) == "'self' data:"


def test_a_trip_shows_the_map_of_its_stops(app: Flask) -> None:
    with app.app_context(), db.transaction():
        for code, text in TOLD.items():
            make.norm(code, text)
        of = outing()
        of.base.longitude, of.base.latitude, of.base.datum = "104.9", "23.1", Datum.CGCS2000
        trip_id = planned(of).id
    answer = cast.browser(app, cast.office).get(f"/trips/{trip_id}")
    assert 'id="chart"' in answer.text
    assert "https://t0.tiles.example" in answer.headers["Content-Security-Policy"]


def test_the_map_draws_its_marks_and_the_page_works_when_tiles_fail(app: Flask) -> None:
    with app.app_context(), db.transaction():
        route_id = _route(**_told())
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#dde").save(picture, "PNG")
    asked: list[str] = []

    def answer(request: Request) -> None:
        asked.append(request.request.url)
        request.fulfill(body=picture.getvalue(), content_type="image/png")

    with serving(app) as address, chromium() as browser:
        context = window(app, address, browser, cast.office, width=390)
        page = context.new_page()
        page.route("https://t0.tiles.example/**", answer)
        page.goto(f"{address}/routes/{route_id}")
        assert asked == []
        page.get_by_text("在地图上看").click()
        expect(page.locator(".chart-mark")).to_have_text("1")
        expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()
        expect(page.locator(".leaflet-control-attribution")).to_have_text(
            "审图号：GS（2023）336号 某地图"
        )
        assert asked[0].endswith("?tk=k")
        expect(page.locator("[data-failed]")).to_be_hidden()
        broken = context.new_page()
        broken.route("https://t0.tiles.example/**", lambda request: request.abort())
        broken.goto(f"{address}/routes/{route_id}")
        broken.get_by_text("在地图上看").click()
        expect(broken.get_by_text("地图图片没有取到，请看示意图")).to_be_visible()
        expect(broken.locator(".chart-mark")).to_have_text("1")
        expect(broken.get_by_role("img", name="线路示意图")).to_be_visible()
        browser.close()
