"""What is kept of an occasion, and who may read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lms.ground.access import Role
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.analysis.models import ItemStatistic, OptionStatistic, PaperAnalysis
from question_bank.analysis.queries import items as asked
from question_bank.analysis.queries import papers
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import ItemState
from tests import cast, make
from tests.question_bank.analysis import occasions

pytestmark = pytest.mark.usefixtures("context")


def made(found: PaperAnalysis | None) -> PaperAnalysis:
    assert found is not None
    return found


def count(entity: type) -> int:
    return session.scalar(select(func.count()).select_from(entity)) or 0


def test_figures_and_counts_are_kept() -> None:
    kept = made(occasions.recorded(occasions.items()))
    analysis = papers.get_analysis(kept.id, cast.office())
    assert (analysis.candidates, analysis.absent, analysis.by_place) == (24, 1, False)
    assert sum(analysis.bins) == 24
    first, second, third = papers.statistics(analysis, cast.office())
    assert (first.label, first.facility, first.full_points) == (
        "A卷第1题",
        Decimal("0.5"),
        Decimal(2),
    )
    assert (first.high, first.low, first.difference) == (1, 0, 1)
    assert (first.guess, first.intended_weight) == (Decimal("0.25"), Decimal("0.1538"))
    assert second.discrimination is not None and second.discrimination < 0
    assert second.effective_weight is None
    assert third.options == []
    assert [(one.letter, one.is_key, one.chosen, one.groups) for one in first.options] == [
        ("A", True, 12, [0.0, 0.5, 1.0]),
        ("B", False, 12, [1.0, 0.5, 0.0]),
        ("C", False, 0, [0.0, 0.0, 0.0]),
        ("D", False, 0, [0.0, 0.0, 0.0]),
    ]


def test_counting_anew_takes_the_place_of_the_former() -> None:
    own = occasions.items()
    occasions.recorded(own)
    occasions.recorded(own, candidates=30)
    assert [one.candidates for one in session.scalars(select(PaperAnalysis))] == [30]
    assert (count(ItemStatistic), count(OptionStatistic)) == (3, 4)


def test_where_nobody_came_nothing_is_kept() -> None:
    assert occasions.recorded(occasions.items(), candidates=0) is None
    assert count(PaperAnalysis) == 0


def test_a_writer_of_items_sees_their_own_alone() -> None:
    writer, other = cast.instructor(), make.account(Role.INSTRUCTOR)
    mine, *_rest = occasions.items(writer)
    theirs = occasions.items(other)
    kept = made(occasions.recorded([mine, *theirs[1:]]))
    seen = papers.get_analysis(kept.id, writer)
    assert [one.item_version.item_id for one in papers.statistics(seen, writer)] == [mine.id]
    assert len(papers.statistics(seen, cast.office())) == 3
    strange = papers.statistics(seen, other)[0]
    with pytest.raises(Missing):
        papers.get_statistic(kept.id, strange.id, writer)
    assert asked.item_history(theirs[1].id, writer).exposure == 0
    assert asked.item_history(mine.id, writer).exposure == 24


def test_a_stranger_to_the_paper_does_not_find_its_analysis() -> None:
    kept = made(occasions.recorded(occasions.items(cast.instructor())))
    stranger = make.account(Role.INSTRUCTOR)
    assert papers.analyses(stranger, page=None).total == 0
    with pytest.raises(Missing):
        papers.get_analysis(kept.id, stranger)


def test_of_a_handful_of_people_a_writer_sees_nothing() -> None:
    writer = cast.instructor()
    occasions.recorded(occasions.items(writer), candidates=4)
    assert papers.analyses(writer, page=None).total == 0
    assert papers.analyses(cast.office(), page=None).total == 1
    assert asked.weak_items(writer, page=None)[0].total == 0


def test_analyses_are_found_by_their_words() -> None:
    occasions.recorded(occasions.items())
    office = cast.office()
    assert papers.analyses(office, search="第七期", page=None).total == 1
    assert papers.analyses(office, search="第九期", page=None).total == 0
    assert papers.find_analysis("exam:1") is not None
    assert papers.find_analysis("exam:2") is None


def test_items_that_did_badly_are_listed_the_worst_first() -> None:
    good, against, essay = occasions.items()
    occasions.recorded([good, against, essay])
    page, counted = asked.weak_items(cast.office(), page=None)
    assert [one.version.item_id for one in page.rows] == [against.id, good.id]
    assert counted == {"区分度为负": 1, "干扰项无效": 1}
    narrowed, _counted = asked.weak_items(cast.office(), fault="干扰项无效", page=None)
    assert [one.version.item_id for one in narrowed.rows] == [good.id]
    (kept,) = papers.analyses(cast.office(), page=None).rows
    assert papers.fault_counts([kept.id], cast.office()) == {kept.id: 2}


def test_occasions_are_judged_together() -> None:
    own = occasions.items()
    occasions.recorded(own, candidates=12, key="exam:1")
    assert asked.weak_items(cast.office(), page=None)[0].total == 0
    occasions.recorded(own, candidates=12, key="exam:2")
    page, _counted = asked.weak_items(cast.office(), page=None)
    assert [one.record.candidates for one in page.rows] == [24, 24]


def test_an_item_that_was_rewritten_or_retired_is_off_the_list() -> None:
    good, against, essay = occasions.items()
    occasions.recorded([good, against, essay])
    rewrite(good)
    against.state, against.retired_at = ItemState.RETIRED, now()
    session.flush()
    assert asked.weak_items(cast.office(), page=None)[0].total == 0


def test_the_history_of_an_item_goes_by_version() -> None:
    own = occasions.items()
    occasions.recorded(own, key="exam:1")
    rewrite(own[0])
    occasions.recorded(own, candidates=30, key="exam:2")
    history = asked.item_history(own[0].id, cast.office())
    told = [
        (one.version.number, [each.candidates for each in one.statistics])
        for one in history.versions
    ]
    assert told == [(2, [30]), (1, [24])]
    assert history.exposure == 54


def test_papers_without_results_are_told_to_the_office_alone() -> None:
    writer = cast.instructor()
    paper = make.paper(("single", 1, "2"))
    item = session.scalars(select(Item).join(ItemVersion).order_by(Item.id)).first()
    assert item is not None
    for one in session.scalars(select(Item)):
        one.owner_id = writer.id
    session.flush()
    waiting = [
        [one.id for one in asked.item_history(item.id, account).waiting]
        for item in session.scalars(select(Item))
        for account in (cast.office(), writer)
    ]
    assert waiting.count([paper.id]) >= 1
    assert waiting[1::2] == [[]] * (len(waiting) // 2)


def rewrite(item: Item) -> None:
    """Give the item a second version."""
    item.latest, item.version = 2, item.version + 1
    session.add(
        ItemVersion(
            item_id=item.id,
            number=2,
            stem="改过的题干",
            content_hash=f"rewritten{item.id}",
            written_by="系统",
            written_at=now(),
        )
    )
    session.flush()
