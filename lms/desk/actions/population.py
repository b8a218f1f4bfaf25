"""The people of the demo school: units, staff, instructors, cadres. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from lms.desk.intake import DemoSchool
from lms.desk.rules.inventing import Invented, id_number, invent
from lms.ground.audit.actions import System
from lms.ground.people import actions as people
from lms.ground.people.models import Person, Unit
from lms.ground.people.rules import Gender, PersonDetails, Politics, Private, RankLevel, UnitKind

LEARNERS = 300


@dataclass(frozen=True)
class Population:
    """Units by code, instructors and staff by name, and the cadres who are enrolled."""

    units: dict[str, Unit]
    staff: dict[str, Person]
    cadres: list[Person]


def populate(school: DemoSchool, *, at: datetime, chance: Random) -> Population:
    """Write everybody down, the hard names among them."""
    units: dict[str, Unit] = {}
    for row in school.units:
        parent = units.get(row.get("parent", ""))
        kind = UnitKind(row["kind"])
        units[row["code"]] = people.create_unit(row["name"], kind, parent, by=System(), at=at)
    staff = {
        row["name"]: _save(_instructor(row, serial, school), units, at=at)
        for serial, row in enumerate(school.instructors, 1)
    }
    invented = invent(school.people, school.units, count=LEARNERS, chance=chance)
    return Population(units, staff, [_save(one, units, at=at) for one in invented])


def _instructor(row: dict[str, Any], serial: int, school: DemoSchool) -> Invented:
    born = date(1966 + serial % 28, serial % 12 + 1, serial % 27 + 1)
    return Invented(
        name=row["name"],
        gender="female" if serial % 2 == 0 else "male",
        born=born,
        ethnicity="汉族",
        education="大学本科",
        politics="member",
        unit=row["unit"],
        post=row["title"],
        rank="staff",
        id_number=id_number(school.people["id_area_code"], born, 500 + serial),
        phone=f"{school.people['phone_prefix']}{90000000 + serial}",
        diet="",
    )


def _save(one: Invented, units: dict[str, Unit], *, at: datetime) -> Person:
    private = {Private.ID_NUMBER: one.id_number, Private.PHONE: one.phone}
    if one.diet:
        private[Private.DIET] = one.diet
    is_member = one.politics == Politics.MEMBER
    details = PersonDetails(
        name=one.name,
        unit_id=units[one.unit].id,
        gender=Gender(one.gender),
        born=one.born,
        ethnicity=one.ethnicity,
        politics=Politics(one.politics),
        party_joined=date(one.born.year + 24, 7, 1) if is_member else None,
        education=one.education,
        post=one.post,
        rank=RankLevel(one.rank),
        is_party_secretary="党组织书记" in one.post,
        private=private,
    )
    return people.save_person(None, details, by=System(), at=at)
