"""The lists of the courses: what is searched is what is exported, and nothing found says so."""

from __future__ import annotations

import pytest
from flask import Flask

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.venues.models import Venue
from lms.ground import db
from lms.ground.db import session
from lms.ground.sheets.reading import read
from tests import cast, make
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811

LISTS = [
    ("/cohorts/", "/cohorts/cohorts.xlsx", "班次"),
    ("/catalogue/", "/catalogue/courses.xlsx", "课程"),
    ("/venues/", "/venues/venues.xlsx", "场地"),
    ("/faculty/", "/faculty/pool.xlsx", "姓名"),
]


def _titles(app: Flask, address: str, heading: str) -> list[str]:
    answer = cast.browser(app, cast.office).get(address)
    assert answer.status_code == 200
    (table,) = read(answer.data)
    header = next(row for row in table.rows if heading in row.cells)
    column = header.cells.index(heading)
    return [row.text(column) for row in table.rows if row.number > header.number]


def _known(app: Flask, page: str) -> list[str]:
    with app.app_context():
        if page == "/faculty/":
            return [cast.instructor().name]
        column = {"/cohorts/": Cohort.title, "/catalogue/": Course.title, "/venues/": Venue.name}
        return list(session.scalars(db.session.query(column[page]).statement))


@pytest.mark.parametrize(("page", "file", "heading"), LISTS, ids=[one[0] for one in LISTS])
def test_what_is_listed_is_exported_and_what_is_not_found_says_so(
    app: Flask, school: School, page: str, file: str, heading: str
) -> None:
    office = cast.browser(app, cast.office)
    assert sorted(_titles(app, file, heading)) == sorted(_known(app, page))
    assert f'href="{file}' in office.get(page).text
    nothing = office.get(f"{page}?search=没有这样的").text
    assert 'class="empty-title"' in nothing
    assert _titles(app, f"{file}?search=没有这样的", heading) == []


def test_a_file_of_cohorts_is_narrowed_like_the_page(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        make.cohort(number=11)
    assert _titles(app, "/cohorts/cohorts.xlsx?stage=planned", "班次") == ["知行学堂第11期"]
