"""Writing into the conduct register, taking note of it, and withdrawing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import CohortStage
from courses.conduct import queries
from courses.conduct.models import ConductEntry
from courses.conduct.rules import CONDUCT_KIND_NAMES, EntryDraft, entry_faults
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell


def enter(*, enrolment: Enrolment, draft: EntryDraft, by: Actor, at: datetime) -> ConductEntry:
    """Write down one thing and tell the learner; the same thing of the same day is one entry.

    `enrolment` with person, cohort and its steps. Refused with everything that is wrong.
    """
    cohort, person = enrolment.cohort, enrolment.person
    faults = entry_faults(draft, first=cohort.starts_on, on=local(at).date())
    if cohort.stage is CohortStage.CLOSED:
        faults.append(f"“{cohort.title}”已经结班，不能再登记。")
    if faults:
        raise Refused(*faults)
    for known in queries.find_same(enrolment.id, draft.kind, draft.sentence):
        if known.day == draft.day:
            return known
    entry = ConductEntry(
        enrolment_id=enrolment.id, recorded_by=by.name, recorded_at=at, **asdict(draft)
    )
    session.add(entry)
    kind = CONDUCT_KIND_NAMES[draft.kind]
    sentence = f"登记{person.name}的日常表现（{kind}）：{draft.sentence}"
    record("conduct.enter", entry, sentence, by=by, at=at)
    tell([person.id], f"日常表现：{kind}", draft.sentence, at=at, link="/conduct/mine")
    return entry


def acknowledge(entry: ConductEntry, *, by: Actor, at: datetime) -> None:
    """The learner has read the entry; said once, it stays."""
    if entry.acknowledged_at is None:
        entry.acknowledged_at = at
        record("conduct.acknowledge", entry, "本人已知晓这条日常表现记录", by=by, at=at)


def withdraw(entry: ConductEntry, *, reason: str, by: Actor, at: datetime) -> None:
    """Take an entry back for a reason; it stays readable and counts no more."""
    if not reason:
        raise Refused("请写明撤回的原因。")
    if entry.withdrawn_at is not None:
        return
    entry.withdrawn_at, entry.withdrawal_reason = at, reason
    person = entry.enrolment.person
    record("conduct.withdraw", entry, f"撤回{person.name}的一条日常表现：{reason}", by=by, at=at)
    tell([person.id], "一条日常表现记录已撤回", reason, at=at, link="/conduct/mine")
