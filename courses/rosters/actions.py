"""Enrolling learners, placing them in the cohort, letting them go; name lists entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from courses.cohorts.actions import refuse_closed
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import all_enrolments, enrolments, lock_cohort
from courses.cohorts.rules import learner_number
from courses.quotas.actions import check_naming
from courses.rosters import queries
from courses.rosters.intake.matching import Line, Matched, RowState
from courses.rosters.models import RosterUpload
from courses.rosters.queries import Need
from courses.rosters.rules import Member, Place, split
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.people import actions as people
from lms.ground.people.actions import SHORTEST_REASON
from lms.ground.people.models import Person, Unit
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

ROSTER_LIMIT = 5 * 2**20


@dataclass(frozen=True)
class Newcomer:
    """A person to be enrolled, and the place in the cohort."""

    person: Person
    group_name: str = ""
    duty: str = ""
    dormitory: str = ""


def enrol(
    *,
    cohort: Cohort,
    person: Person,
    by: Actor,
    at: datetime,
    group_name: str = "",
    duty: str = "",
    dormitory: str = "",
) -> Enrolment:
    """Make a person a learner of the cohort; one who is there already is returned as is.

    Whoever had left comes back under the old number. Refused when the cohort is full or closed.
    """
    newcomer = Newcomer(person, group_name, duty, dormitory)
    return enrol_all(cohort=cohort, newcomers=[newcomer], by=by, at=at)[0]


def enrol_all(
    *, cohort: Cohort, newcomers: Sequence[Newcomer], by: Actor, at: datetime
) -> list[Enrolment]:
    """Enrol several people, all or none, numbered in the order given (no statement in a loop)."""
    refuse_closed(cohort)
    lock_cohort(cohort.id)
    known = {row.person_id: row for row in all_enrolments(cohort.id)}
    present = [row for row in known.values() if row.withdrawn_on is None]
    staying = {row.person_id for row in present}
    coming = {one.person.id: one for one in newcomers if one.person.id not in staying}
    if len(present) + len(coming) > cohort.capacity:
        raise Refused(
            f"“{cohort.title}”的名额是{cohort.capacity}人，已有{len(present)}人，"
            f"再加{len(coming)}人就超出了；请先调整名额。"
        )
    place = queries.last_place(cohort.id)
    for one in coming.values():
        row = known.get(one.person.id)
        if row is None:
            place += 1
            row = _new_enrolment(cohort, one, place, at)
            known[one.person.id] = row
        else:
            row.withdrawn_on, row.withdrawal_reason = None, ""
            row.version += 1
        sentence = f"{one.person.name}成为“{cohort.title}”的学员，学号{row.learner_number}"
        record("rosters.enrol", row, sentence, by=by, at=at, cohort=cohort.id)
    return [known[one.person.id] for one in newcomers]


def name_learner(*, cohort: Cohort, person: Person, by: Actor, at: datetime) -> Enrolment:
    """A unit names one of its people, within its quota; one who is there already is returned."""
    lock_cohort(cohort.id)
    known = queries.find_enrolment(cohort.id, person.id)
    if known is None or known.withdrawn_on is not None:
        check_naming(cohort=cohort, person=person)
    return enrol(cohort=cohort, person=person, by=by, at=at)


def withdraw(
    *, enrolment: Enrolment, on: date, reason: str, seen: int | None, by: Actor, at: datetime
) -> None:
    """Let a learner leave; the row stays, with date and reason. Conflict on a stale form."""
    if not reason:
        raise Refused("请写明退出的原因。")
    enrolment.edited_from(seen)
    if enrolment.withdrawn_on is not None:
        raise Refused(f"{enrolment.person.name}已经退出，不用再次登记。")
    enrolment.withdrawn_on, enrolment.withdrawal_reason = on, reason
    sentence = f"{enrolment.person.name}退出“{enrolment.cohort.title}”：{reason}"
    record("rosters.withdraw", enrolment, sentence, by=by, at=at, on=on.isoformat())


def place(
    *,
    enrolment: Enrolment,
    group_name: str,
    duty: str,
    dormitory: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Set group, duty in the cohort and dormitory of a learner; Conflict on a stale form."""
    enrolment.edited_from(seen)
    enrolment.group_name, enrolment.duty, enrolment.dormitory = group_name, duty, dormitory
    sentence = f"修改了{enrolment.person.name}在“{enrolment.cohort.title}”的分组和职务"
    record("rosters.place", enrolment, sentence, by=by, at=at)


