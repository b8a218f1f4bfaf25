"""Reading the log of a sitting. The caller has got the sitting by its scope."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt, Sighting
from lms.exams.attempts.queries import responses, verdict
from lms.exams.attempts.rules.sightings import FACTS, Sight
from lms.exams.incidents.models import IncidentSeal
from lms.exams.incidents.rules import SEALED, Line, Seal, Source
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.rules import IncidentKind
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import named_elsewhere, remarked
from lms.exams.sittings.models import Candidate, Sitting
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from lms.ground.paging import Page, paginate
from question_bank.papers.models import Variant

STRETCH = 200


@dataclass(frozen=True)
class Wanted:
    """What a list of sightings is narrowed by."""

    search: str = ""
    kind: Sight | None = None


def page_of_sightings(sitting_id: int, wanted: Wanted, *, page: int | None) -> Page[Sighting]:
    """What pages reported, the latest first."""
    return paginate(_sightings(sitting_id, wanted), number=page)


def all_sightings(sitting_id: int, wanted: Wanted) -> list[Sighting]:
    """The same, all at once."""
    return list(session.scalars(_sightings(sitting_id, wanted)))


def candidates_by_sheet(sitting_id: int) -> dict[int, Candidate]:
    """The candidates of a sitting with their people, by the number of their sheet."""
    wanted = (
        select(Candidate)
        .options(joinedload(Candidate.enrolment).joinedload(Enrolment.person))
        .where(Candidate.sitting_id == sitting_id, Candidate.attempt_id.is_not(None))
    )
    return {one.attempt_id: one for one in session.scalars(wanted) if one.attempt_id is not None}


def counts(sitting_id: int) -> dict[Sight, int]:
    """How often each kind was reported in a sitting."""
    wanted = select(Sighting.kind, func.count()).where(_of_sitting(sitting_id))
    return {row[0]: row[1] for row in session.execute(wanted.group_by(Sighting.kind))}


def played_again(since: datetime) -> list[tuple[Candidate, Attempt, str, int]]:
    """Whoever heard a recording more than once in a sitting that was not over by `since`, with
    sheet and variant, which recording, and how often."""
    again = (
        select(Sighting.attempt_id, Sighting.detail, func.count().label("heard"))
        .join(Attempt, Attempt.id == Sighting.attempt_id)
        .where(Sighting.kind == Sight.PLAYED, Attempt.closes_at > since)
        .group_by(Sighting.attempt_id, Sighting.detail)
        .having(func.count() > 1)
        .subquery()
    )
    wanted = (
        select(Candidate, Attempt, again.c.detail, again.c.heard)
        .join(Attempt, Attempt.id == Candidate.attempt_id)
        .join(again, again.c.attempt_id == Attempt.id)
        .options(joinedload(Attempt.variant).load_only(Variant.content_hash))
        .order_by(Candidate.id, again.c.detail)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(wanted)]


def recorded_beyond(since: datetime) -> list[tuple[Candidate, Recording]]:
    """Spoken answers that are more or longer than their item allows, of sittings that were not
    over by `since`, with whose they are."""
    said = remarked(since)
    speakers = _speakers(said)
    return [(speakers[one.attempt_id], one) for one in said if one.attempt_id in speakers]


def misnamed(since: datetime) -> list[tuple[Candidate, Recording, int]]:
    """Spoken answers that were made for another slot than the one whose answer names them, with
    that slot and whose they are, of sittings that were not over by `since`."""
    found = named_elsewhere(since)
    speakers = _speakers([one for one, _ in found])
    return [
        (speakers[one.attempt_id], one, number)
        for one, number in found
        if one.attempt_id in speakers
    ]


def noted(candidate_ids: Collection[int], kind: IncidentKind) -> set[tuple[int | None, str]]:
    """What was noted of these candidates of that kind: `(candidate, text)`."""
    wanted = select(Incident.candidate_id, Incident.text).where(
        Incident.candidate_id.in_(candidate_ids), Incident.kind == kind
    )
    return {(row[0], row[1]) for row in session.execute(wanted)}


def unsealed_sittings(before: datetime) -> list[int]:
    """Sittings whose log has rows from before that instant which no seal covers."""
    sealed = _last_seals()
    found = [
        select(column)
        .select_from(joined)
        .outerjoin(sealed, sealed.c.sitting_id == column)
        .where(at <= before, row > func.coalesce(last, 0))
        for column, joined, at, row, last in (
            (Candidate.sitting_id, _sheets(), Sighting.received_at, Sighting.id, sealed.c.sighting),
            (Incident.sitting_id, Incident, Incident.noted_at, Incident.id, sealed.c.incident),
            (
                Intervention.sitting_id,
                Intervention,
                Intervention.done_at,
                Intervention.id,
                sealed.c.intervention,
            ),
        )
    ]
    return sorted(session.scalars(union(*found)))


def sealed_sittings() -> list[int]:
    """Every sitting that has a seal, or had one by the audit trail."""
    noted = select(AuditEntry.subject_id).where(AuditEntry.action == SEALED)
    return sorted(session.scalars(union(select(IncidentSeal.sitting_id), noted)))


def noted_seals(sitting_id: int) -> list[tuple[int, str]]:
    """Number and hash of every seal that a sitting ever had, as the audit trail has them."""
    wanted = select(AuditEntry.details).where(
        AuditEntry.subject_kind == Sitting.__tablename__,
        AuditEntry.subject_id == sitting_id,
        AuditEntry.action == SEALED,
    )
    return [(told["number"], told["hash"]) for told in session.scalars(wanted)]


def seals(sitting_id: int) -> list[Seal]:
    """The chain of a sitting in its order."""
    wanted = select(IncidentSeal).where(IncidentSeal.sitting_id == sitting_id)
    return [
        Seal(
            one.number,
            {
                Source.SIGHTING: one.last_sighting,
                Source.INCIDENT: one.last_incident,
                Source.INTERVENTION: one.last_intervention,
            },
            one.entries,
            one.previous_hash,
            one.hash,
        )
        for one in session.scalars(wanted.order_by(IncidentSeal.number))
    ]


def lines(
    sitting_id: int, *, before: datetime | None = None, after: Mapping[Source, int] | None = None
) -> list[Line]:
    """The log of a sitting as plain data, table by table, by number; all of it, or what came
    until `before` and has a number above `after`."""
    found: list[Line] = []
    for source, kind, home, at in _tables(sitting_id):
        wanted: Select[Any] = select(kind).where(home).order_by(kind.id)
        if before is not None:
            wanted = wanted.where(at <= before)
        if after is not None:
            wanted = wanted.where(kind.id > after[source])
        columns = [one.name for one in kind.__table__.columns if one.name != "id"]
        found += [
            Line(source, row.id, {name: getattr(row, name) for name in columns})
            for row in session.scalars(wanted)
        ]
    return found


def count_lines(sitting_id: int) -> int:
    """How many rows the log of a sitting has, in one statement."""
    counts = [
        select(func.count()).select_from(kind).where(home).scalar_subquery()
        for _, kind, home, _ in _tables(sitting_id)
    ]
    return sum(session.execute(select(*counts)).one())


def _tables(sitting_id: int) -> list[tuple[Source, Any, ColumnElement[bool], Any]]:
    """The tables that the log of a sitting is in: which rows are its own, and when each came."""
    return [
        (Source.SIGHTING, Sighting, _of_sitting(sitting_id), Sighting.received_at),
        (Source.INCIDENT, Incident, Incident.sitting_id == sitting_id, Incident.noted_at),
        (
            Source.INTERVENTION,
            Intervention,
            Intervention.sitting_id == sitting_id,
            Intervention.done_at,
        ),
    ]


def false_receipts() -> Iterator[tuple[Attempt, str]]:
    """Handed-in sheets whose receipt does not hold, with what is wrong, a stretch at a time."""
    last = 0
    while True:
        wanted = (
            select(Attempt)
            .options(joinedload(Attempt.person))
            .where(Attempt.id > last, Attempt.submitted_at.is_not(None))
            .order_by(Attempt.id)
            .limit(STRETCH)
        )
        attempts = list(session.scalars(wanted))
        if not attempts:
            return
        answers = responses([one.id for one in attempts])
        for one in attempts:
            found = verdict(one, answers[one.id])
            if not found.signed:
                yield one, "回执与答卷的记录不符"
            elif not found.unchanged:
                yield one, "交卷以后答案有变动"
        last = attempts[-1].id
        session.expunge_all()


def count_submitted() -> int:
    """How many sheets are handed in."""
    wanted = select(func.count()).select_from(Attempt).where(Attempt.submitted_at.is_not(None))
    return session.scalars(wanted).one()


def _sightings(sitting_id: int, wanted: Wanted) -> Select[Sighting]:
    statement = (
        select(Sighting)
        .where(_of_sitting(sitting_id))
        .order_by(Sighting.at.desc(), Sighting.id.desc())
    )
    if wanted.kind is not None:
        statement = statement.where(Sighting.kind == wanted.kind)
    else:
        statement = statement.where(Sighting.kind.not_in(FACTS))
    if wanted.search:
        named = [
            sheet
            for sheet, one in candidates_by_sheet(sitting_id).items()
            if wanted.search in f"{one.seat} {one.enrolment.person.name}"
        ]
        statement = statement.where(Sighting.attempt_id.in_(named))
    return statement


def _speakers(said: Collection[Recording]) -> dict[int | None, Candidate]:
    """Whose recordings these are, by sheet."""
    wanted = select(Candidate).where(Candidate.attempt_id.in_({one.attempt_id for one in said}))
    return {one.attempt_id: one for one in session.scalars(wanted)}


def _of_sitting(sitting_id: int) -> ColumnElement[bool]:
    sheets = select(Candidate.attempt_id).where(
        Candidate.sitting_id == sitting_id, Candidate.attempt_id.is_not(None)
    )
    return Sighting.attempt_id.in_(sheets)


def _sheets() -> Any:
    return Sighting.__table__.join(Candidate.__table__, Candidate.attempt_id == Sighting.attempt_id)


def _last_seals() -> Any:
    return (
        select(
            IncidentSeal.sitting_id,
            func.max(IncidentSeal.last_sighting).label("sighting"),
            func.max(IncidentSeal.last_incident).label("incident"),
            func.max(IncidentSeal.last_intervention).label("intervention"),
        )
        .group_by(IncidentSeal.sitting_id)
        .subquery()
    )
