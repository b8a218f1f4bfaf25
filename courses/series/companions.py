"""What comes along with a copied cohort from below: what its opening documents say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from courses.openings import actions, queries
from courses.openings.rules import OpeningDraft, draft_faults
from courses.series.queries import Ahead, Companion, Copied, comes_along
from courses.series.rules import Extra, later
from lms.ground.audit.actions import Actor
from lms.ground.words import word

KEY = "opening"


def preview(ahead: Ahead) -> list[Extra]:
    """The documents of the source, if anything was entered for it."""
    opening = queries.find_opening(ahead.source.id)
    if opening is None:
        return []
    faults = draft_faults(_draft(ahead), starts_on=ahead.draft.starts_on)
    told = "报到时间和报名截止日期一起顺延；发文字号和成文日期要重新填写，批准和发送从头来过。"
    return [Extra(KEY, "办班审批表和开班通知的内容", (told,), tuple(faults))]


def take(copied: Copied, _keys: Collection[str]) -> list[int]:
    """The same text for the new cohort, not numbered, not dated, not sent."""
    made = actions.write(
        cohort=copied.cohort, draft=_draft(copied.ahead), seen=None, by=copied.by, at=copied.at
    )
    return [made.id]


def give_back(numbers: Collection[int], by: Actor, at: datetime) -> None:
    """Remove them; Refused once a notice was sent."""
    for opening in queries.openings_by_id(numbers):
        actions.discard(opening, by=by, at=at)


def _draft(ahead: Ahead) -> OpeningDraft:
    was = queries.draft_of(queries.find_opening(ahead.source.id))
    until, reports = was.names_until, was.reports_at
    return replace(
        was,
        number="",
        issued_on=None,
        names_until=until and until + timedelta(days=ahead.days),
        reports_at=reports and later(reports, ahead.days),
    )


comes_along(Companion(KEY, word("开班文书"), preview, take, give_back))
