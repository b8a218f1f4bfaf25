"""Giving the places of a cohort to units, and reminding those that have not named all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from courses.cohorts.actions import refuse_closed
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.quotas import queries
from courses.quotas.models import Quota
from courses.quotas.rules import naming_faults, quota_faults
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell
from lms.ground.people.models import Person, Unit


def allot(*, cohort: Cohort, places: Mapping[Unit, int], by: Actor, at: datetime) -> None:
    """Give these units so many places each; 0 takes a quota back, others stay as they are.

    Refused when more is given than the cohort has. Saved twice, it changes nothing.
    """
    refuse_closed(cohort)
    lock_cohort(cohort.id)
    known = {one.unit_id: one for one in queries.quotas(cohort.id)}
    total = {one.unit.name: one.places for one in known.values()}
    total |= {unit.name: number for unit, number in places.items()}
    faults = quota_faults(total, cohort.capacity)
    if faults:
        raise Refused(*faults)
    changed = [unit for unit, number in places.items() if number != _places(known, unit)]
    for unit in changed:
        _write(cohort, known.get(unit.id), unit, places[unit])
    if changed:
        told = "、".join(f"{unit.name}{places[unit]}人" for unit in changed)
        record("quotas.allot", cohort, f"分配“{cohort.title}”的名额：{told}", by=by, at=at)
    session.flush()


def check_naming(*, cohort: Cohort, person: Person) -> None:
    """Refused when the person's unit may name nobody more; a cohort without quotas lets all pass.

    Called with the cohort locked, so that two who name at once are counted one after the other.
    """
    if not queries.has_quotas(cohort.id):
        return
    faults = naming_faults(queries.find_share(cohort.id, person.unit_id))
    if faults:
        raise Refused(*faults)


def remind(*, cohort: Cohort, by: Actor, at: datetime, link: str) -> list[str]:
    """Write to the administrators of units that have places left; the names of those units."""
    short = [share for share in queries.shares(cohort.id) if share.left > 0]
    for share in short:
        body = (
            f"“{cohort.title}”分给{share.unit}{share.places}个名额，已报{share.named}人，"
            f"还有{share.left}个没有报。请登录后在班次里添加学员。"
        )
        people = queries.administrators(share.unit_id)
        tell(people, f"请报送“{cohort.title}”的学员", body, at=at, link=link)
    units = [share.unit for share in short]
    if units:
        sentence = f"提醒{len(units)}个单位报送“{cohort.title}”的学员"
        record("quotas.remind", cohort, sentence, by=by, at=at, units=units)
    return units


def _places(known: Mapping[int, Quota], unit: Unit) -> int:
    row = known.get(unit.id)
    return row.places if row else 0


def _write(cohort: Cohort, row: Quota | None, unit: Unit, number: int) -> None:
    if row is None:
        session.add(Quota(cohort_id=cohort.id, unit=unit, places=number))
    elif number:
        row.places = number
    else:
        session.delete(row)
