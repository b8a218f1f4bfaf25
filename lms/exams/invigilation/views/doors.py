"""The door of the hall: who is to come, who has come, who is absent."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.exams.invigilation.actions import entering
from lms.exams.invigilation.forms import ArrivalForm
from lms.exams.invigilation.queries import doors
from lms.exams.invigilation.rules import DoorTimes, door_times
from lms.exams.invigilation.views.blueprint import WATCH, blueprint, render
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import allow
from lms.ground.clock import local, now
from lms.ground.norms.queries import values


@blueprint.get("/<int:sitting_id>/door")
@allow(*WATCH)
def door(sitting_id: int) -> str:
    """Who is to come, who has come and how late, and who is absent."""
    return _door(get_sitting(sitting_id, current_user), ArrivalForm(formdata=None))


@blueprint.post("/<int:sitting_id>/door/<int:candidate_id>")
@allow(*WATCH)
def check_in(sitting_id: int, candidate_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), ArrivalForm()
    if form.validate():
        with form.telling_refusals():
            reason = form.reason.data or ""
            if request.form.get("undo"):
                entering.undo_check_in(
                    sitting, candidate_id, reason=reason, by=current_user, at=now()
                )
            else:
                entering.check_in(
                    sitting,
                    candidate_id,
                    times=_door_times(sitting),
                    reason=reason,
                    by=current_user,
                    at=now(),
                )
            place = url_for("invigilation.door", sitting_id=sitting_id, _anchor=f"c{candidate_id}")
            return redirect(place, 303)
    return _door(sitting, form), 422


def _door_times(sitting: Sitting) -> DoorTimes:
    codes = ("exam.early_minutes", "exam.late_minutes", "exam.earliest_leave_minutes")
    day, scope = local(sitting.opens_at).date(), sitting.exam.cohort.programme.code
    found = values(*codes, on=day, scope=scope)
    early, late, leave = (int(found[code]) for code in codes)
    return door_times(sitting.opens_at, early=early, late=late, leave=leave)


def _door(sitting: Sitting, form: ArrivalForm) -> str:
    listed = doors.door(sitting.id)
    search = request.args.get("search", "").strip()
    return render(
        "invigilation/door.html",
        sitting=sitting,
        form=form,
        times=_door_times(sitting),
        listed=[
            one
            for one in listed
            if search in f"{one.candidate.seat} {one.candidate.enrolment.person.name}"
        ],
        expected=len(listed),
        absent=[one for one in listed if not one.came],
    )
