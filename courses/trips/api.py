"""What the organiser's phone says and asks on the day: state, and operations that count once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from courses.trips.actions import running
from courses.trips.queries import outings, riding
from courses.trips.rules import Check, HeadCount, Moment, as_numbers, present
from lms.ground.access import allow
from lms.ground.clock import now
from lms.ground.config import ROOT
from lms.ground.errors import Refused

blueprint = Blueprint("trips_api", __name__)
MOST = 2000
_LONGEST_ID = 64


@blueprint.get("/worker.js")
@allow(*outings.RUNNERS)
def worker() -> Response:
    """The service worker, served from here because it may look after `/trips/` only."""
    script = (ROOT / "static" / "trips_worker.js").read_text()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/<int:trip_id>/state.json")
@allow(*outings.RUNNERS)
def state(trip_id: int) -> dict[str, Any]:
    """What is known here, told to `account`; `now` lets the phone set its checks by our clock.

    The token is fresh: one from the morning may have lapsed by the time there is signal again.
    """
    trip = outings.get_trip_to_run(trip_id, current_user)
    return _state(trip.id) | {"token": generate_csrf(), "account": str(current_user.id)}


@blueprint.post("/<int:trip_id>/operations")
@allow(*outings.RUNNERS)
def operations(trip_id: int) -> dict[str, Any]:
    """Take checks and head counts, each once; the answer names what is refused for good."""
    trip = outings.get_trip_to_run(trip_id, current_user)
    checks, counts = _read(request.get_json())
    refused = running.check_off(trip=trip, checks=checks, by=current_user, at=now())
    refused += running.depart(trip=trip, counts=counts, by=current_user, at=now())
    told = [{"id": number, "reason": reason} for number, reason in refused]
    return _state(trip.id) | {
        "acknowledged": [one.id for one in checks] + [one.id for one in counts],
        "refused": told,
    }


def _state(trip_id: int) -> dict[str, Any]:
    return {
        "now": int(now().timestamp() * 1000),
        "present": as_numbers(present(riding.checks(trip_id))),
        "departures": [
            {"position": one.position, "counted": one.counted, "note": one.note}
            for one in riding.departures(trip_id)
        ],
    }


def _read(body: Any) -> tuple[list[Check], list[HeadCount]]:
    """Operations as the phone keeps them; Refused when they are none."""
    try:
        rows = body["operations"]
        if len(rows) > MOST:
            raise Refused("一次补传的记录太多，请分次补传。")
        checks = [_check(row) for row in rows if row["kind"] == "check"]
        counts = [_count(row) for row in rows if row["kind"] == "depart"]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused("这些点名记录读不出来。") from error
    return checks, counts


def _check(row: dict[str, Any]) -> Check:
    moment, position = Moment(row["moment"]), int(row["position"])
    return Check(_id(row), moment, position, int(row["rider"]), bool(row["present"]), _instant(row))


def _count(row: dict[str, Any]) -> HeadCount:
    return HeadCount(
        _id(row), int(row["position"]), int(row["counted"]), str(row["note"])[:200], _instant(row)
    )


def _id(row: dict[str, Any]) -> str:
    found = str(row["id"])
    if not 8 <= len(found) <= _LONGEST_ID:
        raise ValueError("no id")
    return found


def _instant(row: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(row["at"]) / 1000, UTC)
