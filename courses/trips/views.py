"""Pages of trips: planning, riders, decisions, the report."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohorts, enrolments, get_cohort
from courses.routes.models import Route
from courses.routes.queries import chart_of, get_route, routes
from courses.trips import documents
from courses.trips.actions import planning, running
from courses.trips.forms import DecisionForm, PhotoForm, ReportForm, TripForm, filled
from courses.trips.models import Trip
from courses.trips.queries import outings, riding, weighing
from courses.trips.rules import VERDICT_NAMES, Moment, meals, present
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.uploads.delivery import send
from lms.ground.uploads.media import XLSX
from lms.ground.web.shell import show_images_of

blueprint = Blueprint("trips", __name__, template_folder="templates")
BUS, EMERGENCY = "bus-", "emergency-"


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    cohort_id = request.args.get("cohort", type=int)
    page = outings.page_of_trips(
        current_user,
        search=request.args.get("search", "").strip(),
        cohort_id=cohort_id,
        page=request.args.get("page", type=int),
    )
    return render_template(
        "trips/index.html",
        page=page,
        closed=weighing.out_of_use(page.rows, at=now()),
        cohort=get_cohort(cohort_id, current_user) if cohort_id else None,
        plans=may(Permission.PLAN),
        now=now(),
    )


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    cohort_id, route_id = (request.args.get(name, type=int) for name in ("cohort", "route"))
    if cohort_id is None or route_id is None:
        return render_template(
            "trips/choose.html",
            cohorts=[one for one in cohorts(current_user).rows if one.stage != "closed"],
            routes=routes(),
            cohort_id=cohort_id,
            route_id=route_id,
        )
    cohort, route = get_cohort(cohort_id, current_user), get_route(route_id)
    form = TripForm(formdata=None, data={"back_minutes": 30})
    return _form_page(form.add_spare_rows(), cohort, route, None)


@blueprint.post("/new")
@allow(Permission.PLAN)
def plan() -> ResponseReturnValue:
    cohort = get_cohort(request.values.get("cohort", 0, type=int), current_user)
    route = get_route(request.values.get("route", 0, type=int))
    form = _offered(TripForm(), cohort)
    if form.validate():
        with form.telling_refusals():
            trip = planning.plan(
                cohort=cohort,
                route=route,
                draft=form.draft(route),
                leave_open=form.leave_open.data,
                by=current_user,
                at=now(),
            )
            flash(_("出行已安排，学员已排好座位。"))
            return redirect(url_for("trips.show", trip_id=trip.id), 303)
    return _form_page(form, cohort, route, None), 422


@blueprint.get("/<int:trip_id>")
@allow(Permission.READ_COURSES)
def show(trip_id: int) -> str:
    trip = outings.get_trip(trip_id, current_user)
    report = ReportForm(formdata=None, obj=trip)
    return _trip_page(trip, DecisionForm(formdata=None), report)


@blueprint.get("/<int:trip_id>/edit")
@allow(Permission.PLAN)
def edit(trip_id: int) -> str:
    trip = outings.get_trip(trip_id, current_user)
    form = filled(trip, riding.drivers(trip_id))
    return _form_page(form, trip.cohort, get_route(trip.route_id), trip)


@blueprint.post("/<int:trip_id>/edit")
@allow(Permission.PLAN)
def revise(trip_id: int) -> ResponseReturnValue:
    trip = outings.get_trip(trip_id, current_user)
    form = _offered(TripForm(), trip.cohort)
    if form.validate():
        with form.telling_refusals():
            planning.revise(
                trip=trip,
                draft=form.draft(get_route(trip.route_id)),
                seen=form.version.data,
                leave_open=form.leave_open.data,
                by=current_user,
                at=now(),
            )
            flash(_("出行已调整。"))
            return redirect(url_for("trips.show", trip_id=trip_id), 303)
    return _form_page(form, trip.cohort, get_route(trip.route_id), trip), 422


@blueprint.get("/<int:trip_id>/riders")
@allow(Permission.PLAN)
def riders(trip_id: int) -> str:
    return _riders_page(outings.get_trip(trip_id, current_user))


@blueprint.post("/<int:trip_id>/newcomers")
@allow(Permission.PLAN)
def seat_newcomers(trip_id: int) -> ResponseReturnValue:
    trip = outings.get_trip(trip_id, current_user)
    seated = planning.seat_newcomers(trip=trip, by=current_user, at=now())
    flash(_("已给%(count)s名学员排好座位。", count=seated))
    return redirect(url_for("trips.show", trip_id=trip_id), 303)


@blueprint.post("/<int:trip_id>/riders")
@allow(Permission.PLAN)
def move_riders(trip_id: int) -> ResponseReturnValue:
    trip, by = outings.get_trip(trip_id, current_user), current_user
    buses = {rider: int(bus) for rider, bus in _typed(BUS).items() if bus.isdigit()}
    calls = _typed(EMERGENCY)
    try:
        planning.move_riders(trip=trip, buses=buses, emergencies=calls, by=by, at=now())
    except Refused as refusal:
        return _riders_page(trip, list(refusal.reasons)), 422
    flash(_("乘车安排已保存。"))
    return redirect(url_for("trips.riders", trip_id=trip_id), 303)


@blueprint.get("/<int:trip_id>/roster.xlsx")
@allow(Permission.READ_PEOPLE)
def roster(trip_id: int) -> ResponseReturnValue:
    trip = outings.get_trip(trip_id, current_user)
    content = documents.roster(trip, riding.riders(trip_id))
    return _sheet(content, f"{trip.cohort.title}乘车名单.xlsx")


@blueprint.post("/<int:trip_id>/lists")
@allow(Permission.UNMASK)
def lists(trip_id: int) -> ResponseReturnValue:
    """Numbers and contacts in the clear, in answer to a reason that is written down."""
    trip, reason = outings.get_trip(trip_id, current_user), request.form.get("reason", "")
    try:
        found = running.read_lists(trip=trip, reason=reason, viewer=current_user, at=now())
    except Refused as refusal:
        return _riders_page(trip, list(refusal.reasons)), 422
    content = documents.lists(trip, found, riding.drivers(trip_id))
    return _sheet(content, f"{trip.cohort.title}出行保险和应急联系名单.xlsx")


@blueprint.post("/<int:trip_id>/decisions")
@allow(Permission.PLAN)
def decide(trip_id: int) -> ResponseReturnValue:
    trip, form = outings.get_trip(trip_id, current_user), DecisionForm()
    if form.validate():
        with form.telling_refusals():
            verdict, note = form.verdict.data, form.note.data
            running.decide(trip=trip, verdict=verdict, note=note, by=current_user, at=now())
            flash(_("已登记：%(verdict)s。", verdict=VERDICT_NAMES[verdict]))
            return redirect(url_for("trips.show", trip_id=trip_id), 303)
    return _trip_page(trip, form, ReportForm(formdata=None, obj=trip)), 422


@blueprint.post("/<int:trip_id>/report")
@allow(Permission.PLAN)
def report(trip_id: int) -> ResponseReturnValue:
    trip, form = outings.get_trip(trip_id, current_user), ReportForm()
    if form.validate():
        with form.telling_refusals():
            text, seen = form.report.data, form.version.data
            running.report(trip=trip, text=text, seen=seen, by=current_user, at=now())
            flash(_("报告已保存。"))
            return redirect(url_for("trips.show", trip_id=trip_id), 303)
    return _trip_page(trip, DecisionForm(formdata=None), form), 422


@blueprint.post("/<int:trip_id>/photos")
@allow(Permission.PLAN)
def add_photo(trip_id: int) -> ResponseReturnValue:
    trip, form = outings.get_trip(trip_id, current_user), PhotoForm()
    if not form.validate():
        raise Refused(*form.reasons())
    file = form.file.data
    running.add_photo(
        trip=trip, content=file.stream, name=file.filename, caption=form.caption.data or "",
        by=current_user, at=now(),
    )  # fmt: skip
    flash(_("照片已添加。"))
    return redirect(url_for("trips.show", trip_id=trip_id), 303)


@blueprint.get("/<int:trip_id>/photos/<int:photo_id>")
@allow(Permission.READ_COURSES)
def photo(trip_id: int, photo_id: int) -> ResponseReturnValue:
    trip = outings.get_trip(trip_id, current_user)
    return send(riding.get_photo(trip.id, photo_id).upload)


@blueprint.post("/<int:trip_id>/photos/<int:photo_id>/remove")
@allow(Permission.PLAN)
def remove_photo(trip_id: int, photo_id: int) -> ResponseReturnValue:
    trip = outings.get_trip(trip_id, current_user)
    found = riding.get_photo(trip.id, photo_id)
    running.remove_photo(trip=trip, photo=found, by=current_user, at=now())
    return redirect(url_for("trips.show", trip_id=trip_id), 303)


@blueprint.get("/<int:trip_id>/field")
@allow(*outings.RUNNERS)
def field(trip_id: int) -> ResponseReturnValue:
    """The organiser's phone on the day: static/trips.js; kept there for one person, for a term."""
    trip = outings.get_trip_to_run(trip_id, current_user)
    until = int(outings.kept_until(trip, at=now()).timestamp() * 1000)
    riders = riding.riders(trip_id)
    over = now() > trip.roll_closes_at
    page = render_template("trips/field.html", trip=trip, riders=riders, until=until, over=over)
    return page, {"X-Keep-For": str(current_user.id), "X-Keep-Until": str(until)}


