"""Pages of admission: what a sitting asks for, the .seb file, and launch links."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.admission import actions, queries
from lms.exams.admission.forms import AdmissionForm
from lms.exams.admission.rules import LAUNCH_HOLDS, launch_link, seb_file
from lms.exams.attempts.models import Admission
from lms.exams.attempts.queries import get_own_attempt
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow, may, public
from lms.ground.clock import now, today
from lms.ground.config import AUTHORITY
from lms.ground.errors import Missing
from lms.ground.norms.queries import value
from lms.ground.processes.certificates import fingerprint
from lms.ground.web.logins import begin

blueprint = Blueprint("admission", __name__, template_folder="templates")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)


@blueprint.get("/<int:sitting_id>")
@allow(*WATCH)
def show(sitting_id: int) -> str:
    """The access code in large, and what else the sitting asks for."""
    sitting, form = get_sitting(sitting_id, current_user), AdmissionForm(formdata=None)
    form.show(sitting.admission)
    return _page(sitting, form)


@blueprint.post("/<int:sitting_id>")
@allow(Permission.ARRANGE_EXAMS)
def change(sitting_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), AdmissionForm()
    if form.validate():
        with form.telling_refusals():
            actions.set_admission(
                sitting,
                form.draft(),
                start=url_for("admission.door", _external=True),
                leave=url_for("admission.leave", _external=True),
                by=current_user,
                at=now(),
            )
            flash(_("准入要求已保存，从现在起打开试卷都要符合。"))
            return redirect(url_for("admission.show", sitting_id=sitting_id), 303)
    return _page(sitting, form), 422


@blueprint.post("/<int:sitting_id>/code")
@allow(*WATCH)
def renew_code(sitting_id: int) -> ResponseReturnValue:
    sitting = get_sitting(sitting_id, current_user)
    actions.renew_code(sitting, by=current_user, at=now())
    flash(_("口令已更换；已经在作答的考生不受影响，刷新页面时要输入新口令。"))
    return redirect(url_for("admission.show", sitting_id=sitting_id), 303)


@blueprint.get("/<int:sitting_id>/exam.seb")
@allow(*WATCH)
def configuration(sitting_id: int) -> Response:
    """The .seb file of the sitting, to be carried to computers or put on their desktops."""
    return _seb(get_sitting(sitting_id, current_user).admission)


@blueprint.post("/papers/<int:attempt_id>/launch")
@allow(Permission.STUDY)
def launch(attempt_id: int) -> str:
    """A link that opens Safe Exam Browser, once."""
    attempt = get_own_attempt(attempt_id, current_user)
    token = actions.make_launch(attempt, by=current_user, at=now())
    config = url_for("admission.launch_configuration", token=token, _external=True)
    return render_template(
        "admission/launch.html",
        attempt=attempt,
        config=config,
        address=launch_link(config, token),
        minutes=LAUNCH_HOLDS.seconds // 60,
    )


@blueprint.get("/launches/<token>.seb")
@public
def launch_configuration(token: str) -> Response:
    """The same file for Safe Exam Browser, which brings no log-in but the token."""
    found = queries.find_open_launch(token, now())
    return _seb(found.attempt.admission if found else None)


@blueprint.get("/door")
@public
def door() -> ResponseReturnValue:
    """The first page in Safe Exam Browser: a button for whoever came with a launch link."""
    token = request.args.get("launch", "")
    found = queries.find_open_launch(token, now()) if token else None
    if found is None and current_user.is_authenticated:
        return redirect(url_for("attempts.index"), 303)
    return render_template("admission/door.html", launch=found, token=token)


@blueprint.post("/door")
@public
def enter() -> ResponseReturnValue:
    used = actions.enter(request.form.get("launch", ""), at=now())
    begin(used.account, int(value("login.idle_minutes", on=today())))
    return redirect(url_for("attempts.paper", attempt_id=used.attempt_id), 303)


@blueprint.get("/https")
@public
def https() -> str:
    """What HTTPS is good for, how it is switched on, and how a computer comes to trust it."""
    file = current_app.config["FENGXUE"].tls / AUTHORITY
    return render_template(
        "admission/https.html",
        mark=fingerprint(file.read_bytes()) if file.exists() else "",
        is_secure=request.is_secure,
    )


@blueprint.get("/authority.crt")
@public
def authority() -> Response:
    """The certificate of the house's own authority: no secret, but to be compared by its mark."""
    file = current_app.config["FENGXUE"].tls / AUTHORITY
    if not file.exists():
        raise Missing("这个证书")
    response = Response(file.read_bytes(), mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = "attachment; filename=fengxue-authority.crt"
    return response


@blueprint.get("/leave")
@public
def leave() -> str:
    """Safe Exam Browser ends when it is sent here."""
    return render_template("admission/leave.html")


def _seb(admission: Admission | None) -> Response:
    if admission is None or not admission.config_key:
        raise Missing("这个配置文件")
    response = Response(seb_file(admission.browser_settings), mimetype="application/seb")
    response.headers["Content-Disposition"] = "attachment; filename=exam.seb"
    return response


def _page(sitting: Sitting, form: AdmissionForm) -> str:
    return render_template(
        "admission/show.html",
        sitting=sitting,
        admission=sitting.admission,
        form=form,
        address=request.remote_addr,
        arranges=may(Permission.ARRANGE_EXAMS),
    )
