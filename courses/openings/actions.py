"""Writing down the application and the notice, having them printed, and sending the notice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from courses.cohorts.actions import refuse_closed
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from courses.openings import queries
from courses.openings.models import Opening
from courses.openings.rules import OpeningDraft, draft_faults, notice_gaps, period
from courses.quotas.queries import administrators, quotas
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.notices.actions import tell

PRINT = "openings.print"


def write(
    *, cohort: Cohort, draft: OpeningDraft, seen: int | None, by: Actor, at: datetime
) -> Opening:
    """Enter or change what the documents say; Conflict on a stale form, Refused with the faults."""
    refuse_closed(cohort)
    faults = draft_faults(draft, starts_on=cohort.starts_on)
    if faults:
        raise Refused(*faults)
    lock_cohort(cohort.id)
    opening = queries.find_opening(cohort.id)
    if opening is None:
        opening = Opening(cohort_id=cohort.id, version=0)
        session.add(opening)
    opening.edited_from(seen or 0)
    for name, value in asdict(draft).items():
        setattr(opening, name, value)
    session.flush()
    record("openings.write", opening, f"填写了“{cohort.title}”的开班文书", by=by, at=at)
    return opening


def discard(opening: Opening, *, by: Actor, at: datetime) -> None:
    """Remove what was entered and not sent; `opening.cohort` must be loaded. Refused once sent."""
    if opening.sent_at is not None:
        raise Refused(f"“{opening.cohort.title}”的开班通知已经发出，不能撤回。")
    record("openings.discard", opening, f"撤回“{opening.cohort.title}”的开班文书", by=by, at=at)
    session.delete(opening)
    session.flush()


def ask_to_print(*, cohort: Cohort, document: str, by: Account, at: datetime) -> Job:
    """Have the application or the notice made as PDF in the background."""
    return jobs.enqueue(PRINT, owner_id=by.id, at=at, cohort_id=cohort.id, document=document)


def send(*, cohort: Cohort, by: Actor, at: datetime, link: str) -> int:
    """Send the notice to the administrators of the units with places; how many people got it.

    Refused while something is missing, before names can be given, or without places to give.
    Sent again, it says that it was changed.
    """
    opening = queries.find_opening(cohort.id)
    faults = notice_gaps(queries.draft_of(opening))
    if cohort.stage in (CohortStage.PLANNED, CohortStage.APPROVED):
        faults.append("班次还没有开始报名，请先“开始报名”再发通知。")
    units = [one.unit_id for one in quotas(cohort.id)]
    people = {person for unit in units for person in administrators(unit)}
    if not people:
        faults.append("没有可以发送的对象：请先分配名额，并给这些单位指定单位管理员。")
    if faults or opening is None:
        raise Refused(*faults)
    again = "（更正）" if opening.sent_at else ""
    body = (
        f"{cohort.title}于{period(cohort.starts_on, cohort.ends_on)}举办，请按分配的名额报送学员。"
    )
    tell(sorted(people), f"{again}关于举办{cohort.title}的通知", body, at=at, link=link)
    opening.sent_by, opening.sent_at = by.name, at
    record("openings.send", opening, f"向{len(people)}人发送“{cohort.title}”开班通知", by=by, at=at)
    return len(people)
