"""Certificates of completion."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from lms.ground.db import Base, related


class Certificate(Base):
    """结业证书: its number, and the code by which anybody can check it."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    check_code: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    issued_by: Mapped[str]

    enrolment: Mapped[Enrolment] = related()
