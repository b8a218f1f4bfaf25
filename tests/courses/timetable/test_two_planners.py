"""Two planners at once: whoever comes later is refused, whatever was read before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from decimal import Decimal
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.catalogue.queries import get_course
from courses.cohorts.queries import get_cohort
from courses.faculty.queries import get_instructor
from courses.timetable.actions import planning as actions
from courses.timetable.rules import day_span
from courses.venues.models import Booking
from courses.venues.queries import get_venue
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from tests import cast, make

MORNING = day_span(make.FIRST_DAY, time(8, 30), time(11, 30))


@pytest.mark.parametrize("shared", ["venue", "instructor", "cohort"])
def test_what_two_planners_claim_at_once_goes_to_one(app: Flask, shared: str) -> None:
    with app.app_context(), db.transaction():
        cast.office()
        course = make.course("党章")
        cohorts = [make.cohort(course).id for _ in range(2)]
        rooms = [make.venue().id for _ in range(2)]
        teachers = [make.instructor(teaches=(course,)).id for _ in range(2)]
        course_id = course.id
    for name, ids in (("venue", rooms), ("instructor", teachers), ("cohort", cohorts)):
        if name == shared:
            ids[1] = ids[0]
    both = Barrier(2)

    def plan(which: int) -> str:
        with app.app_context():
            both.wait(timeout=60)
            try:
                with db.transaction():
                    office = cast.office()
                    actions.schedule(
                        cohort=get_cohort(cohorts[which], office),
                        course=get_course(course_id),
                        span=MORNING,
                        hours=Decimal(3),
                        venue=get_venue(rooms[which]),
                        instructor=get_instructor(teachers[which]),
                        by=office,
                        at=now(),
                    )
            except Refused as refusal:
                return refusal.reasons[0][-5:]
            finally:
                session.remove()
            return "planned"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(plan, range(2)))
    assert outcomes == ["planned", "时间重叠。"]
    with app.app_context():
        assert session.scalar(select(func.count(Booking.id))) == 3
