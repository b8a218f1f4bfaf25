"""Benchmarks are run by hand: what they build must still be what the house understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from lms.exams.marking.models import SheetScore
from lms.ground import db
from tests.bench.exam_house import SLOTS, House
from tests.bench.exam_scoring import scored_in


def test_the_hall_of_the_exam_bench_is_one_that_can_be_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VAR_DIR", "DATABASE_URL"):
        monkeypatch.setenv(name, "")  # what the bench sets is taken back
    hall = House(tmp_path, "")
    hall.build(3)
    assert scored_in(hall, 3) > 0
    with hall.app.app_context():
        sheets = db.session.scalars(select(SheetScore.slots)).all()
        db.database().engine.dispose()
    assert [len(slots) for slots in sheets] == [SLOTS] * 3
