"""Pages of the exam day: the console of the hall, what was set aside, the door, what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.digests import show_code
from lms.exams.attempts.rules.states import ATTEMPT_STATE_NAMES, SUBMITTED_BY_NAMES
from lms.exams.invigilation import actions
from lms.exams.invigilation.documents import plan, records_workbook
from lms.exams.invigilation.forms import ArrivalForm, DecisionForm, DeedForm, SeatsForm
from lms.exams.invigilation.queries import asides, doors, hall, records
from lms.exams.invigilation.rules import (
    DEED_NAMES,
    INCIDENT_NAMES,
    LOOK_NAMES,
    PRINT_NAMES,
    USUAL_COLUMNS,
    Deed,
    DoorTimes,
    IncidentKind,
    Look,
    Print,
    door_times,
    fitting,
    in_words,
)
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.candidates import get_candidate
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow, may
from lms.ground.clock import local, now
from lms.ground.errors import Missing
from lms.ground.norms.queries import values
from lms.ground.uploads import delivery
from lms.ground.web.links import link

blueprint = Blueprint("invigilation", __name__, template_folder="templates")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)
INCIDENT = "incident"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:sitting_id>/console")
@allow(*WATCH)
def console(sitting_id: int) -> str:
    return _console(get_sitting(sitting_id, current_user), DeedForm(formdata=None))


@blueprint.get("/<int:sitting_id>/console/rows")
@allow(*WATCH)
def console_rows(sitting_id: int) -> Response:
    """The seats alone, asked for every few seconds; unchanged they are only said to be so."""
    response = make_response(_render("invigilation/seats.html", **_watching(sitting_id)))
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


@blueprint.get("/<int:sitting_id>/log")
@allow(*WATCH)
def log(sitting_id: int) -> str:
    """What was noted, or what was done, with who, when and why: one list at a time."""
    sitting = get_sitting(sitting_id, current_user)
    done = request.args.get("list") == "done"
    listed = records.page_of_interventions if done else records.page_of_incidents
    page = listed(sitting_id, _wanted(done), page=request.args.get("page", type=int))
    return _render(
        "invigilation/log.html",
        sitting=sitting,
        done=done,
        page=page,
        interventions=page.rows if done else [],
        incidents=[] if done else page.rows,
    )


@blueprint.get("/<int:sitting_id>/log.xlsx")
@allow(*WATCH)
def export(sitting_id: int) -> Response:
    """Both lists as a file, narrowed as the page was."""
    sitting = get_sitting(sitting_id, current_user)
    found = records.all_records(sitting_id, records.Wanted(_wanted(False).search))
    content = records_workbook(sitting.exam.title, *found)
    name = f"{sitting.exam.cohort.title}{sitting.exam.title}考场处置记录.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _wanted(done: bool) -> records.Wanted:
    kind, known = request.args.get("kind", ""), set(Deed) if done else set(IncidentKind)
    return records.Wanted(request.args.get("search", "").strip(), kind if kind in known else "")


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
    if form.validate():
        with form.telling_refusals():
            done = actions.decide_steps(
                sitting,
                steps,
                said,
                counted=request.form.get("verdict") == "count",
                reason=form.reason.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("已处理 %(done)s 步留存的作答。", done=done))
            return redirect(url_for("invigilation.aside", sitting_id=sitting_id), 303)
    return _aside(sitting, form, steps, said), 422


@blueprint.get("/<int:sitting_id>/aside/recordings/<int:recording_id>")
@allow(*WATCH)
def recording(sitting_id: int, recording_id: int) -> Response:
    """A recording that was set aside, to be heard before it is decided on."""
    get_sitting(sitting_id, current_user)
    return delivery.send(asides.get_recording(sitting_id, recording_id))


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
                actions.undo_check_in(
                    sitting, candidate_id, reason=reason, by=current_user, at=now()
                )
            else:
                actions.check_in(
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


@blueprint.get("/<int:sitting_id>/papers")
@allow(*WATCH)
def papers(sitting_id: int) -> str:
    """Who sits where, and what is printed for the sitting."""
    sitting = get_sitting(sitting_id, current_user)
    columns = sitting.seat_columns or USUAL_COLUMNS
    seed = sitting.exam.paper.seed if sitting.seat_seed is None else sitting.seat_seed
    return _papers(sitting, SeatsForm(formdata=None, columns=columns, seed=seed))


@blueprint.post("/<int:sitting_id>/seats")
@allow(Permission.ARRANGE_EXAMS)
def draw_seats(sitting_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), SeatsForm()
    if form.validate():
        columns, seed = form.columns.data, form.seed.data
        actions.draw_seats(sitting, columns=columns, seed=seed, by=current_user, at=now())
        flash(_("座位已排定。"))
        return redirect(url_for("invigilation.papers", sitting_id=sitting_id), 303)
    return _papers(sitting, form), 422


@blueprint.post("/<int:sitting_id>/print/<part>")
@allow(*WATCH)
def print_sheets(sitting_id: int, part: str) -> ResponseReturnValue:
    sitting = get_sitting(sitting_id, current_user)
    if part not in list(Print):
        raise Missing("这种用表")
    job = actions.print_sheets(sitting, Print(part), by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _papers(sitting: Sitting, form: SeatsForm) -> str:
    rows = plan(sitting, doors.door(sitting.id))
    return _render("invigilation/papers.html", sitting=sitting, form=form, rows=rows)


def _aside(
    sitting: Sitting,
    form: DecisionForm,
    ticked: Sequence[int] = (),
    said: Sequence[int] = (),
) -> str:
    return _render(
        "invigilation/aside.html",
        sitting=sitting,
        form=form,
        rows=asides.aside(sitting.id),
        recordings=asides.recordings_aside(sitting.id),
        in_words=in_words,
        ticked=set(ticked),
        said=set(said),
    )


def _door_times(sitting: Sitting) -> DoorTimes:
    codes = ("exam.early_minutes", "exam.late_minutes", "exam.earliest_leave_minutes")
    day, scope = local(sitting.opens_at).date(), sitting.exam.cohort.programme.code
    found = values(*codes, on=day, scope=scope)
    early, late, leave = (int(found[code]) for code in codes)
    return door_times(sitting.opens_at, early=early, late=late, leave=leave)


def _door(sitting: Sitting, form: ArrivalForm) -> str:
    listed = doors.door(sitting.id)
    search = request.args.get("search", "").strip()
    return _render(
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
        return url_for("invigilation.console", sitting_id=sitting_id)
    return url_for("invigilation.candidate", sitting_id=sitting_id, candidate_id=candidate_id)


def _console(sitting: Sitting, form: DeedForm, ticked: Sequence[int] = ()) -> str:
    return _render(
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
        "https": link("admission.https"),
    }


def _candidate(sitting: Sitting, candidate_id: int, form: DeedForm) -> str:
    one = get_candidate(sitting.id, candidate_id)
    return _render(
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
    return fitting(sheet.state(now()), is_begun=begun, is_paused=paused)


def _render(template: str, **context: Any) -> str:
    sitting_id = context.get("sitting_id") or context["sitting"].id
    return render_template(
        template,
        sightings=link("incidents.show", sitting_id=sitting_id),
        answer_files=link("answer_files.show", sitting_id=sitting_id),
        looks=LOOK_NAMES,
        deeds=DEED_NAMES,
        incident_names=INCIDENT_NAMES,
        prints=PRINT_NAMES,
        attempt_states=ATTEMPT_STATE_NAMES,
        by=SUBMITTED_BY_NAMES,
        show_code=show_code,
        arranges=may(Permission.ARRANGE_EXAMS),
        at=now(),
        **context,
    )
