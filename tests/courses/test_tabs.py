"""The pages of a cohort: each in one group, the same over every one of them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import pytest
from flask import Flask

from lms.ground.access import Role
from lms.ground.web.tabs import FLAT, OF_A_COHORT, Who
from tests import cast
from tests.courses.school import School, school  # noqa: F401

NAV = re.compile(r'<nav class="tabs.*?</nav>', re.DOTALL)
LIST = re.compile(r"<details.*?</details>", re.DOTALL)
ROW = re.compile(r'<ul class="tabs-row tabs-wide">.*?</ul>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"')
HERE = re.compile(r'<a href="([^"]+)" aria-current="page">')
BELOW = {"editions", "suggestions", "series", "results"}
"""Rooms whose pages of a cohort belong to another page of it, and are reached from there."""


def _nav(app: Flask, role: Role, address: str) -> str:
    page = cast.browser(app, cast.EVERYBODY[role]).get(address.replace("&amp;", "&"))
    assert page.status_code == 200, address
    (found,) = NAV.findall(page.text)
    return str(found)


def _lists(nav: str) -> list[list[str]]:
    return [LINK.findall(one) for one in LIST.findall(nav)]


def test_every_tab_stands_in_one_group_under_a_word(app: Flask) -> None:
    tabs = [
        (tab.endpoint, who) for group in OF_A_COHORT for tab in group.tabs for who in _seen(tab.who)
    ]
    assert [tab for tab, times in Counter(tabs).items() if times > 1] == []
    assert {endpoint for endpoint, _ in tabs} - set(app.view_functions) == set()
    assert [group for group in OF_A_COHORT if not group.label or not group.tabs] == []


def _seen(who: Who) -> tuple[Who, ...]:
    return (Who.IN_CHARGE, Who.OTHERS) if who is Who.ANYBODY else (who,)


def test_every_room_that_has_a_page_of_a_cohort_has_a_tab(app: Flask) -> None:
    tabs = {tab.endpoint.partition(".")[0] for group in OF_A_COHORT for tab in group.tabs}
    rooms = {
        rule.endpoint.partition(".")[0]
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.arguments == {"cohort_id"}
    }
    assert rooms - tabs == BELOW


@pytest.mark.parametrize(
    ("role", "grouped"),
    [
        (Role.OFFICE, True),
        (Role.ORGANISER, True),
        (Role.ADVISER, True),
        (Role.INSTRUCTOR, True),
        (Role.LEARNER, False),
    ],
)
def test_every_page_shows_the_same_tabs_and_where_one_is(
    app: Flask,
    school: School,  # noqa: F811
    role: Role,
    grouped: bool,
) -> None:
    first = f"/cohorts/{school.cohort}"
    lists = _lists(_nav(app, role, first))
    shown = list(chain.from_iterable(lists))
    assert first in shown
    assert len(shown) == len(set(shown))
    assert (len(shown) > FLAT, len(lists) > 1) == (grouped, grouped)
    for address in (one for one in shown if "mine" not in one and one != "/reflections/"):
        nav = _nav(app, role, address)
        assert _lists(nav) == lists
        (row,) = ROW.findall(nav)
        assert LINK.findall(row) in lists
        assert HERE.findall(row) == [address]
        assert HERE.findall(nav) == [address, address]  # in the row, and in the narrow list
