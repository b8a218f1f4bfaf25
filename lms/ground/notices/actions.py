"""Telling people things: the notice and its dispatches are written with the deed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lms.ground.db import session
from lms.ground.notices.models import Notice


def tell(
    person_ids: Iterable[int], subject: str, body: str, *, at: datetime, link: str = ""
) -> None:
    """Tell each person once; `link` is a path inside the house."""
    session.add_all(
        Notice(person_id=person_id, subject=subject, body=body, link=link, sent_at=at)
        for person_id in dict.fromkeys(person_ids)
    )
