"""How the demo school engages its instructors: invitations with their answers, and sheets of fees."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from courses.cohorts.models import Cohort
from courses.fees import actions as fees
from courses.invitations import actions as invitations
from courses.invitations import queries as invited
from courses.invitations.actions import Guest
from courses.invitations.models import Invitation
from courses.invitations.rules import Answer
from lms.desk.actions.teaching import wall_time
from lms.ground.accounts.models import Account
from lms.ground.db import session

PAID_AFTER = timedelta(days=12)


def invite(*, office: Account, at: datetime) -> None:
    """Ask for the lessons to come; all accept but the last, and who has a log-in may still answer."""
    yesterday = at - timedelta(days=1)
    lessons = invited.coming(at=at, page=1).rows
    invitations.invite_all(lessons=lessons, by=office, at=yesterday)
    asked = [line.invitation for line in invited.lines_of(lessons) if line.invitation]
    answering = [one for one in asked if one.instructor.person.account_id is None]
    for invitation in answering[:-1]:
        _answer(invitation, Answer.ACCEPTED, "", at=yesterday)
    for invitation in answering[-1:]:
        _answer(invitation, Answer.DECLINED, "当天在州里开会，请另请教师（演示）。", at=yesterday)


def pay(
    row: dict[str, Any], cohort: Cohort, *, office: Account, organiser: Account, at: datetime
) -> None:
    """The sheet of fees of a cohort as far as the files say: proposed, or decided as well."""
    if "fees" not in row:
        return
    proposed_at = min(at, wall_time(cohort.ends_on, "16:00") + PAID_AFTER)
    sheet = fees.propose_sheet(cohort=cohort, by=office, at=proposed_at)
    session.flush()
    if row["fees"] == "decided":
        fees.decide(sheet=sheet, seen=sheet.version, by=organiser, at=proposed_at)


def _answer(invitation: Invitation, said: Answer, note: str, *, at: datetime) -> None:
    by = Guest(invitation.instructor.person.name)
    invitations.answer(
        invitation=invitation, said=said, note=note, by=by, at=at + timedelta(hours=2)
    )
