"""Making the sheets of a sitting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.exams.attempts import queries
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.sheets import secrets_in, slots
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.papers.rules.drawing import own_numbers


@dataclass(frozen=True)
class Place:
    """Who sits which variant, with options in the order of which seed."""

    person_id: int
    variant_id: int
    seed: int


def make_sheets(
    places: Iterable[Place],
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    grace_seconds: int,
    admission_id: int | None = None,
) -> list[Attempt]:
    """Make the sheets of a sitting in bulk, before it begins. Refused when a paper is not sound."""
    places = list(places)
    papers = queries.contents({place.variant_id for place in places})
    counts = {variant_id: _count_slots(content) for variant_id, content in papers.items()}
    made = [
        Attempt(
            person_id=place.person_id,
            variant_id=place.variant_id,
            seed=place.seed,
            slots=counts[place.variant_id],
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            grace_seconds=grace_seconds,
            admission_id=admission_id,
        )
        for place in places
    ]
    session.add_all(made)
    session.flush()
    return made


def _count_slots(content: Mapping[str, Any]) -> int:
    """How many slots a candidate gets; Refused for a paper that shows a key or is not numbered from 1."""
    numbers = [slot["number"] for slot in slots(content)] if content else []
    if not numbers or sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise Refused("试卷还没有封存，或题号不连续，不能用来考试。")
    if secrets_in(content):
        raise Refused("试卷内容里有答案或解析，不能发给考生，请重新封存。")
    return len(own_numbers(content, seed=0))
