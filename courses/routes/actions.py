"""Drawing routes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from courses.routes.models import Route, Stop
from courses.routes.rules import RouteDraft, draft_faults
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job

LEAFLET = "routes.leaflet"


def draw(draft: RouteDraft, *, by: Actor, at: datetime) -> Route:
    """Enter a route; Refused when it has faults or its name is taken."""
    _check(draft)
    route = Route(name=draft.name, summary=draft.summary, stops=_stops(draft))
    _keep(route, draft.name)
    record("routes.draw", route, f"登记了现场教学线路“{route.name}”", by=by, at=at)
    return route


def revise(route: Route, draft: RouteDraft, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Change a route and its stops (which must be loaded); Conflict on a stale form."""
    _check(draft)
    route.edited_from(seen)
    route.stops.clear()
    session.flush()  # the old positions are free before the new ones are taken
    route.name, route.summary = draft.name, draft.summary
    route.stops.extend(_stops(draft))
    _keep(route, draft.name)
    record("routes.revise", route, f"修改了现场教学线路“{route.name}”", by=by, at=at)


def ask_for_leaflet(route: Route, *, by: Account, at: datetime) -> Job:
    """Have the leaflet of a route made as PDF in the background."""
    return jobs.enqueue(LEAFLET, owner_id=by.id, at=at, route_id=route.id)


def _stops(draft: RouteDraft) -> list[Stop]:
    return [Stop(position=place, **asdict(stop)) for place, stop in enumerate(draft.stops, 1)]


def _check(draft: RouteDraft) -> None:
    faults = draft_faults(draft)
    if faults:
        raise Refused(*faults)


def _keep(route: Route, name: str) -> None:
    try:
        with session.begin_nested():
            session.add(route)
            session.flush()
    except IntegrityError:
        raise Refused(f"已经有名为“{name}”的线路，请换一个名称。") from None
