"""The pages of analyses."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, render_template
from openpyxl import load_workbook
from sqlalchemy import select

from lms.ground import db
from lms.ground.db import session
from lms.ground.jobs import worker
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import JobState
from question_bank.analysis import documents
from question_bank.analysis.queries import papers
from question_bank.analysis.queries.scope import limits
from tests import cast
from tests.markup import read
from tests.question_bank.analysis import occasions


@pytest.fixture
def recorded(app: Flask) -> tuple[int, list[int], list[int]]:
    """An analysis: its id, those of its statistics, those of its items (the instructor's)."""
    with app.app_context(), db.transaction():
        own = occasions.items(cast.instructor())
        analysis = occasions.recorded(own)
        assert analysis is not None
        return analysis.id, [one.id for one in analysis.items], [one.id for one in own]


def test_without_an_analysis_the_list_says_what_to_do(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "考试的成绩公布以后" in office.get("/analysis/").text
    assert "没有要改进的试题" in office.get("/analysis/weak").text
    assert office.get("/analysis/7").status_code == 404


@pytest.mark.parametrize("who", [cast.office, cast.instructor])
def test_every_page_is_clean(
    app: Flask, recorded: tuple[int, list[int], list[int]], who: object
) -> None:
    analysis, statistics, items = recorded
    client = cast.browser(app, who)  # type: ignore[arg-type]
    addresses = [
        "/analysis/",
        "/analysis/?q=没有",
        "/analysis/weak",
        f"/analysis/{analysis}",
        *(f"/analysis/{analysis}/items/{one}" for one in statistics),
        *(f"/analysis/items/{one}" for one in items),
    ]
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, read(answer.text)[0]) == (200, []), address


def test_the_table_of_items_can_be_sorted(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    analysis, _statistics, _items = recorded
    office = cast.browser(app, cast.office)

    def order(sort: str) -> list[str]:
        page = office.get(f"/analysis/{analysis}?sort={sort}").text
        table = page[page.index('id="items"') :]
        return sorted(occasions.LABELS, key=table.index)

    first, second, third = occasions.LABELS
    assert order("place") == [first, second, third]
    assert order("discrimination")[0] == second
    assert order("-discrimination")[-1] == second
    assert order("nonsense") == [first, second, third]


def test_what_a_page_shows_as_a_picture_it_says_in_words(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    analysis, statistics, _items = recorded
    office = cast.browser(app, cast.office)
    page = office.get(f"/analysis/{analysis}").text
    assert '<title id="bins-t">分数分布</title>' in page
    assert "共 3 道题。" in page
    curve = office.get(f"/analysis/{analysis}/items/{statistics[0]}").text
    assert "从低分组到高分组，各选项被选的比例：A（标准答案）、B、C、D。" in curve


def test_another_page_can_ask_for_the_history_alone(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    _analysis, _statistics, items = recorded
    office = cast.browser(app, cast.office)
    part = office.get(f"/analysis/items/{items[0]}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="history">')
    assert "合计 24 人做过" in part
    assert "<html" in office.get(f"/analysis/items/{items[0]}").text


def test_the_workbook_holds_every_figure(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    answer = cast.browser(app, cast.office).get(f"/analysis/{recorded[0]}/report.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["总体指标", "分数分布", "试题指标", "选项分析"]
    items = list(book["试题指标"].iter_rows(values_only=True))
    assert [row[0] for row in items[1:]] == list(occasions.LABELS)
    assert items[1][5] == 0.5
    options = list(book["选项分析"].iter_rows(values_only=True))
    assert [row[2:9] for row in options[1:3]] == [
        ("A", "是", 12, "50.0%", "0.0%", "50.0%", "100.0%"),
        ("B", None, 12, "50.0%", "100.0%", "50.0%", "0.0%"),
    ]


def test_the_report_tells_all_with_its_plots(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    with app.app_context():
        office = cast.office()
        analysis = papers.get_analysis(recorded[0], office)
        statistics = papers.statistics(analysis, office)
        values = documents.report_values(analysis, statistics, limits())
        html = render_template(
            "analysis/print_report.html", **values, title="试卷分析报告", sans="serif"
        )
    assert html.count("<svg") == 3
    assert "A卷第2题" in html and "区分度为负" in html


def test_the_report_is_made_by_a_worker(
    app: Flask, recorded: tuple[int, list[int], list[int]]
) -> None:
    office = cast.browser(app, cast.office)
    answer = office.post(f"/analysis/{recorded[0]}/report")
    assert answer.status_code == 303
    worker.run_pending(app)
    with app.app_context():
        job = session.scalars(select(Job)).one()
        assert job.state == JobState.DONE
    assert office.get(f"{answer.location}/result", buffered=True).data.startswith(b"%PDF")
