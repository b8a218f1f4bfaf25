"""Asking for a recheck, taking it back, deciding it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.exams.marking.queries.marks import has_marked
from lms.exams.rechecks import queries
from lms.exams.rechecks.models import Recheck
from lms.exams.rechecks.rules import VERDICT_NAMES, Ground, Verdict, ask_faults
from lms.exams.results.models import Result
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell


def ask(result: Result, *, ground: Ground, reason: str, by: Account, at: datetime) -> Recheck:
    """Ask for one's released result to be checked, once for an exam; Refused after the window.

    `result` is as `results.queries.get_mine` gives it.
    """
    last = queries.last_day_to_ask(result)
    faults = ask_faults(today=local(at).date(), last=last, reason=reason)
    if faults:
        raise Refused(*faults)
    made = Recheck(
        exam_id=result.exam_id,
        enrolment_id=result.enrolment_id,
        result_id=result.id,
        ground=ground,
        reason=reason,
        asked_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Refused("这次考试您已经申请过复核。") from None
    record("rechecks.ask", made, f"申请复核“{result.exam.title}”的成绩", by=by, at=at)
    return made


def take_back(recheck: Recheck, *, by: Account, at: datetime) -> None:
    """Withdraw a recheck that nobody has decided; it can be asked for again within the window."""
    if recheck.verdict is not None:
        raise Refused("复核已有结论，不能撤回。")
    record("rechecks.take_back", recheck, "撤回复核申请", by=by, at=at)
    session.delete(recheck)
    session.flush()


def decide(
    recheck: Recheck,
    *,
    verdict: Verdict,
    findings: str,
    seen: int | None,
    by: Account,
    at: datetime,
) -> None:
    """Say what was found (复核结论), and tell the learner; a wrong score is then corrected by a
    decision on the mark, another scoring and another release.

    Refused without findings, to whoever marked or arbitrated anything of the sheet, and to the
    learner; Conflict on a stale form. `recheck` is as `queries.get_recheck` gives it.
    """
    reasons = faults_of(recheck, by)
    if not findings:
        reasons.append("请写明核查的情况。")
    if reasons:
        raise Refused(*reasons)
    recheck.edited_from(seen)
    recheck.verdict, recheck.findings = verdict, findings
    recheck.decided_by, recheck.decided_at = by.name, at
    session.flush()
    told = f"复核“{recheck.exam.title}”的成绩：{VERDICT_NAMES[verdict]}"
    record("rechecks.decide", recheck, told, by=by, at=at, findings=findings)
    tell(
        [recheck.enrolment.person_id],
        f"“{recheck.exam.title}”成绩复核结论",
        f"复核结论：{VERDICT_NAMES[verdict]}。{findings}",
        at=at,
        link=f"/rechecks/mine/{recheck.exam_id}",
    )


def faults_of(recheck: Recheck, by: Account) -> list[str]:
    """Why this account cannot decide a recheck, as sentences."""
    attempt_id = recheck.result.attempt_id
    reasons = []
    if recheck.verdict is not None:
        reasons.append(f"{recheck.decided_by}已经作出复核结论。")
    if queries.is_candidate(recheck, by):
        reasons.append("不能复核自己的成绩。")
    if attempt_id is not None and has_marked(attempt_id, by.id):
        reasons.append("您评阅过这份答卷，须由没有评阅过它的人复核。")
    return reasons
