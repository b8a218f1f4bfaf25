"""A cohort with a route, ready for a trip, for the tests of trips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.routes import actions as routes
from courses.routes.models import Route
from courses.routes.queries import get_route
from courses.routes.rules import RouteDraft, StopDraft
from courses.trips.actions import planning
from courses.trips.models import Trip
from courses.trips.queries import outings
from courses.trips.rules import BusPlan, StopPlan, TripDraft
from courses.venues.models import Venue
from courses.venues.rules import VenueKind
from lms.ground.clock import from_local, now
from lms.ground.people.models import Person
from lms.ground.people.queries import get_person_of
from tests import cast, make

DEPARTS = from_local(datetime.combine(make.FIRST_DAY, time(8, 30)))


@dataclass(frozen=True)
class Outing:
    """What a trip is planned from."""

    cohort: Cohort
    route: Route
    base: Venue
    leader: Person
    teacher: Person

    def draft(self, *, seats: int = 10, plate: str = "车A", **changes: object) -> TripDraft:
        """Two stops, the first at the base with a teacher, in one bus."""
        filled: dict[str, object] = {
            "departs_at": DEPARTS, "back_minutes": 20, "leader_id": self.leader.id,
            "guide_ids": (), "buses": (BusPlan(plate, seats, "周师傅 0000"),),
            "stops": (
                StopPlan("放马哨", 40, 30, "宣誓", self.base.id, self.teacher.id),
                StopPlan("天才路", 50, 10),
            ),
            **changes,
        }  # fmt: skip
        return TripDraft(**filled)  # type: ignore[arg-type]


def outing(*, learners: int = 3, number: int = 7) -> Outing:
    """A running cohort of so many learners."""
    adviser = get_person_of(cast.adviser())
    cohort = make.cohort(make.course(), number=number, stage=CohortStage.RUNNING, adviser=adviser)
    for place in range(learners):
        make.enrolment(cohort, make.person(f"学员{number}{place}"))
    base = make.venue(f"放马哨{number}", kind=VenueKind.BASE)
    stops = (StopDraft("放马哨", 40, 30, "宣誓", base.id), StopDraft("天才路", 50, 10))
    made = routes.draw(RouteDraft(f"线路{number}", "", stops), by=cast.office(), at=now())
    office = cast.office()
    return Outing(
        get_cohort(cohort.id, office),
        get_route(made.id),
        base,
        get_person_of(office),
        make.person(),
    )


def planned(of: Outing, **changes: object) -> Trip:
    """The trip, as its query gives it."""
    office, at = cast.office(), now()
    draft = of.draft(**changes)  # type: ignore[arg-type]
    trip = planning.plan(cohort=of.cohort, route=of.route, draft=draft, by=office, at=at)
    return outings.get_trip(trip.id, office)
