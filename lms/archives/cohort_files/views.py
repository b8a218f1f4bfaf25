"""Pages of the cohort file."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.queries import get_cohort, learner_counts
from courses.cohorts.rules import STAGE_NAMES
from lms.archives.cohort_files import actions
from lms.archives.cohort_files.forms import EnclosureForm
from lms.archives.cohort_files.queries import filings
from lms.archives.cohort_files.queries.records import enclosures, facts, records
from lms.archives.cohort_files.rules.contents import ENTRIES, Where, contents
from lms.ground.access import Permission as P
from lms.ground.access import allow, may
from lms.ground.clock import now, today
from lms.ground.uploads.delivery import send
from lms.ground.web.links import link

blueprint = Blueprint("cohort_files", __name__, template_folder="templates")

_PAGES = {
    Where.COHORT: "cohorts.show",
    Where.TIMETABLE: "timetable.cohort",
    Where.ATTENDANCE: "attendance.cohort",
    Where.MATERIALS: "materials.index",
    Where.REFLECTIONS: "reflections.index",
    Where.EXAMS: "sittings.index",
    Where.RESULTS: "results.index",
    Where.REVIEWS: "reviews.show_cohort",
    Where.CERTIFICATES: "certificates.cohort",
}


@blueprint.get("/")
@allow(P.READ_ARCHIVES)
def index() -> str:
    wanted = {"yes": True, "no": False}.get(request.args.get("filed", ""))
    page = filings.page_of_cohorts(
        current_user,
        search=request.args.get("search", "").strip(),
        filed=wanted,
        page=request.args.get("page", type=int),
    )
    ids = [cohort.id for cohort in page.rows]
    return render_template(
        "cohort_files/index.html",
        page=page,
        stages=STAGE_NAMES,
        learners=learner_counts(ids),
        latest=filings.latest(ids),
    )


@blueprint.get("/<int:cohort_id>")
@allow(P.READ_ARCHIVES)
def show(cohort_id: int) -> str:
    return _page(cohort_id, EnclosureForm(formdata=None))


@blueprint.post("/<int:cohort_id>/file")
@allow(P.FILE)
def file(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    actions.begin(cohort=cohort, by=current_user, at=now())
    return redirect(url_for("cohort_files.show", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/enclosures")
@allow(P.FILE)
def enclose(cohort_id: int) -> ResponseReturnValue:
    cohort, form = get_cohort(cohort_id, current_user), EnclosureForm()
    if form.validate():
        with form.telling_refusals():
            actions.enclose(
                cohort=cohort,
                entry=form.entry.data,
                title=form.title.data or "",
                content=form.file.data,
                name=form.file.data.filename,
                by=current_user,
                at=now(),
            )
            flash(_("附件已收入，下次归档时一并归档。"))
            return redirect(url_for("cohort_files.show", cohort_id=cohort_id), 303)
    return _page(cohort_id, form), 422


@blueprint.post("/enclosures/<int:enclosure_id>/take_out")
@allow(P.FILE)
def take_out(enclosure_id: int) -> ResponseReturnValue:
    enclosure = filings.get_enclosure(enclosure_id, current_user)
    actions.take_out(enclosure=enclosure, by=current_user, at=now())
    flash(_("附件已取出。"))
    return redirect(url_for("cohort_files.show", cohort_id=enclosure.cohort_id), 303)


@blueprint.get("/enclosures/<int:enclosure_id>")
@allow(P.READ_ARCHIVES)
def enclosure(enclosure_id: int) -> Response:
    return send(filings.get_enclosure(enclosure_id, current_user).upload)


@blueprint.get("/filings/<int:filing_id>")
@allow(P.READ_ARCHIVES)
def filing(filing_id: int) -> str:
    found = filings.get_filing(filing_id, current_user)
    return render_template("cohort_files/filing.html", filing=found, entries=ENTRIES)


@blueprint.get("/filings/<int:filing_id>/bundle")
@allow(P.READ_ARCHIVES)
def bundle(filing_id: int) -> Response:
    found = filings.get_filing(filing_id, current_user)
    assert found.bundle is not None  # get_filing finds finished ones only
    return send(found.bundle)


@blueprint.get("/documents/<int:document_id>")
@allow(P.READ_ARCHIVES)
def document(document_id: int) -> Response:
    found = filings.get_document(document_id, current_user)
    return send(found.upload, as_name=found.path.rpartition("/")[2])


def _page(cohort_id: int, form: EnclosureForm) -> str:
    cohort = get_cohort(cohort_id, current_user)
    found = filings.filings(cohort_id)
    return render_template(
        "cohort_files/cohort.html",
        cohort=cohort,
        stages=STAGE_NAMES,
        headings=contents(facts(records(cohort_id, on=today()))),
        enclosures=enclosures(cohort_id),
        entries=ENTRIES,
        filings=[one for one in found if one.bundle_id is not None],
        unfinished=next((one for one in found if one.bundle_id is None), None),
        files=may(P.FILE),
        form=form,
        pages={where: _address(where, cohort_id) for where in Where},
        link=link,
    )


def _address(where: Where, cohort_id: int) -> str:
    """The page where something missing gets done; pages of a whole room take no cohort."""
    endpoint = _PAGES[where]
    return link(endpoint) if endpoint.endswith(".index") else link(endpoint, cohort_id=cohort_id)
