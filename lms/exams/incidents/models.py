"""The seals over the log of a sitting. Log and seals are only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Sighting
from lms.exams.invigilation.models import Incident, Intervention
from lms.ground.db import Base


class IncidentSeal(Base):
    """A stretch of a sitting's log sealed into its chain: the hash covers it and the seal before.

    `last_…`: the last row that it or a seal before covers, of each table; 0 for none.
    """

    __tablename__ = "incident_seal"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    last_sighting: Mapped[int]
    last_incident: Mapped[int]
    last_intervention: Mapped[int]
    entries: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]


def _never(_mapper: Any, _connection: Any, row: Any) -> None:
    raise RuntimeError(f"{row.__tablename__} is only ever added to")


for _kind in (IncidentSeal, Sighting, Incident, Intervention):
    event.listen(_kind, "before_update", _never)
    event.listen(_kind, "before_delete", _never)
