"""Pages of one's background jobs: the list, the progress, the result."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.jobs import actions, queries
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import STATE_NAMES, JobState
from lms.ground.uploads.delivery import send

blueprint = Blueprint("jobs", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.USE_ACCOUNT)
def index() -> str:
    state = request.args.get("state", "")
    wanted = queries.Wanted(
        request.args.get("search", "").strip(),
        JobState(state) if state in set(JobState) else None,
    )
    page = queries.jobs(
        wanted,
        viewer_id=current_user.id,
        sees_all=may(Permission.RUN_SYSTEM),
        page=request.args.get("page", type=int),
    )
    return render_template("jobs/index.html", page=page, wanted=wanted, states=STATE_NAMES)


@blueprint.get("/<int:job_id>")
@allow(Permission.USE_ACCOUNT)
def show(job_id: int) -> str:
    job = _job(job_id)
    return render_template("jobs/job.html", job=job, ahead=queries.count_ahead(job))


@blueprint.get("/<int:job_id>/progress")
@allow(Permission.USE_ACCOUNT)
def progress(job_id: int) -> ResponseReturnValue:
    """The part of the page that changes; nothing is sent again while it stays the same.

    The tag is made of what changes: the bytes hold a CSRF token, which is new every time.
    """
    job = _job(job_id)
    ahead = queries.count_ahead(job)
    shown = (current_user.get_id(), job.state, job.progress, job.total, job.message, ahead)
    response = make_response(render_template("jobs/progress.html", job=job, ahead=ahead))
    response.set_etag(sha256(repr((*shown, job.cancel_asked)).encode()).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.post("/<int:job_id>/cancel")
@allow(Permission.USE_ACCOUNT)
def cancel(job_id: int) -> ResponseReturnValue:
    actions.cancel(_job(job_id), at=now())
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.post("/<int:job_id>/retry")
@allow(Permission.USE_ACCOUNT)
def retry(job_id: int) -> ResponseReturnValue:
    actions.retry(_job(job_id))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.get("/<int:job_id>/result")
@allow(Permission.USE_ACCOUNT)
def result(job_id: int) -> Response:
    return send(queries.get_result(job_id, owner_id=current_user.id))


def _job(job_id: int) -> Job:
    return queries.get_job(job_id, viewer_id=current_user.id, sees_all=may(Permission.RUN_SYSTEM))
