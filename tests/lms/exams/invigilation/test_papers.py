"""Seats drawn by a seed, and the sheets of paper of a sitting."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.invigilation.actions import papers as actions
from lms.exams.invigilation.actions.deeds import note_incident
from lms.exams.invigilation.documents import plan, sheets_pdf
from lms.exams.invigilation.queries import doors, hall, records
from lms.exams.invigilation.rules import IncidentKind, Print
from lms.exams.sittings.models import Candidate
from lms.exams.sittings.queries.sittings import get_sitting, get_sitting_for_work
from lms.ground import db, pdf
from lms.ground.clock import now
from lms.ground.jobs import worker
from tests import cast
from tests.lms.exams.sittings.hall import School, begin, candidate_of, make_school, running_sitting
from tests.markup import read

__all__ = ["make_school"]


def seats(app: Flask) -> dict[int, int]:
    with app.app_context():
        rows = db.session.execute(select(Candidate.enrolment_id, Candidate.seat))
        return {row[0]: row[1] for row in rows}


def test_seats_are_drawn_until_the_sheets_are_made(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    office = cast.browser(app, cast.office)
    before, address = seats(app), f"/invigilation/{sitting}/seats"
    assert office.post(address, data={"columns": "0", "seed": "1"}).status_code == 422
    assert office.post(address, data={"columns": "1", "seed": "5"}).status_code == 303
    assert seats(app) == before
    with app.app_context(), db.transaction():
        found = get_sitting(sitting, cast.office())
        assert [len(row) for row in plan(found, doors.door(sitting))] == [1, 1]
        found.prepared_at = None
        orders = set()
        for seed in range(6):
            actions.draw_seats(found, columns=2, seed=seed, by=cast.office(), at=now())
            orders.add(tuple(one.enrolment_id for one in hall.lock_candidates(sitting, None)))
        assert (len(orders), found.seat_seed) == (2, 5)
    page = office.get(f"/invigilation/{sitting}/papers").text
    assert "王学" in page and read(page)[0] == []
    watcher = cast.browser(app, cast.invigilator)
    assert watcher.post(address, data={"columns": "2", "seed": "5"}).status_code == 403


@pytest.mark.parametrize("part", list(Print))
def test_every_sheet_is_a_page_of_pdf(app: Flask, school: School, part: Print) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    one = [candidate_of(app, 1)]
    with app.app_context(), db.transaction():
        found, by = get_sitting(sitting, cast.office()), cast.office()
        note_incident(found, IncidentKind.PHONE, candidate_ids=one, text="响铃", by=by, at=now())
        made = sheets_pdf(
            part,
            get_sitting_for_work(sitting),
            doors.door(sitting),
            records.incidents(sitting),
            records.interventions(sitting),
            school="县委党校",
        )
    assert pdf.page_count(made) == 1


def test_a_sheet_is_made_by_a_worker_for_who_watches(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    watcher = cast.browser(app, cast.invigilator)
    asked = watcher.post(f"/invigilation/{sitting}/print/record")
    assert asked.status_code == 303
    worker.run_pending(app)
    assert "考场记录表.pdf</a>" in watcher.get(asked.location).text
    assert watcher.post(f"/invigilation/{sitting}/print/poster").status_code == 404
