"""Who rides on a trip, who was ticked off, and what was photographed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload, undefer

from courses.cohorts.models import Enrolment
from courses.trips.models import (
    Trip,
    TripBus,
    TripCheck,
    TripDeparture,
    TripPhoto,
    TripRider,
)
from courses.trips.rules import (
    Check,
)
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


def riders(trip_id: int) -> list[TripRider]:
    """Who goes along, by bus and number, with enrolment, person and unit."""
    wanted = (
        select(TripRider)
        .join(TripRider.enrolment)
        .options(
            joinedload(TripRider.enrolment).joinedload(Enrolment.person).joinedload(Person.unit)
        )
        .where(TripRider.trip_id == trip_id)
        .order_by(TripRider.bus_number, Enrolment.learner_number)
    )
    return list(session.scalars(wanted))


def riders_in_the_clear(trip_id: int) -> list[TripRider]:
    """The same with numbers and contacts: for an action that writes down who asked and why."""
    wanted = (
        select(TripRider)
        .join(TripRider.enrolment)
        .options(
            undefer(TripRider.emergency),
            joinedload(TripRider.enrolment)
            .joinedload(Enrolment.person)
            .options(undefer(Person.id_number), undefer(Person.phone), joinedload(Person.unit)),
        )
        .where(TripRider.trip_id == trip_id)
        .order_by(TripRider.bus_number, Enrolment.learner_number)
    )
    return list(session.scalars(wanted))


def drivers(trip_id: int) -> dict[int, str]:
    """Name and telephone of the driver of each bus, by the number of the bus."""
    rows = session.execute(select(TripBus.number, TripBus.driver).where(TripBus.trip_id == trip_id))
    return {number: driver or "" for number, driver in rows}


def with_contact(trip_id: int) -> set[int]:
    """The riders whose emergency contact is known; nothing is decrypted for it."""
    wanted = select(TripRider.id).where(TripRider.trip_id == trip_id)
    return set(session.scalars(wanted.where(TripRider.emergency.is_not(None))))


def rider_counts(trip_ids: Collection[int]) -> dict[int, int]:
    """How many learners go along on each of these trips."""
    counted = select(TripRider.trip_id, func.count()).where(TripRider.trip_id.in_(trip_ids))
    rows = session.execute(counted.group_by(TripRider.trip_id))
    return {row[0]: row[1] for row in rows}


def unseated(trip: Trip) -> list[Enrolment]:
    """The learners of its cohort who have no seat on a trip, by learner number."""
    seated = exists().where(TripRider.enrolment_id == Enrolment.id, TripRider.trip_id == trip.id)
    wanted = select(Enrolment).where(
        Enrolment.cohort_id == trip.cohort_id, Enrolment.withdrawn_on.is_(None), ~seated
    )
    return list(session.scalars(wanted.order_by(Enrolment.learner_number)))


def checks(trip_id: int) -> list[Check]:
    """Everything that was ticked, as rules see it."""
    rows = session.scalars(select(TripCheck).where(TripCheck.trip_id == trip_id))
    return [
        Check(one.client_id, one.moment, one.position, one.rider_id, one.is_present, one.made_at)
        for one in rows
    ]


def known_checks(trip_id: int, client_ids: Collection[str]) -> set[str]:
    """Those of these checks that are here already."""
    wanted = select(TripCheck.client_id).where(TripCheck.trip_id == trip_id)
    return set(session.scalars(wanted.where(TripCheck.client_id.in_(client_ids))))


def departures(trip_id: int) -> list[TripDeparture]:
    """From where the trip has left, in order."""
    wanted = select(TripDeparture).where(TripDeparture.trip_id == trip_id)
    return list(session.scalars(wanted.order_by(TripDeparture.position)))


def took_place(trip: Trip, *, at: datetime) -> bool:
    """Is a trip over that somebody was ticked off on, or that was reported?"""
    gone = trip.reported_at is not None or bool(checks(trip.id) or departures(trip.id))
    return at >= trip.ends_at and gone


def photos(trip_id: int) -> list[TripPhoto]:
    """The pictures of a trip, as they were added."""
    wanted = select(TripPhoto).options(joinedload(TripPhoto.upload))
    return list(session.scalars(wanted.where(TripPhoto.trip_id == trip_id).order_by(TripPhoto.id)))


def get_photo(trip_id: int, photo_id: int) -> TripPhoto:
    """A picture of this trip, or Missing."""
    wanted = select(TripPhoto).options(joinedload(TripPhoto.upload))
    found = session.scalar(wanted.where(TripPhoto.id == photo_id, TripPhoto.trip_id == trip_id))
    if found is None:
        raise Missing("这张照片")
    return found
