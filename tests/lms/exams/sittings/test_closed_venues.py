"""A venue closed although a sitting is booked there: its pages say so, and the sitting moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from courses.venues import actions as venues
from courses.venues.models import Booking, Venue
from lms.exams.sittings.actions import arranging
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries import sittings
from lms.exams.sittings.rules import SittingDraft
from lms.ground import db
from lms.ground.clock import local, now
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.counting import statements
from tests.lms.exams.sittings.hall import School, make_school
from tests.markup import read

__all__ = ["make_school"]

OPENS = now() + timedelta(days=2)
SPAN = Span(OPENS, OPENS + timedelta(hours=2))


def arrange(school: School, *, venue: str = "一号考场", at: int = 0) -> Sitting:
    """A sitting with sheets at a venue, so many days after the first."""
    office = cast.office()
    exam = make.exam(session.get_one(make.Cohort, school.cohort))
    exam.paper_id = school.paper
    session.flush()
    draft = SittingDraft(
        SPAN.start + timedelta(days=at),
        SPAN.end + timedelta(days=at),
        60,
        make.venue(venue).id,
        (cast.invigilator().id,),
    )
    made = arranging.create_sitting(exam=exam, draft=draft, by=office, at=now())
    sitting = sittings.get_sitting(made.id, office)
    arranging.prepare(sitting=sitting, by=office, at=now())
    return sitting


def _block(venue: Venue, span: Span = SPAN) -> None:
    venues.block(venue, span, reason="检修", by=cast.office(), at=now())


def _close(venue: Venue) -> None:
    venue.closed_on = local(OPENS).date()


def _nothing(_venue: Venue) -> None:
    """The venue stays as it is."""


def _block_after(venue: Venue) -> None:
    _block(venue, Span(SPAN.end, SPAN.end + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("change", "told"),
    [(_nothing, ""), (_block_after, ""), (_block, "停用：检修。"), (_close, "起停用。")],
)
def test_a_sitting_knows_that_its_venue_cannot_be_had(
    app: Flask, school: School, change: Callable[[Venue], None], told: str
) -> None:
    with app.app_context():
        sitting = arrange(school)
        assert sitting.venue is not None
        change(sitting.venue)
        session.flush()
        found = sittings.out_of_use([sitting], at=now())
        assert list(found) == ([sitting.id] if told else [])
        assert found.get(sitting.id, "").endswith(told)
        assert sittings.out_of_use([sitting], at=SPAN.end) == {}


def test_its_pages_say_so_and_offer_another_venue(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        sitting = arrange(school)
        number, exam, other = sitting.id, sitting.exam_id, make.venue("二号考场").id
        small = make.venue("小间", capacity=1).id
    office, watcher = cast.browser(app, cast.office), cast.browser(app, cast.invigilator)
    pages = [f"/sittings/{number}", f"/sittings/exams/{exam}", "/sittings/"]
    marks = ["考场在这段时间不能用", "考场不能用", "考场不能用"]
    assert [mark in office.get(one).text for one, mark in zip(pages, marks, strict=True)] == [
        False, False, False,
    ]  # fmt: skip
    with app.app_context(), db.transaction():
        _block(session.scalars(select(Venue).where(Venue.name == "一号考场")).one())
    shown = [office.get(one).text for one in pages]
    assert [mark in one for one, mark in zip(shown, marks, strict=True)] == [True, True, True]
    assert "停用：检修" in shown[0] and read(shown[0])[0] == []
    assert "请与教务联系，换一个考场" in watcher.get(pages[0]).text
    crowded = office.post(f"{pages[0]}/venue", data={"venue": small})
    assert crowded.status_code == 422 and "考场不能用" in office.get("/sittings/").text
    assert watcher.post(f"{pages[0]}/venue", data={"venue": other}).status_code == 403
    assert office.post(f"{pages[0]}/venue", data={"venue": other}).status_code == 303
    assert "不能用" not in office.get(pages[0]).text
    with app.app_context():
        held = select(Booking.venue_id).where(
            Booking.holder_kind == "sitting", Booking.venue_id.is_not(None)
        )
        assert session.scalars(held).all() == [other]
        told = session.scalars(select(Notice.body).where(Notice.subject == "考场变更")).all()
        assert len(told) == 2 and all("二号考场" in one for one in told)


def test_the_list_asks_no_more_for_many_sittings_than_for_one(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        _block(arrange(school).venue or make.venue())
        one = [session.scalars(select(Sitting)).one()]
        with statements() as few:
            sittings.out_of_use(one, at=now())
        for day in (1, 2, 3):
            arrange(school, venue=f"考场{day}", at=day)
        rows = session.scalars(select(Sitting)).all()
        with statements() as many:
            sittings.out_of_use(rows, at=now())
    assert (len(few), len(many)) == (3, 3)