def _typed(prefix: str) -> dict[int, str]:
    return {
        int(key.removeprefix(prefix)): value.strip()
        for key, value in request.form.items()
        if key.startswith(prefix) and key.removeprefix(prefix).isdigit()
    }


def _offered(form: TripForm, cohort: Cohort) -> TripForm:
    return form.offer(outings.staff(), outings.field_lessons(cohort.id))


def _form_page(form: TripForm, cohort: Cohort, route: Route, trip: Trip | None) -> str:
    return render_template(
        "trips/form.html",
        form=_offered(form, cohort),
        cohort=cohort,
        route=route,
        trip=trip,
        learners=len(enrolments(cohort.id)),
    )


def _trip_page(trip: Trip, decision: DecisionForm, report: ReportForm) -> str:
    found = riding.riders(trip.id)
    ticked = present(riding.checks(trip.id))
    chart = chart_of(trip.stops, on=today())
    if chart:
        show_images_of(*chart.service.origins)
    return render_template(
        "trips/trip.html",
        trip=trip,
        chart=chart,
        riders=found,
        closed=weighing.out_of_use([trip], at=now()).get(trip.id, []),
        unseated=[] if now() > trip.roll_closes_at else riding.unseated(trip),
        load={bus.number: sum(one.bus_number == bus.number for one in found) for bus in trip.buses},
        meals=meals(len(found), len(trip.staff), len(trip.buses)),
        boarded={position: len(ids) for (moment, position), ids in ticked.items()
                 if moment is Moment.BOARD},
        arrived={position: len(ids) for (moment, position), ids in ticked.items()
                 if moment is Moment.STOP},
        departures={one.position: one for one in riding.departures(trip.id)},
        photos=riding.photos(trip.id),
        decision=decision,
        report=report,
        photo=PhotoForm(formdata=None),
        verdicts=VERDICT_NAMES,
        begun=now() >= trip.starts_at,
        over=now() > trip.roll_closes_at,
        undecided=not (trip.is_cancelled or riding.took_place(trip, at=now())),
        plans=may(Permission.PLAN),
        runs=outings.may_run(trip.id, current_user),
    )  # fmt: skip


def _riders_page(trip: Trip, reasons: list[str] | None = None) -> str:
    return render_template(
        "trips/riders.html",
        trip=trip,
        riders=riding.riders(trip.id),
        contacts=riding.with_contact(trip.id),
        over=now() > trip.roll_closes_at,
        reasons=reasons,
        unmasks=may(Permission.UNMASK),
    )


def _sheet(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
