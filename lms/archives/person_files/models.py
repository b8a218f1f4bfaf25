"""The training file of a person: filed registers, one after the other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload


class PersonFile(Base):
    """一人一档: a register of one person as printed on a day; never a live join."""

    __tablename__ = "person_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]

    person: Mapped[Person] = related()
    upload: Mapped[Upload] = related()
