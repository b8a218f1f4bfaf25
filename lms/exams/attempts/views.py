"""Pages of the candidate: my exams, the waiting room with the paper, and receipts."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from lms.exams.attempts import documents, queries
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.digests import clean_code, show_code
from lms.exams.attempts.rules.doors import media_pass
from lms.exams.attempts.rules.states import (
    ATTEMPT_STATE_NAMES,
    SUBMITTED_BY_NAMES,
    AttemptState,
)
from lms.ground.access import Permission, allow, public
from lms.ground.accounts.rules import never_sleeps
from lms.ground.clock import now
from lms.ground.config import ROOT
from lms.ground.errors import Missing
from lms.ground.uploads import delivery
from lms.ground.vault import is_signed
from lms.ground.web.links import link

blueprint = Blueprint("attempts", __name__, template_folder="templates")

LOOKS = {
    AttemptState.WAITING: "azure",
    AttemptState.OPEN: "green",
    AttemptState.RUNNING: "green",
    AttemptState.OVER: "orange",
    AttemptState.SUBMITTED: "secondary",
}


@blueprint.get("/")
@allow(Permission.STUDY)
def index() -> str:
    found = queries.attempts_of(current_user)
    return render_template(
        "attempts/index.html",
        attempts=found,
        results={
            attempt_id: link("results.my_result", exam_id=exam_id)
            for attempt_id, exam_id in queries.released(found).items()
        },
        at=now(),
        names=ATTEMPT_STATE_NAMES,
        looks=LOOKS,
        states=AttemptState,
        show_code=show_code,
    )


@blueprint.get("/<int:attempt_id>")
@never_sleeps
@allow(Permission.STUDY)
def paper(attempt_id: int) -> str:
    attempt = queries.get_own_attempt(attempt_id, current_user)
    state = attempt.state(now())
    # A hall that starts at one instant finds the paper in memory from now on.
    paper = queries.sealed(attempt.variant_id, attempt.variant.content_hash)
    return render_template(
        "attempts/paper.html",
        attempt=attempt,
        state=state,
        config={**_config(attempt, state), "speaks": paper.speaks},
        speaks=paper.speaks,
        https=link("admission.https"),
        show_code=show_code,
        by=SUBMITTED_BY_NAMES,
        launch=link("admission.launch", attempt_id=attempt_id),
        quit=link("admission.leave"),
        qr=documents.qr(_address(attempt)) if attempt.receipt else "",
    )


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """The service worker: it may serve the addresses below its own alone, so it lives here."""
    script = (ROOT / "static" / "exam" / "worker.js").read_text()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/<int:attempt_id>/media/<int:upload_id>")
@never_sleeps
@allow(Permission.STUDY)
def media(attempt_id: int, upload_id: int) -> Response:
    """A picture or recording of the paper, once the candidate may see the paper.

    Its own name stays here: whoever uploaded it may have called it after the answer.
    """
    attempt = queries.get_own_attempt(attempt_id, current_user)
    if attempt.admission_id and not is_signed(media_pass(attempt_id), request.args.get("pass", "")):
        raise Missing("这个图片或录音")
    found = queries.get_picture(attempt, upload_id, at=now())
    return delivery.send(found, as_name=str(upload_id))


@blueprint.get("/receipts/", defaults={"code": ""})
@blueprint.get("/receipts/<code>")
@allow(Permission.STUDY, Permission.INVIGILATE, Permission.ARRANGE_EXAMS)
def receipt(code: str) -> str:
    """Look a receipt up by its code, as it is typed or as the QR code says it."""
    typed = clean_code(code or request.args.get("code", ""))
    attempt = queries.find_receipt(typed, current_user) if typed else None
    void = queries.find_void_receipt(typed, current_user) if typed and not attempt else None
    return render_template(
        "attempts/receipt.html",
        typed=typed,
        attempt=attempt,
        void=void,
        verdict=attempt and queries.verify(attempt),
        show_code=show_code,
        by=SUBMITTED_BY_NAMES,
    )


def _address(attempt: Attempt) -> str:
    return url_for("attempts.receipt", code=attempt.receipt, _external=True)


def _config(attempt: Attempt, state: AttemptState) -> dict[str, object]:
    """What the exam page is told to begin with; instants in milliseconds since 1970."""
    return {
        "attempt": attempt.id,
        "watermark": f"{attempt.person.name} {attempt.id}",
        "url": url_for("attempts.paper", attempt_id=attempt.id),
        "token": generate_csrf(),
        "state": state,
        "lease": attempt.lease,
        "recordings": link("recordings_api.listed", attempt_id=attempt.id),
        "door": attempt.admission.door.sign if attempt.admission else "",
        "opens_at": round(attempt.opens_at.timestamp() * 1000),
        "deadline": attempt.deadline and round(attempt.deadline.timestamp() * 1000),
        "time": round(now().timestamp() * 1000),
    }
