"""What was set aside, for a person to decide on."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.invigilation.actions import deciding
from lms.exams.invigilation.forms import DecisionForm
from lms.exams.invigilation.queries import asides
from lms.exams.invigilation.rules import in_words
from lms.exams.invigilation.views.blueprint import WATCH, blueprint, render
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.uploads import delivery


@blueprint.get("/<int:sitting_id>/aside")
@allow(*WATCH)
def aside(sitting_id: int) -> str:
    """The answers that came too late or from a device that was fenced off, with the evidence."""
    return _aside(get_sitting(sitting_id, current_user), DecisionForm(formdata=None))


@blueprint.post("/<int:sitting_id>/aside")
@allow(Permission.ARRANGE_EXAMS)
def decide(sitting_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), DecisionForm()
    steps = request.form.getlist("step", type=int)
    said = request.form.getlist("recording", type=int)
    lent = request.form.getlist("borrowed")
    if form.validate():
        with form.telling_refusals():
            done = deciding.decide_steps(
                sitting,
                steps,
                said,
                lent,
                counted=request.form.get("verdict") == "count",
                reason=form.reason.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("已处理 %(done)s 处留存的作答。", done=done))
            return redirect(url_for("invigilation.aside", sitting_id=sitting_id), 303)
    return _aside(sitting, form, steps, [*said, *lent]), 422


@blueprint.get("/<int:sitting_id>/aside/recordings/<int:recording_id>")
@allow(*WATCH)
def recording(sitting_id: int, recording_id: int) -> Response:
    """A recording that was set aside, to be heard before it is decided on."""
    get_sitting(sitting_id, current_user)
    return delivery.send(asides.get_recording(sitting_id, recording_id))


def _aside(
    sitting: Sitting,
    form: DecisionForm,
    ticked: Sequence[int] = (),
    said: Sequence[int | str] = (),
) -> str:
    return render(
        "invigilation/aside.html",
        sitting=sitting,
        form=form,
        rows=asides.aside(sitting.id),
        recordings=asides.recordings_aside(sitting.id),
        borrowed=asides.recordings_borrowed(sitting.id),
        in_words=in_words,
        ticked=set(ticked),
        said=set(said),
    )
