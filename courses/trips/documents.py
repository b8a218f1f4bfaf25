"""Rosters per bus, and the lists for insurer and emergencies, as Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.trips.models import Trip, TripRider
from courses.trips.rules import meals
from courses.venues.rules import when
from lms.ground.people.rules import GENDER_NAMES
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_BUS = (
    Column("序号", 6), Column("学号", 16), Column("姓名", 10), Column("单位", 26), Column("小组", 10),
    Column("手机", 14), Column("去程", 8), Column("返程", 8),
)  # fmt: skip
_INSURED = (
    Column("序号", 6), Column("姓名", 10), Column("性别", 6), Column("出生日期", 12),
    Column("身份证号", 22), Column("手机", 14), Column("单位", 26),
)  # fmt: skip
_CALLS = (
    Column("车号", 6), Column("姓名", 10), Column("手机", 14), Column("紧急联系人和电话", 30),
)  # fmt: skip
_TRIP = (Column("项目", 16), Column("内容", 80))


def roster(trip: Trip, riders: Sequence[TripRider]) -> bytes:
    """A sheet for every bus, telephone numbers masked, with columns to tick on paper."""
    return workbook([_bus(trip, bus.number, bus.plate, riders) for bus in trip.buses])


def lists(trip: Trip, riders: Sequence[TripRider], drivers: Mapping[int, str]) -> bytes:
    """Insured persons, whom to call, and the trip itself, in the clear."""
    insured = [_insured(place, rider) for place, rider in enumerate(riders, 1)]
    calls: list[list[Cell]] = [
        [rider.bus_number, rider.enrolment.person.name, rider.enrolment.person.phone,
         rider.emergency or ""]
        for rider in riders
    ]  # fmt: skip
    title = trip.cohort.title
    return workbook(
        [
            SheetSpec("保险名单", _INSURED, insured, f"{title}出行保险名单", landscape=True),
            SheetSpec("紧急联系", _CALLS, calls, f"{title}出行紧急联系名单"),
            SheetSpec("出行", _TRIP, _facts(trip, riders, drivers), f"{title}现场教学"),
        ]
    )


def _bus(trip: Trip, number: int, plate: str, riders: Sequence[TripRider]) -> SheetSpec:
    mine = [rider for rider in riders if rider.bus_number == number]
    rows: list[list[Cell]] = [
        [place, one.enrolment.learner_number, one.enrolment.person.name, _unit(one),
         one.enrolment.group_name, one.enrolment.person.phone_masked, "", ""]
        for place, one in enumerate(mine, 1)
    ]  # fmt: skip
    title = f"{trip.cohort.title}现场教学 {number}号车（{plate}）{len(mine)}人"
    return SheetSpec(f"{number}号车", _BUS, rows, title)


def _insured(place: int, rider: TripRider) -> list[Cell]:
    person = rider.enrolment.person
    gender = GENDER_NAMES[person.gender] if person.gender else ""
    return [place, person.name, gender, person.born, person.id_number, person.phone, _unit(rider)]


def _facts(
    trip: Trip, riders: Sequence[TripRider], drivers: Mapping[int, str]
) -> list[tuple[Cell, Cell]]:
    buses = [f"{bus.number}号车 {bus.plate}（{bus.seats}座）{drivers.get(bus.number, '')}"
             for bus in trip.buses]  # fmt: skip
    ordered = meals(len(riders), len(trip.staff), len(trip.buses))
    return [
        ("线路", trip.route.name),
        ("时间", when(trip.span)),
        ("带队和随队", "、".join(person.name for person in trip.staff)),
        ("车辆", "\n".join(buses)),
        (
            "用餐",
            f"{ordered}份（学员{len(riders)}，带队随队{len(trip.staff)}，驾驶员{len(trip.buses)}）",
        ),
        ("保险", trip.insurance),
        ("应急联系", trip.emergency),
        ("安全预案", trip.safety),
    ]


def _unit(rider: TripRider) -> str:
    unit = rider.enrolment.person.unit
    return unit.name if unit else ""
