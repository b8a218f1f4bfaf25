"""Storage: exact numbers, aware instants, one commit, and no lost edit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from lms.ground import db
from lms.ground.errors import Conflict
from lms.ground.norms.models import Norm
from lms.ground.people.models import Unit
from tests import make

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.parametrize("text", ["0", "0.0001", "12.5", "-3.75", "99999999.9999"])
def test_a_decimal_comes_back_exactly(text: str) -> None:
    norm = make.norm("test.exact", Decimal(text))
    db.session.expire(norm)
    assert norm.value == Decimal(text)


def test_sums_and_order_of_decimals_are_right() -> None:
    for number, text in enumerate(["0.1", "0.2", "10", "9.5"]):
        make.norm(f"test.sum{number}", Decimal(text))
    ours = Norm.code.startswith("test.sum")
    assert db.session.scalar(select(func.sum(Norm.value)).where(ours)) == Decimal("19.8")
    ordered = db.session.scalars(select(Norm.value).where(ours).order_by(Norm.value)).all()
    assert ordered == [Decimal("0.1"), Decimal("0.2"), Decimal("9.5"), Decimal("10")]


def test_a_fifth_decimal_place_is_refused_and_not_rounded() -> None:
    with pytest.raises(Exception, match="more than four decimal places"):
        make.norm("test.fifth", Decimal("0.00001"))


def test_instants_come_back_in_utc_and_naive_ones_are_refused() -> None:
    at = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    norm = make.norm("test.instant", "x", changed_at=at)
    db.session.expire(norm)
    assert norm.changed_at == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    with pytest.raises(Exception, match="needs a zone"):
        make.norm("test.naive", "x", changed_at=at.replace(tzinfo=None))


def test_a_stale_form_is_a_conflict() -> None:
    unit = make.unit("甲单位")
    unit.edited_from(1)
    assert unit.version == 2
    with pytest.raises(Conflict):
        unit.edited_from(1)


def test_of_two_edits_at_the_same_moment_the_second_is_refused(app: Flask) -> None:
    unit_id = make.unit("甲单位").id
    db.checkpoint()
    slow = db.database().open(writes=True)
    slow.expire_on_commit = False  # as a request holds the row that read it a moment ago
    unit = slow.get_one(Unit, unit_id)
    slow.commit()
    with app.app_context(), db.transaction():
        theirs = db.session.get_one(Unit, unit_id)
        theirs.edited_from(1)
        theirs.name = "乙单位"
    unit.edited_from(1)
    unit.name = "丙单位"
    with pytest.raises(StaleDataError):
        slow.flush()
    slow.close()


def test_what_is_not_committed_is_gone(app: Flask) -> None:
    make.norm("test.gone", "x")
    db.session.rollback()
    with pytest.raises(ZeroDivisionError), app.app_context(), db.transaction():
        make.norm("test.gone", "x")
        raise ZeroDivisionError
    assert db.session.scalar(select(Norm.id).where(Norm.code == "test.gone")) is None
