"""Launch links: a way into Safe Exam Browser without typing a password there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Attempt
from lms.ground.accounts.models import Account
from lms.ground.db import Base, related


class Launch(Base):
    """启动链接: good once, for one account and one paper, for a few minutes; kept as a hash."""

    __tablename__ = "launch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = related()
    attempt: Mapped[Attempt] = related()
