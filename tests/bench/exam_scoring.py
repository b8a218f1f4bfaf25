"""How long the machine scores a thousand sheets of fifty items."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import update

from lms.exams.attempts.models import Attempt
from lms.exams.marking.actions import scoring
from lms.exams.sittings.models import Exam
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.norms.actions import load_baseline
from tests.bench.exam_house import RUSH, SLOTS, House


def scored_in(house: House) -> float:
    """Seconds for one scoring run in a transaction of its own, commit included."""
    with house.app.app_context():
        with db.transaction() as session:
            load_baseline(at=now())
            done = {"submitted_at": now(), "submitted_by": "candidate", "answered": SLOTS}
            examined = Attempt.id.in_(house.attempts[:RUSH])
            session.execute(update(Attempt).where(examined).values(started_at=now(), **done))
        with db.transaction() as session:
            exam = session.get_one(Exam, house.exam_id)
            began = time.perf_counter()
            scoring.score(exam, by=System(), at=now() + timedelta(days=1))  # type: ignore[arg-type]
        took = time.perf_counter() - began
        db.database().engine.dispose()
    return took
