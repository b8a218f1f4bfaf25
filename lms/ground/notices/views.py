"""Pages of one's own notices, and of what leaves the house."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.accounts.rules import local_path
from lms.ground.clock import now
from lms.ground.notices import actions, queries
from lms.ground.notices.models import DispatchState

blueprint = Blueprint("notices", __name__, template_folder="templates")
STATE_NAMES = {
    DispatchState.WAITING: _l("等待发送"),
    DispatchState.SENT: _l("已发出"),
    DispatchState.FAILED: _l("发送失败"),
}


@blueprint.get("/")
@allow(Permission.USE_ACCOUNT)
def index() -> str:
    page = queries.page_of_notices(current_user, page=request.args.get("page", type=int))
    return render_template("notices/index.html", page=page)


@blueprint.post("/<int:notice_id>/open")
@allow(Permission.USE_ACCOUNT)
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Mark it read and go where it leads."""
    notice = queries.get_notice(notice_id, current_user)
    actions.mark_read(notice, at=now())
    return redirect(local_path(notice.link) or url_for("notices.index"), 303)


@blueprint.post("/read-all")
@allow(Permission.USE_ACCOUNT)
def read_all() -> ResponseReturnValue:
    actions.mark_all_read(current_user, at=now())
    return redirect(url_for("notices.index"), 303)


@blueprint.get("/outbox")
@allow(Permission.RUN_SYSTEM)
def outbox() -> str:
    asked = request.args.get("state", "")
    state = DispatchState(asked) if asked in set(DispatchState) else None
    page = queries.page_of_dispatches(state, page=request.args.get("page", type=int))
    return render_template("notices/outbox.html", page=page, names=STATE_NAMES)


@blueprint.post("/outbox/<int:dispatch_id>/again")
@allow(Permission.RUN_SYSTEM)
def send_again(dispatch_id: int) -> ResponseReturnValue:
    actions.send_again(queries.get_dispatch(dispatch_id), at=now())
    flash(_("已重新排队，约一分钟内发送。"))
    return redirect(url_for("notices.outbox"), 303)
