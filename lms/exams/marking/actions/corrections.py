"""Proposing and deciding what is done about a key that proves wrong; another run follows."""

from __future__ import annotations

from datetime import datetime

from lms.exams.marking.models import KeyCorrection
from lms.exams.marking.queries import corrections, exams
from lms.exams.marking.rules.corrections import (
    REMEDY_NAMES,
    Remedy,
    approver_faults,
    correction_faults,
)
from lms.exams.marking.rules.points import full_score
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import value


def propose(
    exam: Exam,
    *,
    item_version_id: int,
    remedy: Remedy,
    corrected_id: int | None,
    reason: str,
    by: Account,
    at: datetime,
) -> KeyCorrection:
    """Propose a correction; nothing changes before somebody approves it.

    Refused without a reason, while another waits for the same item, and where it does not fit.
    """
    exams.lock_exam(exam.id)
    item = corrections.get_item(exam, item_version_id)
    wanted = corrected_id if remedy is Remedy.CORRECTED else None
    fixed = next((one for one in item.later if one.id == wanted), None)
    keys = None if fixed is None else corrections.keys_of(fixed)
    faults = [] if reason else ["请写明更正的理由和依据。"]
    faults += correction_faults(remedy, item.answer, item.slot, keys)
    known = corrections.listed(exam.id)
    if any(one.approved is None and one.item_version_id == item_version_id for one in known):
        faults.append("这道题已有一个更正等待批准，请先处理它。")
    if remedy is Remedy.SEALED and item_version_id not in corrections.in_force(exam.id):
        faults.append("这道题没有已批准的更正，不需要恢复。")
    if remedy is Remedy.DROPPED and _is_all_there_is(exam, item_version_id):
        faults.append("其余的题都已作废，不能把最后一道题也作废。")
    if faults:
        raise Refused(*faults)
    made = KeyCorrection(
        exam_id=exam.id,
        item_version_id=item_version_id,
        remedy=remedy,
        corrected_id=None if fixed is None else fixed.id,
        reason=reason,
        proposer_id=by.id,
        proposed_by=by.name,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    told = f"提议更正“{exam.title}”{item.label}：{REMEDY_NAMES[remedy]}，{reason}"
    record("marking.propose_correction", made, told, by=by, at=at, item=item_version_id)
    return made


def decide(
    exam: Exam, correction_id: int, *, approved: bool, note: str, by: Account, at: datetime
) -> KeyCorrection:
    """Approve a correction, so that the next run is scored by it, or turn it down.

    Refused for whoever proposed it (a norm lets a small school), twice, and a refusal without
    a reason.
    """
    exams.lock_exam(exam.id)
    found = corrections.get_correction(exam.id, correction_id)
    may_overlap = value("marking.same_approver", on=local(at).date()) != 0
    faults = approver_faults(
        approver_id=by.id, proposer_id=found.proposer_id, may_overlap=may_overlap or not approved
    )
    if found.approved is not None:
        faults = ["这个更正已经处理过了。"]
    elif not approved and not note:
        faults.append(
            "请写明撤回的理由。" if by.id == found.proposer_id else "请写明不批准的理由。"
        )
    if faults:
        raise Refused(*faults)
    found.approved, found.note = approved, note
    found.decider_id, found.decided_by, found.decided_at = by.id, by.name, at
    session.flush()
    verb = "批准" if approved else "撤回" if found.is_overlap else "不批准"
    same = "，提出和批准为同一人" if found.is_overlap and approved else ""
    told = f"{verb}“{exam.title}”的更正：{REMEDY_NAMES[found.remedy]}，{found.reason}{same}"
    record("marking.decide_correction", found, told, by=by, at=at, note=note)
    return found


def _is_all_there_is(exam: Exam, item_version_id: int) -> bool:
    """Would a paper without this item be worth nothing?"""
    standing = corrections.in_force(exam.id)
    gone = {one for one, it in standing.items() if it.remedy is Remedy.DROPPED} | {item_version_id}
    return any(
        not full_score(
            {
                number: entry
                for number, entry in variant.answers.items()
                if int(entry["item_version_id"]) not in gone
            }
        )
        for variant in exams.variants(exam).values()
    )
