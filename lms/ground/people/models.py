"""People and the units they belong to. Private columns are sealed and found by keyed hashes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from lms.ground.db import Base, Versioned, related
from lms.ground.people.rules import Gender, Politics, RankLevel, UnitKind
from lms.ground.vault import Sealed


class Unit(Versioned, Base):
    """An organ, a township, a village, an institution; a tree by `parent_id`."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    closed_on: Mapped[date | None]

    parent: Mapped[Unit | None] = related(remote_side=[id])


class Person(Versioned, Base):
    """Somebody whom the school knows: learner, instructor, staff.

    Sealed columns are deferred: no list and no page loads them by accident. The
    `_masked` columns hold what may be shown; the `_hash` columns find duplicates.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    gender: Mapped[Gender | None]
    born: Mapped[date | None]
    ethnicity: Mapped[str] = mapped_column(default="")
    politics: Mapped[Politics | None]
    party_joined: Mapped[date | None]
    education: Mapped[str] = mapped_column(default="")
    post: Mapped[str] = mapped_column(default="")
    rank: Mapped[RankLevel | None]
    is_party_secretary: Mapped[bool] = mapped_column(default=False)
    id_number_hash: Mapped[str | None] = mapped_column(unique=True)
    id_number_masked: Mapped[str] = mapped_column(default="")
    phone_hash: Mapped[str | None] = mapped_column(index=True)
    phone_masked: Mapped[str] = mapped_column(default="")
    id_number: Mapped[str | None] = deferred(mapped_column(Sealed("person.id_number")))
    phone: Mapped[str | None] = deferred(mapped_column(Sealed("person.phone")))
    email: Mapped[str | None] = deferred(mapped_column(Sealed("person.email")))
    bank_account: Mapped[str | None] = deferred(mapped_column(Sealed("person.bank_account")))
    health: Mapped[str | None] = deferred(mapped_column(Sealed("person.health")))
    diet: Mapped[str | None] = deferred(mapped_column(Sealed("person.diet")))
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    unit: Mapped[Unit | None] = related()


class UnitDuty(Base):
    """A unit administrator's charge: the account sees and names the people of this unit tree."""

    __tablename__ = "unit_duty"
    __table_args__ = (UniqueConstraint("account_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
