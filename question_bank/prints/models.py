"""Print runs: copies of a variant with their serials and their file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.jobs.models import Job
from lms.ground.uploads.models import Upload
from question_bank.papers.models import Variant
from question_bank.prints.rules.runs import PrintFormat, PrintKind


class PrintRun(Base):
    """印制批次: copies `first_serial` to `first_serial + copies - 1` of a variant in one layout.

    The file is made once and kept: printing again serves the same bytes.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("variant_id", "kind", "first_serial"),
        CheckConstraint("copies > 0", name="copies_positive"),
        CheckConstraint("first_serial > 0", name="first_serial_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    kind: Mapped[PrintKind]
    format: Mapped[PrintFormat]
    copies: Mapped[int]
    first_serial: Mapped[int]
    printed_by: Mapped[str]
    printed_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))

    variant: Mapped[Variant] = related()
    job: Mapped[Job | None] = related()
    upload: Mapped[Upload | None] = related()

    @property
    def last_serial(self) -> int:
        return self.first_serial + self.copies - 1
