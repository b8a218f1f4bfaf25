"""Places of a cohort given to units."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.people.models import Unit


class Quota(Base):
    """A unit may name so many people of its own, and of the units below it, for a cohort."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("cohort_id", "unit_id"),
        CheckConstraint("places > 0", name="places_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    places: Mapped[int]

    unit: Mapped[Unit] = related()
