"""Reading launch links and the papers that they lead to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.exams.admission.models import Launch
from lms.exams.attempts.models import Attempt
from lms.ground.accounts.models import Account
from lms.ground.db import session


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_open_launch(token: str, at: datetime) -> Launch | None:
    """The launch of a link that was not used and has not expired, with paper and its door."""
    wanted = _launches(token).where(Launch.used_at.is_(None), Launch.expires_at > at)
    return session.scalar(wanted)


def get_used_launch(token: str) -> Launch:
    """The launch of a link with the account and its roles."""
    account = joinedload(Launch.account).selectinload(Account.grants)
    return session.scalars(_launches(token).options(account)).one()


def _launches(token: str) -> Select[Launch]:
    paper = joinedload(Launch.attempt).joinedload(Attempt.admission)
    return select(Launch).options(paper).where(Launch.token_hash == token_hash(token))
