"""Pages of the exam day: the console of the hall, what was set aside, the door, what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.attempts.rules.digests import show_code
from lms.exams.attempts.rules.states import ATTEMPT_STATE_NAMES, SUBMITTED_BY_NAMES
from lms.exams.sittings.day import actions, queries
from lms.exams.sittings.day.forms import DeedForm
from lms.exams.sittings.day.rules import DEED_NAMES, INCIDENT_NAMES, LOOK_NAMES, Deed, Look
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries import get_candidate, get_sitting
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.errors import Missing

blueprint = Blueprint("day", __name__, template_folder="templates", url_prefix="/<int:sitting_id>")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)
INCIDENT = "incident"


@blueprint.get("/console")
@allow(*WATCH)
def console(sitting_id: int) -> str:
    return _console(get_sitting(sitting_id, current_user), DeedForm(formdata=None))


@blueprint.get("/console/rows")
@allow(*WATCH)
def console_rows(sitting_id: int) -> Response:
    """The seats alone, asked for every few seconds; unchanged they are only said to be so."""
    response = make_response(_render("day/seats.html", **_watching(sitting_id)))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.post("/console")
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


@blueprint.get("/candidates/<int:candidate_id>")
@allow(*WATCH)
def candidate(sitting_id: int, candidate_id: int) -> str:
    sitting = get_sitting(sitting_id, current_user)
    return _candidate(sitting, candidate_id, DeedForm(formdata=None))


@blueprint.get("/log")
@allow(*WATCH)
def log(sitting_id: int) -> str:
    """Everything that was done and noted, with who, when and why."""
    sitting = get_sitting(sitting_id, current_user)
    return _render(
        "day/log.html",
        sitting=sitting,
        interventions=queries.interventions(sitting_id),
        incidents=queries.incidents(sitting_id),
    )


def _act(sitting: Sitting, form: DeedForm, who: list[int] | None) -> str:
    """Do it; the sentence that says so."""
    text, wanted = form.text.data or "", request.form.get("deed", "")
    if wanted == INCIDENT and form.kind.data:
        actions.note_incident(
            sitting, form.kind.data, candidate_ids=who, text=text, by=current_user, at=now()
        )
        return str(_("已记入考场记录。"))
    if wanted not in list(Deed):
        raise Missing("这种处置")
    deed = Deed(wanted)
    reached = actions.intervene(
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
        return url_for("sittings.day.console", sitting_id=sitting_id)
    return url_for("sittings.day.candidate", sitting_id=sitting_id, candidate_id=candidate_id)


def _console(sitting: Sitting, form: DeedForm, ticked: Sequence[int] = ()) -> str:
    return _render(
        "day/console.html",
        sitting=sitting,
        form=form,
        ticked=set(ticked),
        undecided=queries.count_undecided(sitting.id),
        **_watching(sitting.id),
    )


def _watching(sitting_id: int) -> dict[str, Any]:
    watched = queries.watch(sitting_id, current_user, now())
    counts = {look: sum(one.look is look for one in watched) for look in Look}
    return {
        "watched": watched,
        "counts": counts,
        "present": sum(one.is_present for one in watched),
        "unsent": sum(one.sheet.unsent for one in watched if one.sheet),
    }


def _candidate(sitting: Sitting, candidate_id: int, form: DeedForm) -> str:
    one = get_candidate(sitting.id, candidate_id)
    return _render(
        "day/candidate.html",
        sitting=sitting,
        candidate=one,
        state=one.attempt and one.attempt.state(now()),
        form=form,
        interventions=queries.interventions(sitting.id, candidate_id),
        incidents=queries.incidents(sitting.id, candidate_id),
    )


def _render(template: str, **context: Any) -> str:
    return render_template(
        template,
        looks=LOOK_NAMES,
        deeds=DEED_NAMES,
        deed=Deed,
        incident_names=INCIDENT_NAMES,
        attempt_states=ATTEMPT_STATE_NAMES,
        by=SUBMITTED_BY_NAMES,
        show_code=show_code,
        arranges=may(Permission.ARRANGE_EXAMS),
        at=now(),
        **context,
    )
