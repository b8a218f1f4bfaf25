"""The console of the hall, and one candidate of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.invigilation.actions import deeds
from lms.exams.invigilation.forms import DeedForm
from lms.exams.invigilation.queries import asides, hall, records
from lms.exams.invigilation.rules import DEED_NAMES, Deed, Look, fitting
from lms.exams.invigilation.views.blueprint import WATCH, blueprint, render
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.candidates import get_candidate
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground import clock
from lms.ground.access import allow
from lms.ground.clock import now
from lms.ground.errors import Missing
from lms.ground.web.links import link

INCIDENT = "incident"


@blueprint.get("/<int:sitting_id>/console")
@allow(*WATCH)
def console(sitting_id: int) -> str:
    return _console(get_sitting(sitting_id, current_user), DeedForm(formdata=None))


@blueprint.get("/<int:sitting_id>/console/rows")
@allow(*WATCH)
def console_rows(sitting_id: int) -> Response:
    """The seats alone, asked for every few seconds; unchanged they are only said to be so."""
    response = make_response(render("invigilation/seats.html", **_watching(sitting_id)))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.post("/<int:sitting_id>/console")
@allow(*WATCH)
def act(sitting_id: int) -> ResponseReturnValue:
    """Do to the ticked, or to the whole hall, what the button says that was pressed."""
    sitting, form = get_sitting(sitting_id, current_user), DeedForm()
    who = request.form.getlist("who", type=int)
    back = request.form.get("back", type=int)
    if form.validate():
        with form.telling_refusals():
            flash(_act(sitting, form, None if form.everyone.data else who))
            return redirect(_back(sitting_id, back), 303)
    if back is not None:
        return _candidate(sitting, back, form), 422
    return _console(sitting, form, who), 422


@blueprint.get("/<int:sitting_id>/candidates/<int:candidate_id>")
@allow(*WATCH)
def candidate(sitting_id: int, candidate_id: int) -> str:
    sitting = get_sitting(sitting_id, current_user)
    return _candidate(sitting, candidate_id, DeedForm(formdata=None))


def _act(sitting: Sitting, form: DeedForm, who: list[int] | None) -> str:
    """Do it; the sentence that says so."""
    text, wanted = form.text.data or "", request.form.get("deed", "")
    if wanted == INCIDENT and form.kind.data:
        deeds.note_incident(
            sitting, form.kind.data, candidate_ids=who, text=text, by=current_user, at=now()
        )
        return str(_("已记入考场记录。"))
    if wanted not in list(Deed):
        raise Missing("这种处置")
    deed = Deed(wanted)
    reached = deeds.intervene(
        sitting,
        deed,
        candidate_ids=who,
        minutes=form.minutes.data,
        text=text,
        by=current_user,
        at=now(),
    )
    return str(_("%(deed)s：已对 %(reached)s 名考生执行。", deed=DEED_NAMES[deed], reached=reached))


def _back(sitting_id: int, candidate_id: int | None) -> str:
    if candidate_id is None:
        return url_for("invigilation.console", sitting_id=sitting_id)
    return url_for("invigilation.candidate", sitting_id=sitting_id, candidate_id=candidate_id)


def _console(sitting: Sitting, form: DeedForm, ticked: Sequence[int] = ()) -> str:
    return render(
        "invigilation/console.html",
        sitting=sitting,
        form=form,
        offered=list(Deed),
        ticked=set(ticked),
        undecided=asides.count_undecided(sitting.id),
        **_watching(sitting.id),
    )


def _watching(sitting_id: int) -> dict[str, Any]:
    watched = hall.watch(sitting_id, current_user, now())
    counts = {look: sum(one.look is look for one in watched) for look in Look}
    return {
        "sitting_id": sitting_id,
        "watched": watched,
        "counts": counts,
        "present": sum(one.is_present for one in watched),
        "unsent": sum(one.sheet.unsent for one in watched if one.sheet),
        "silent": hall.silent_seats(sitting_id),
        "settled": clock.watch.is_settled(),
        "https": link("admission.https"),
    }


def _candidate(sitting: Sitting, candidate_id: int, form: DeedForm) -> str:
    one = get_candidate(sitting.id, candidate_id)
    return render(
        "invigilation/candidate.html",
        sitting=sitting,
        candidate=one,
        state=one.attempt and one.attempt.state(now()),
        offered=_offered(one.attempt),
        form=form,
        interventions=records.interventions(sitting.id, candidate_id),
        incidents=records.incidents(sitting.id, candidate_id),
    )


def _offered(sheet: Attempt | None) -> list[Deed]:
    if sheet is None:
        return []
    begun, paused = sheet.started_at is not None, sheet.paused_at is not None
    on_paper = sheet.submitted_by is SubmittedBy.PAPER
    return fitting(sheet.state(now()), is_begun=begun, is_paused=paused, is_on_paper=on_paper)
