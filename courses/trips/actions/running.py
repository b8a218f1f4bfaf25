"""Running a trip: the weather decision, the roll call on the day, its lists and its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from courses.trips.actions.planning import refuse_cancelled
from courses.trips.models import (
    Trip,
    TripCheck,
    TripDecision,
    TripDeparture,
    TripPhoto,
    TripRider,
)
from courses.trips.queries import riding, weighing
from courses.trips.rules import (
    VERDICT_NAMES,
    Check,
    HeadCount,
    Verdict,
    departure_faults,
)
from courses.venues import actions as bookings
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell
from lms.ground.people.actions import SHORTEST_REASON
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

PICTURE_LIMIT = 10 * 2**20
OVER = "这次出行已经结束，不能再点名。"


def decide(*, trip: Trip, verdict: Verdict, note: str, by: Actor, at: datetime) -> TripDecision:
    """Decide whether to go, given the weather; whoever goes along is told of a change.

    A trip that is called off gives back what it had claimed, for good. Refused for one that took
    place: it is over, and people were ticked off or it was reported.
    """
    if not note.strip():
        raise Refused("请写明天气情况和决定的理由。")
    refuse_cancelled(trip)
    if riding.took_place(trip, at=at):
        raise Refused("这次出行已经去过了，不用再决定去不去；有情况请写进报告。")
    made = TripDecision(verdict=verdict, note=note.strip(), by_name=by.name, at=at)
    trip.decisions.append(made)
    session.flush()
    sentence = f"“{trip.cohort.title}”现场教学：{VERDICT_NAMES[verdict]}，{note.strip()}"
    record("trips.decide", trip, sentence, by=by, at=at, verdict=verdict.value)
    if verdict is Verdict.CANCEL:
        bookings.release_claims(weighing.HOLDER, trip.id)
    if verdict is not Verdict.GO:
        people = [row.enrolment.person_id for row in riding.riders(trip.id)]
        people += [one.id for one in trip.staff]
        people += [stop.person_id for stop in trip.stops if stop.person_id]
        tell(people, f"现场教学{VERDICT_NAMES[verdict]}", sentence, at=at)
    return made


def check_off(
    *, trip: Trip, checks: Sequence[Check], by: Actor, at: datetime
) -> list[tuple[str, str]]:
    """Keep checks that a device sends, each once however often it comes.

    Returns what cannot be kept as (id, sentence): the device then stops sending it. What was
    ticked before the roll closed counts whenever it comes.
    """
    known = riding.known_checks(trip.id, [one.id for one in checks])
    here = {row.id for row in riding.riders(trip.id)}
    refused = []
    for one in {one.id: one for one in checks}.values():
        if one.rider_id not in here or not 0 <= one.position <= len(trip.stops):
            refused.append((one.id, "这名学员或点位不在这次出行里。"))
        elif one.made_at > trip.roll_closes_at:
            refused.append((one.id, OVER))
        elif one.id not in known:
            session.add(
                TripCheck(
                    trip_id=trip.id, client_id=one.id, rider_id=one.rider_id, moment=one.moment,
                    position=one.position, is_present=one.is_present, made_at=one.made_at,
                    by_name=by.name, received_at=at,
                )
            )  # fmt: skip
    session.flush()
    if set(here) and len(checks) > len(known) + len(refused):
        new = len({one.id for one in checks}) - len(known) - len(refused)
        record("trips.check_off", trip, f"现场教学点名{new}条", by=by, at=at)
    return refused


def depart(
    *, trip: Trip, counts: Iterable[HeadCount], by: Actor, at: datetime
) -> list[tuple[str, str]]:
    """Keep head counts before departures; the first count of a place holds, sent again or not.

    Returns what cannot be kept as (id, sentence).
    """
    expected = len(riding.riders(trip.id))
    left = {row.position: row.client_id for row in riding.departures(trip.id)}
    refused = []
    for one in counts:
        faults = departure_faults(one.counted, expected, one.note)
        if one.position in left:
            if left[one.position] != one.id:
                refused.append((one.id, "这一站已经登记过出发，以先登记的为准。"))
        elif one.made_at > trip.roll_closes_at:
            refused.append((one.id, OVER))
        elif faults or not 0 <= one.position <= len(trip.stops):
            refused.append((one.id, "".join(faults) or "没有这个点位。"))
        else:
            left[one.position] = one.id
            session.add(
                TripDeparture(
                    trip_id=trip.id, client_id=one.id, position=one.position, counted=one.counted,
                    expected=expected, note=one.note.strip(), made_at=one.made_at,
                    by_name=by.name, received_at=at,
                )
            )  # fmt: skip
            sentence = f"“{trip.cohort.title}”点到{one.counted}人（应到{expected}人）后出发"
            record("trips.depart", trip, sentence, by=by, at=at, position=one.position)
    session.flush()
    return refused


def read_lists(*, trip: Trip, reason: str, viewer: Account, at: datetime) -> list[TripRider]:
    """Insurance and contact lists in the clear, once, for a reason that is written down."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明导出的事由（至少{SHORTEST_REASON}个字）。")
    found = riding.riders_in_the_clear(trip.id)
    sentence = (
        f"导出“{trip.cohort.title}”出行的保险和联系名单{len(found)}人，事由：{reason.strip()}"
    )
    record("trips.read_lists", trip, sentence, by=viewer, at=at)
    return found


def report(*, trip: Trip, text: str, seen: int | None, by: Actor, at: datetime) -> None:
    """Write the report of a trip; Conflict on a stale form, Refused before it began."""
    trip.edited_from(seen)
    if at < trip.starts_at:
        raise Refused("还没有出发，出行之后再写报告。")
    if not text.strip():
        raise Refused("报告还是空的。")
    trip.report, trip.reported_by, trip.reported_at = text.strip(), by.name, at
    record("trips.report", trip, f"填写“{trip.cohort.title}”现场教学报告", by=by, at=at)


def add_photo(
    *, trip: Trip, content: bytes | Readable, name: str, caption: str, by: Account, at: datetime
) -> TripPhoto:
    """Keep a picture for the report; Refused for what is none or too large."""
    upload = store(content, name=name, owner_id=by.id, at=at, limit=PICTURE_LIMIT)
    expect(upload, (media.JPEG, media.PNG, media.WEBP))
    photo = TripPhoto(trip_id=trip.id, upload=upload, caption=caption.strip())
    session.add(photo)
    session.flush()
    record("trips.add_photo", photo, f"为“{trip.cohort.title}”现场教学添加照片", by=by, at=at)
    return photo


def remove_photo(*, trip: Trip, photo: TripPhoto, by: Actor, at: datetime) -> None:
    """Take a picture out of the report."""
    sentence = f"移出“{trip.cohort.title}”现场教学的一张照片"
    record("trips.remove_photo", photo, sentence, by=by, at=at)
    session.delete(photo)
    session.flush()
