"""Sealing the logs of sittings, and noting in them what the house itself finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import sealed
from lms.exams.attempts.rules.sheets import slots
from lms.exams.incidents import queries
from lms.exams.incidents.models import IncidentSeal
from lms.exams.incidents.rules import (
    BEGINNING,
    RIPE_AFTER,
    SEALED,
    Line,
    Source,
    digest,
    misnamed,
    overplayed,
    overrecorded,
)
from lms.exams.invigilation.models import Incident
from lms.exams.invigilation.rules import IncidentKind
from lms.exams.sittings.models import Candidate, Sitting
from lms.ground.audit.actions import System, record
from lms.ground.db import session
from lms.ground.vault import sign
from question_bank.papers.rules.drawing import own_content

# A device that was cut off brings what it did when it is back; nobody waits for it longer.
LOOKED_BACK = timedelta(days=2)


def seal(*, at: datetime) -> int:
    """Seal what is ripe in every sitting's log; how many rows. It waits for no writer.

    The hash is keyed with a key outside the database: whoever can write to the database still
    cannot make a chain that holds. Every seal stands in the audit trail as well: whoever takes
    seals away, so that what was changed is sealed anew, is found out by what they were.
    """
    ripe = at - RIPE_AFTER
    return sum(_seal(one, ripe, at) for one in queries.unsealed_sittings(ripe))


def note_overplays(*, at: datetime) -> int:
    """Put on record for a person who heard a recording more often than the item allows; how many.

    A device without network counts for itself: what it did beyond the limit is known afterwards.
    """
    heard = queries.played_again(at - LOOKED_BACK)
    found = [(one, _told(sheet, place, times)) for one, sheet, place, times in heard]
    return _note([one for one in found if one[1]], IncidentKind.OVERPLAYED, at)


def note_overrecordings(*, at: datetime) -> int:
    """Put on record who recorded more often or longer than the item allows; how many."""
    found = [
        (one, overrecorded(said.number, said.remark, said.why_aside))
        for one, said in queries.recorded_beyond(at - LOOKED_BACK)
    ]
    return _note(found, IncidentKind.OVERRECORDED, at)


def note_misnamings(*, at: datetime) -> int:
    """Put on record who answers with what they said for another slot, which nobody will hear
    there; how many."""
    found = [
        (one, misnamed(number, said.number))
        for one, said, number in queries.misnamed(at - LOOKED_BACK)
    ]
    return _note(found, IncidentKind.MISNAMED, at)


def _note(found: Sequence[tuple[Candidate, str]], kind: IncidentKind, at: datetime) -> int:
    """Note each sentence of its candidate once."""
    known = queries.noted([one.id for one, _ in found], kind)
    fresh = [(one, text) for one, text in found if (one.id, text) not in known]
    for one, text in fresh:
        incident = Incident(
            sitting_id=one.sitting_id,
            candidate_id=one.id,
            kind=kind,
            text=text,
            noted_by=System().name,
            noted_at=at,
        )
        session.add(incident)
        record("sittings.note_incident", incident, f"记录考场情况：{text}", by=System(), at=at)
    return len(fresh)


def _told(sheet: Attempt, place: str, times: int) -> str:
    paper = sealed(sheet.variant_id, sheet.variant.content_hash)
    own = slots(own_content(paper.content, sheet.seed))
    return overplayed(place, times, {slot["number"]: slot for slot in own})


def _seal(sitting_id: int, ripe: datetime, at: datetime) -> int:
    known = queries.seals(sitting_id)
    after = known[-1].last if known else dict.fromkeys(Source, 0)
    previous = known[-1].hash if known else BEGINNING
    fresh = queries.lines(sitting_id, before=ripe, after=after)
    if not fresh:
        return 0
    made = IncidentSeal(
        sitting_id=sitting_id,
        number=len(known) + 1,
        last_sighting=_last(Source.SIGHTING, fresh, after[Source.SIGHTING]),
        last_incident=_last(Source.INCIDENT, fresh, after[Source.INCIDENT]),
        last_intervention=_last(Source.INTERVENTION, fresh, after[Source.INTERVENTION]),
        entries=len(fresh),
        previous_hash=previous,
        hash=sign(digest(previous, fresh)),
        sealed_at=at,
    )
    session.add(made)
    sentence = f"封存考场日志 {made.entries} 条，第 {made.number} 个封印"
    sitting = session.get_one(Sitting, sitting_id)
    record(SEALED, sitting, sentence, by=System(), at=at, number=made.number, hash=made.hash)
    return made.entries


def _last(source: Source, lines: list[Line], before: int) -> int:
    return max((one.id for one in lines if one.source is source), default=before)