def arrange(
    *,
    cohort: Cohort,
    places: Mapping[int, Place],
    seen: Mapping[int, int],
    by: Actor,
    at: datetime,
) -> int:
    """Set group, duty and dormitory of many learners at once, by enrolment; how many changed.

    `seen` are the versions that the page was built from: Conflict when a row that is to change
    was changed by somebody else meanwhile, and then nothing is.
    """
    refuse_closed(cohort)
    changed = 0
    for row in enrolments(cohort.id):
        wanted = places.get(row.id)
        if wanted is None or wanted == Place(row.group_name, row.duty, row.dormitory):
            continue
        row.edited_from(seen.get(row.id))
        row.group_name, row.duty, row.dormitory = wanted.group_name, wanted.duty, wanted.dormitory
        changed += 1
    if changed:
        sentence = f"安排了“{cohort.title}”{changed}名学员的分组、职务和宿舍"
        record("rosters.arrange", cohort, sentence, by=by, at=at)
    session.flush()
    return changed


def group(*, cohort: Cohort, groups: int, by: Actor, at: datetime) -> None:
    """Deal the learners out into so many groups, colleagues apart; Refused for too many groups."""
    refuse_closed(cohort)
    rows = enrolments(cohort.id)
    if not 1 <= groups <= max(len(rows), 1):
        raise Refused(f"现有学员{len(rows)}人，组数应在1到{max(len(rows), 1)}之间。")
    members = [
        Member(row.id, row.person.unit.name if row.person.unit else "", row.person.gender or "")
        for row in rows
    ]
    names = split(members, groups)
    for row in rows:
        if row.group_name != names[row.id]:
            row.group_name = names[row.id]
            row.version += 1
    record("rosters.group", cohort, f"把“{cohort.title}”的学员分为{groups}组", by=by, at=at)
    session.flush()


def read_needs(*, cohort: Cohort, reason: str, viewer: Account, at: datetime) -> list[Need]:
    """Dining and health notes of the learners in the clear, once, for a reason written down."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明查看的事由（至少{SHORTEST_REASON}个字）。")
    found = queries.needs(cohort.id, viewer)
    sentence = f"查看“{cohort.title}”{len(found)}名学员的饮食和健康备注，事由：{reason.strip()}"
    record("rosters.read_needs", cohort, sentence, by=viewer, at=at)
    return found


def bring_roster(
    *, cohort: Cohort, content: bytes | Readable, name: str, owner_id: int, by: Actor, at: datetime
) -> RosterUpload:
    """Keep a name list for the preview; the same file brought again is the same list.

    `name` is the file's own. Refused for files that are empty, too large, or no table.
    """
    refuse_closed(cohort)
    upload = store(content, name=name, owner_id=owner_id, at=at, limit=ROSTER_LIMIT)
    expect(upload, (media.XLSX, media.XLS, media.ODS, media.TEXT))
    known = queries.find_roster(cohort.id, upload.sha256)
    if known is not None:
        return known
    roster = RosterUpload(
        cohort_id=cohort.id,
        upload=upload,
        sha256=upload.sha256,
        brought_by=by.name,
        brought_at=at,
    )
    session.add(roster)
    sentence = f"为“{cohort.title}”上传了名册“{upload.name}”"
    record("rosters.bring_roster", roster, sentence, by=by, at=at)
    return roster


def enter_roster(
    *, cohort: Cohort, roster: RosterUpload, matched: Matched, by: Actor, at: datetime
) -> int:
    """Enrol everybody on the list, all or nothing; how many are new in the cohort.

    Refused with every fault of every row, and for new people whom nothing identifies until
    they are confirmed. Entered again, the list changes nothing.
    """
    reasons = matched.faults + matched.doubts
    if reasons:
        raise Refused(*reasons)
    units = dict(matched.units)
    for name, kind in matched.new_units.items():
        units[name] = people.create_unit(name, kind, None, by=by, at=at)
    coming = [line for line in matched.lines if line.state is not RowState.LEARNER]
    newcomers = [_newcomer(line, units, by=by, at=at) for line in coming]
    enrol_all(cohort=cohort, newcomers=newcomers, by=by, at=at)
    if newcomers or roster.entered_at is None:
        roster.entered_by, roster.entered_at = by.name, at
        roster.learners += len(newcomers)
        sentence = f"从名册“{roster.upload.name}”为“{cohort.title}”导入{len(newcomers)}名学员"
        unchecked = len(matched.doubtful)
        sentence += f"，其中{unchecked}人没有身份证号，确认为新的人" if unchecked else ""
        record("rosters.enter_roster", roster, sentence, by=by, at=at)
    return len(newcomers)


def _newcomer(line: Line, units: dict[str, Unit], *, by: Actor, at: datetime) -> Newcomer:
    row, person = line.row, line.person
    if person is None:
        unit = units.get(row.unit)
        details = replace(row.details, unit_id=unit.id if unit else None)
        person = people.save_person(None, details, by=by, at=at)
    return Newcomer(person, row.group_name, row.duty, row.dormitory)


def _new_enrolment(cohort: Cohort, one: Newcomer, place: int, at: datetime) -> Enrolment:
    row = Enrolment(
        cohort=cohort,
        person=one.person,
        learner_number=learner_number(cohort.programme.code, cohort.number, place),
        group_name=one.group_name,
        duty=one.duty,
        dormitory=one.dormitory,
        enrolled_at=at,
    )
    session.add(row)
    return row
