"""Proposing fees, deciding on them, and correcting what was decided by a line against it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.fees import queries
from courses.fees.models import FeeLine, FeeSheet
from courses.fees.rules import (
    CENT,
    Proposal,
    SheetState,
    correction_faults,
    decision_fault,
    propose,
)
from courses.fees.rules.tax import shares
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job

PRINT = "fees.settle"


def propose_sheet(*, cohort: Cohort, by: Actor, at: datetime) -> FeeSheet:
    """Work out the fees of every lesson that was given and stands on no sheet yet.

    Refused while another sheet waits for its decision, and when there is nothing to pay.
    """
    lock_cohort(cohort.id)
    if queries.find_undecided(cohort.id) is not None:
        raise Refused("这个班已有一张待审定的课酬单，请先审定或撤回它。")
    lessons = queries.unpaid(cohort.id, at=at)
    if not lessons:
        raise Refused("没有新的已上完、有教师的课需要计算课酬。")
    taught, day = queries.taught(lessons), local(at).date()
    paid, spans = queries.earlier({one.instructor_id for one in taught})
    lines = propose(taught, queries.table(on=day), paid=paid, spans_paid=spans)
    sheet = _open_sheet(cohort, by=by, at=at)
    sheet.lines = [_line(one) for one in lines]
    _withhold(sheet, at=at)
    total = _total(sheet)
    told = f"提出“{cohort.title}”第{sheet.number}张课酬单，{len(lines)}行，税后{total}元"
    record("fees.propose", sheet, told, by=by, at=at)
    return sheet


def discard(*, sheet: FeeSheet, seen: int | None, by: Actor, at: datetime) -> None:
    """Take a proposal back, so that it can be worked out anew; Refused once it was decided."""
    if sheet.state is SheetState.DECIDED:
        raise Refused("这张课酬单已经审定，不能撤回；有错请逐行更正。")
    sheet.edited_from(seen)
    told = f"撤回“{sheet.cohort.title}”第{sheet.number}张课酬单"
    record("fees.discard", sheet, told, by=by, at=at)
    session.delete(sheet)


def decide(*, sheet: FeeSheet, seen: int | None, by: Actor, at: datetime) -> None:
    """Approve a sheet as it stands; its tax is that of the present month. Conflict when stale."""
    fault = decision_fault(sheet.state, proposed_by=sheet.proposed_by_id, by=by.id)
    if fault:
        raise Refused(fault)
    sheet.edited_from(seen)
    _withhold(sheet, at=at)
    sheet.decided_by, sheet.decided_at = by.name, at
    told = f"审定“{sheet.cohort.title}”第{sheet.number}张课酬单，税后{_total(sheet)}元"
    record("fees.decide", sheet, told, by=by, at=at)


def correct(
    *, line: FeeLine, hours: Decimal, rate: Decimal, reason: str, by: Actor, at: datetime
) -> FeeSheet:
    """Counter a line that was decided, and write it anew, on a sheet to be decided on.

    Refused for a line of an open sheet, one that was countered, and beyond the norms.
    """
    table = queries.table(on=local(at).date())
    most = max(table.half_day_hours, line.hours)
    cap = table.caps[line.level]
    faults = correction_faults(hours, rate, reason, cap=cap, most_hours=most)
    if line.sheet.state is not SheetState.DECIDED:
        faults.append("这张课酬单还没有审定，撤回后重新计算即可。")
    if line.counter_of_id is not None or queries.countered([line.id]):
        faults.append("这一行已经被冲销，不能再更正。")
    if faults:
        raise Refused(*faults)
    cohort = line.sheet.cohort
    lock_cohort(cohort.id)
    sheet = queries.find_undecided(cohort.id) or _open_sheet(cohort, by=by, at=at)
    sheet.lines += _replacement(line, hours, rate, reason)
    _withhold(sheet, at=at)
    told = f"更正{line.instructor.person.name}《{line.course}》的课酬：{reason}"
    record("fees.correct", line, told, by=by, at=at, hours=str(hours), rate=str(rate))
    return sheet


def hand_over(*, sheet: FeeSheet, reason: str, by: Actor, at: datetime) -> None:
    """Write down that ID numbers and bank accounts are given out with a settlement file."""
    _check_hand_over(sheet, reason)
    told = f"导出“{sheet.cohort.title}”第{sheet.number}张课酬表（含身份证号和账号）：{reason}"
    record("fees.hand_over", sheet, told, by=by, at=at, form="xlsx")


def ask_to_print(*, sheet: FeeSheet, reason: str, by: Account, at: datetime) -> Job:
    """Have the settlement sheet printed, with ID numbers and bank accounts; written down too."""
    _check_hand_over(sheet, reason)
    told = f"打印“{sheet.cohort.title}”第{sheet.number}张课酬表（含身份证号和账号）：{reason}"
    record("fees.hand_over", sheet, told, by=by, at=at, form="pdf")
    return jobs.enqueue(PRINT, owner_id=by.id, at=at, sheet_id=sheet.id)


def _check_hand_over(sheet: FeeSheet, reason: str) -> None:
    faults = [] if reason else ["请写明用途，例如“报财务科发放”。"]
    if sheet.state is not SheetState.DECIDED:
        faults.append("课酬单审定以后才能导出发放表。")
    if faults:
        raise Refused(*faults)


def _open_sheet(cohort: Cohort, *, by: Actor, at: datetime) -> FeeSheet:
    sheet = FeeSheet(
        cohort=cohort,
        number=queries.next_number(cohort.id),
        proposed_by_id=by.id,
        proposed_by=by.name,
        proposed_at=at,
        lines=[],
    )
    session.add(sheet)
    return sheet


def _line(proposal: Proposal) -> FeeLine:
    taught = proposal.taught
    return FeeLine(
        instructor_id=taught.instructor_id,
        lesson_id=taught.lesson_id,
        course=taught.course,
        starts_at=taught.span.start,
        ends_at=taught.span.end,
        taught_hours=taught.hours,
        level=taught.level,
        hours=proposal.hours,
        rate=proposal.rate,
        net=proposal.net,
        tax=Decimal(0),
        reasons=list(proposal.reasons),
    )


def _replacement(line: FeeLine, hours: Decimal, rate: Decimal, reason: str) -> list[FeeLine]:
    """The line once more with the opposite sign, and as it ought to be."""
    same = {
        "instructor_id": line.instructor_id,
        "lesson_id": line.lesson_id,
        "course": line.course,
        "starts_at": line.starts_at,
        "ends_at": line.ends_at,
        "taught_hours": line.taught_hours,
        "level": line.level,
    }
    against = FeeLine(
        **same,
        hours=-line.hours,
        rate=line.rate,
        net=-line.net,
        tax=-line.tax,
        reasons=[f"冲销第{line.sheet.number}张课酬单的一行：{reason}"],
        counter_of_id=line.id,
    )
    net = (hours * rate).quantize(CENT, ROUND_HALF_UP)
    anew = FeeLine(
        **same, hours=hours, rate=rate, net=net, tax=Decimal(0), reasons=[f"更正：{reason}"]
    )
    return [against, anew]


def _withhold(sheet: FeeSheet, *, at: datetime) -> None:
    """Give every line its part of the month's tax; a counter line gives its own back."""
    session.flush()
    people: dict[int, list[FeeLine]] = defaultdict(list)
    for line in sheet.lines:
        people[line.instructor_id].append(line)
    before = queries.net_of_month(people.keys(), at=at, apart_from=sheet.id)
    originals, table = queries.originals(sheet.lines), queries.tax_table(on=local(at).date())
    month = local(at).year, local(at).month
    for instructor_id, lines in people.items():
        earned = before.get(instructor_id, Decimal(0))
        fresh = []
        for line in lines:
            original = originals.get(line.counter_of_id or 0)
            if original is None:
                fresh.append(line)
            elif original.sheet.decided_at is not None:
                decided = local(original.sheet.decided_at)
                earned += line.net if (decided.year, decided.month) == month else 0
        nets = [line.net for line in fresh]
        taxes = shares(nets, table, before=max(earned, Decimal(0)))
        for line, tax in zip(fresh, taxes, strict=True):
            line.tax = tax


def _total(sheet: FeeSheet) -> str:
    return f"{sum((line.net for line in sheet.lines), Decimal(0)):.2f}"
