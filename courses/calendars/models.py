"""Private addresses under which a calendar can be fetched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from courses.venues.models import Venue
from lms.ground.accounts.models import Account
from lms.ground.db import Base, related
from lms.ground.people.models import Person


class Feed(Base):
    """订阅: whoever has `token` reads the calendar of one person, one cohort or one venue, until
    it is revoked. What it shows has been released; the token protects no more than that."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN venue_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="is_of_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = related()
    person: Mapped[Person | None] = related()
    cohort: Mapped[Cohort | None] = related()
    venue: Mapped[Venue | None] = related()
