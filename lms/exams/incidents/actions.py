"""Sealing the logs of sittings."""

from __future__ import annotations

from datetime import datetime

from lms.exams.incidents import queries
from lms.exams.incidents.models import IncidentSeal
from lms.exams.incidents.rules import BEGINNING, RIPE_AFTER, Line, Source, digest
from lms.ground.db import session
from lms.ground.vault import sign


def seal(*, at: datetime) -> int:
    """Seal what is ripe in every sitting's log; how many rows. It waits for no writer.

    The hash is keyed with a key outside the database: whoever can write to the database still
    cannot make a chain that holds.
    """
    ripe = at - RIPE_AFTER
    return sum(_seal(one, ripe, at) for one in queries.unsealed_sittings(ripe))


def _seal(sitting_id: int, ripe: datetime, at: datetime) -> int:
    known = queries.seals(sitting_id)
    after = known[-1].last if known else dict.fromkeys(Source, 0)
    previous = known[-1].hash if known else BEGINNING
    fresh = [one for one in queries.lines(sitting_id, before=ripe) if one.id > after[one.source]]
    if not fresh:
        return 0
    session.add(
        IncidentSeal(
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
    )
    session.flush()
    return len(fresh)


def _last(source: Source, lines: list[Line], before: int) -> int:
    return max((one.id for one in lines if one.source is source), default=before)
