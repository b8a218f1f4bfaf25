"""The menu: folded for those who may do much, short for the others, and never at a loss where it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.web.menu import MENU
from tests import cast

GROUP = re.compile(r'<details data-group="(\w+)"( open)?>')
CURRENT = re.compile(r'href="([^"]+)" aria-current="(\w+)"')


def _groups(app: Flask, address: str, cookie: str = "") -> list[tuple[str, bool]]:
    client = cast.browser(app, cast.office)
    client.set_cookie("menu", cookie)
    page = client.get(address, follow_redirects=True).text
    return [(code, bool(is_open)) for code, is_open in GROUP.findall(page)]


def _open(app: Flask, address: str, cookie: str = "") -> list[str]:
    return [code for code, is_open in _groups(app, address, cookie) if is_open]


def test_the_group_of_the_open_page_stands_open(app: Flask) -> None:
    assert _groups(app, "/venues/") == [
        ("desk", False), ("plan", False), ("staff", True), ("bank", False),
        ("exam", False), ("file", False), ("system", False),
    ]  # fmt: skip


def test_what_was_opened_stays_open_and_nonsense_opens_nothing(app: Flask) -> None:
    assert _open(app, "/venues/", "bank.system") == ["staff", "bank", "system"]
    assert _open(app, "/venues/", "..<b>.nowhere") == ["staff"]


def test_a_page_below_a_list_belongs_to_its_entry(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    assert CURRENT.findall(client.get("/venues/").text) == [("/venues/", "page")]
    assert CURRENT.findall(client.get("/venues/new").text) == [("/venues/", "true")]
    assert CURRENT.findall(client.get("/calendars/").text) == [("/timetable/", "true")]
    assert CURRENT.findall(client.get("/search").text) == [("/", "true")]


@pytest.mark.parametrize(
    "member", [cast.learner, cast.marker, cast.invigilator, cast.unit_admin, cast.auditor]
)
def test_people_with_few_rights_see_a_short_list(app: Flask, member: Callable[[], Account]) -> None:
    page = cast.browser(app, member).get("/notices/").text
    assert GROUP.findall(page) == []
    assert 3 < page.count('class="nav-link"') <= 14


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ADVISER, Role.INSTRUCTOR, Role.ORGANISER])
def test_people_with_many_rights_see_groups(app: Flask, role: Role) -> None:
    page = cast.browser(app, cast.EVERYBODY[role]).get("/notices/").text
    assert len(GROUP.findall(page)) >= 4


def test_every_room_is_reached_from_an_entry(app: Flask) -> None:
    open_to_people = {
        name.partition(".")[0]
        for name, view in app.view_functions.items()
        if getattr(view, "access", "public") != "public"
    }
    rooms = {room for room in open_to_people if not room.endswith("_api")}
    entries = [entry for group in MENU for entry in group.entries]
    assert {room for room in rooms if not any(one.leads_to(room) for one in entries)} == set()
