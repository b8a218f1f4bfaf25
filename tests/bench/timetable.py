"""A school with 200 cohorts and 20,000 lessons: checking anew, the board, every list.

    python tests/bench/timetable.py [--rounds 20]

SQLite in a temporary folder, and PostgreSQL too where TEST_POSTGRES_URL is set. Aims: 5,000 lessons
checked anew in 200 ms; the board of ten cohorts p95 200 ms; lists p95 300 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as wall
from decimal import Decimal
from itertools import chain, pairwise
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask import Flask
from sqlalchemy import func, insert, select, text

from app import serve
from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm, CourseKind
from courses.cohorts.models import Cohort, CohortCourse, CohortStep, Enrolment
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Instructor, InstructorStep, Teaches
from courses.faculty.rules import InstructorCategory, InstructorState
from courses.programmes.models import Programme
from courses.timetable.models import Lesson
from courses.timetable.queries import checks
from courses.timetable.rules import day_span, whole_days
from courses.timetable.rules.conflicts import ConflictKind
from courses.venues.models import Booking, Venue
from courses.venues.rules import VenueKind
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.config import Config
from lms.ground.db import session
from lms.ground.norms.actions import load_baseline
from lms.ground.people.models import Person
from tests import make
from tests.conftest import log_in

FIRST = date(2026, 1, 5)
TERMS, ABREAST, WEEKS, TEACHERS, LEARNERS = 10, 20, 10, 25, 40
HALVES = ((wall(8, 30), wall(11, 30)), (wall(14, 30), wall(17, 30)))
DAYS = 5
PAGES = {
    "/boards/?by=cohort&week={day}": 200,
    "/boards/?by=instructor&week={day}": 300,
    "/boards/?by=venue&week={day}": 300,
    "/timetable/?week={day}": 300,
    "/timetable/lessons": 300,
    "/timetable/lessons?search=专题7": 300,
    "/timetable/lessons?page=200": 300,
    "/timetable/cohorts/101": 300,
    "/timetable/instructors/7": 300,
    "/cohorts/": 300,
    "/faculty/": 300,
    "/venues/": 300,
    "/venues/3": 300,
}


def fill() -> None:
    """Twenty cohorts abreast, each with a room and 25 instructors, ten terms of ten weeks."""
    people = TERMS * ABREAST * LEARNERS + ABREAST * TEACHERS
    session.execute(
        insert(Person),
        [{"name": f"人{number}", "notes": {}, "created_at": now()} for number in range(people)],
    )
    first_learner = ABREAST * TEACHERS + (session.scalar(select(func.min(Person.id))) or 1)
    session.add(Programme(code="zhixing", name="知行学堂"))
    session.execute(
        insert(Course),
        [
            {
                "title": f"专题{n}",
                "kind": CourseKind.REQUIRED,
                "form": CourseForm.LECTURE,
                "hours": 3,
            }
            for n in range(1, TEACHERS + 1)
        ],
    )
    session.execute(
        insert(Venue),
        [
            {"name": f"教室{n}", "kind": VenueKind.ROOM, "capacity": 60}
            for n in range(1, ABREAST + 1)
        ],
    )
    session.flush()
    _pool(first_learner - ABREAST * TEACHERS)
    for term in range(TERMS):
        _term(term, first_learner)
    lessons = session.execute(
        select(Lesson.id, Lesson.cohort_id, Lesson.venue_id, Instructor.person_id, Lesson.starts_at,
               Lesson.ends_at).join(Lesson.instructor)
    )  # fmt: skip
    session.execute(insert(Booking), [row for lesson in lessons for row in _bookings(*lesson)])


def _pool(first_person: int) -> None:
    numbers = range(1, ABREAST * TEACHERS + 1)
    session.execute(
        insert(Instructor),
        [
            {"person_id": first_person + n - 1, "category": InstructorCategory.SCHOOL}
            for n in numbers
        ],
    )
    step = {"state": InstructorState.IN_POOL, "by_name": "系统", "at": now()}
    session.execute(insert(InstructorStep), [{"instructor_id": n, **step} for n in numbers])
    session.execute(
        insert(Teaches),
        [{"instructor_id": n, "course_id": (n - 1) % TEACHERS + 1} for n in numbers],
    )


def _term(term: int, first_learner: int) -> None:
    starts_on = FIRST + timedelta(weeks=term * WEEKS)
    for abreast in range(ABREAST):
        cohort = term * ABREAST + abreast + 1
        session.execute(
            insert(Cohort).values(
                id=cohort,
                programme_id=1,
                number=cohort,
                title=f"知行学堂第{cohort}期",
                starts_on=starts_on,
                ends_on=starts_on + timedelta(weeks=WEEKS, days=-3),
                capacity=50,
                created_at=now(),
            )
        )
        session.execute(
            insert(CohortStep).values(
                cohort_id=cohort, stage=CohortStage.RUNNING, by_name="系统", at=now()
            )
        )
        session.execute(
            insert(CohortCourse),
            [
                {"cohort_id": cohort, "course_id": n, "position": n, "hours": Decimal(12)}
                for n in range(1, TEACHERS + 1)
            ],
        )
        session.execute(
            insert(Enrolment),
            [
                {
                    "cohort_id": cohort,
                    "person_id": first_learner + (cohort - 1) * LEARNERS + n,
                    "learner_number": f"{cohort:03d}{n:03d}",
                    "enrolled_at": now(),
                }
                for n in range(LEARNERS)
            ],
        )
        session.execute(insert(Lesson), list(_lessons(cohort, abreast, starts_on)))


def _lessons(cohort: int, abreast: int, starts_on: date) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(WEEKS * DAYS * len(HALVES)):
        day = starts_on + timedelta(weeks=number // 10, days=number % 10 // 2)
        span = day_span(day, *HALVES[number % 2])
        course = number % TEACHERS
        found.append(
            {
                "cohort_id": cohort,
                "course_id": course + 1,
                "form": CourseForm.LECTURE,
                "starts_at": span.start,
                "ends_at": span.end,
                "hours": Decimal(3),
                "venue_id": abreast + 1,
                "instructor_id": abreast * TEACHERS + course + 1,
            }
        )
    return found


def _bookings(
    lesson: int, cohort: int, venue: int, person: int, starts: object, ends: object
) -> list[dict[str, object]]:
    held = {"starts_at": starts, "ends_at": ends, "holder_kind": "lesson", "holder_id": lesson,
            "label": f"“知行学堂第{cohort}期”的课", "venue_id": None, "person_id": None,
            "cohort_id": None}  # fmt: skip
    claims = {"venue_id": venue, "person_id": person, "cohort_id": cohort}
    return [{**held, name: number} for name, number in claims.items()]


def timed(work: Callable[[], object], rounds: int) -> tuple[list[float], float]:
    """Milliseconds of every round, after one that does not count, and those of the processor for
    one: on a machine that does other things too the second says more."""
    work()
    busy, marks = time.process_time(), [time.perf_counter()]
    for _ in range(rounds):
        work()
        marks.append(time.perf_counter())
    processor = 1000 * (time.process_time() - busy) / rounds
    return [1000 * (late - early) for early, late in pairwise(marks)], processor


def tell(name: str, found: tuple[list[float], float], aim: int) -> None:
    took, processor = found
    p95 = quantiles(took, n=20)[-1]
    print(
        f"  {name:44} median {median(took):6.0f}  p95 {p95:6.0f}  processor {processor:6.0f} ms"
        f"  aim {aim}  {'ok' if p95 <= aim else 'SLOW'}"
    )


def measure(app: Flask, rounds: int) -> None:
    span = whole_days(FIRST, FIRST + timedelta(weeks=25, days=-1))
    with app.app_context():
        amount = session.scalar(
            select(func.count()).where(Lesson.starts_at < span.end, Lesson.ends_at > span.start)
        )

    def check() -> None:
        with app.app_context():
            found = chain.from_iterable(checks.standing(span).values())
            assert {one.kind for one in found} <= {ConflictKind.REST_DAY}

    tell(f"{amount} lessons checked anew", timed(check, rounds), 200)
    client = app.test_client()
    with app.app_context():
        log_in(client, session.scalars(select(Account)).one())
    day = FIRST + timedelta(weeks=50)
    for address, aim in PAGES.items():

        def ask(address: str = address) -> None:
            assert client.get(address.format(day=day)).status_code == 200

        tell(address.format(day=day), timed(ask, rounds), aim)


def run(name: str, url: str, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = serve(Config(Path(folder), url or f"sqlite:///{folder}/bench.sqlite3", testing=True))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context(), db.transaction():
            db.Base.metadata.drop_all(session.connection())
            db.Base.metadata.create_all(session.connection())
            load_baseline(at=now())
            make.account(Role.OFFICE, login="bench")
            fill()
        with app.app_context(), db.database().engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        print(name)
        measure(app, rounds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    run("SQLite", "", rounds)
    if os.environ.get("TEST_POSTGRES_URL"):
        server = os.environ["TEST_POSTGRES_URL"]
        run("PostgreSQL", server.replace("postgresql://", "postgresql+psycopg://", 1), rounds)


if __name__ == "__main__":
    main()
