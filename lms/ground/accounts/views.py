"""Pages of logging in, of one's own account, and of keeping the accounts of others."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, logout_user
from werkzeug.exceptions import Unauthorized

from lms.ground import db
from lms.ground.access import ROLE_NAMES, Permission, Role, allow, public
from lms.ground.accounts import actions, queries
from lms.ground.accounts.forms import AccountForm, FirstForm, LoginForm, PasswordForm, RoleForm
from lms.ground.accounts.models import Account
from lms.ground.accounts.rules import NOTED_EVERY, has_slept, local_path
from lms.ground.audit.actions import record
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.web.logins import begin
from lms.ground.web.shell import LANGUAGES

blueprint = Blueprint("accounts", __name__, template_folder="templates")
STATES = {
    "active": _l("可登录"),
    "new": _l("从未登录"),
    "locked": _l("已锁定"),
    "disabled": _l("已停用"),
}
# Where somebody may go who has to change the password first.
_OPEN = frozenset({"accounts.password", "accounts.change_password", "accounts.logout", "static"})


@blueprint.before_app_request
def end_sleeping_login() -> ResponseReturnValue | None:
    """End a log-in in which nothing was done for too long (GB/T 22239-2019, 身份鉴别 b).

    The time is kept in the signed cookie: no statement for it on any request.
    """
    if "_user_id" not in browser or request.endpoint == "static":
        return None
    if browser.get("must_change") and request.endpoint not in _OPEN:
        return redirect(url_for("accounts.password"), 303)
    at, minutes = now(), browser.get("idle_minutes", 0)
    seen_at = datetime.fromtimestamp(browser.get("seen_at", at.timestamp()), UTC)
    view = current_app.view_functions.get(request.endpoint or "")
    sleeps = minutes and not getattr(view, "never_sleeps", False)
    if sleeps and has_slept(seen_at, at, minutes=minutes):
        _leave()
        flash(_("您已超过%(minutes)s分钟没有操作，请重新登录。", minutes=minutes), "warning")
        raise Unauthorized()
    if "seen_at" not in browser or at - seen_at >= NOTED_EVERY:
        browser["seen_at"] = int(at.timestamp())
    return None


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_wanted(), 303)
    return render_template("accounts/login.html", form=LoginForm(formdata=None))


@blueprint.post("/login")
@public
def log_in() -> ResponseReturnValue:
    form = LoginForm()
    if not form.validate():
        return render_template("accounts/login.html", form=form), 422
    stored = queries.stored_password(form.login.data)
    db.checkpoint()  # nobody waits at the database while the password is compared
    check = actions.check_password(stored, form.password.data)
    entry = actions.log_in(form.login.data, check, at=now())
    if entry.account is None:
        db.checkpoint()  # the failure counts, although the answer is a refusal
        page = render_template("accounts/login.html", form=form, reasons=entry.refusals)
        return page, 422
    begin(entry.account, entry.idle_minutes)
    return redirect(_wanted(), 303)


@blueprint.get("/first")
@public
def first() -> str:
    return render_template("accounts/first.html", form=FirstForm(formdata=None))


@blueprint.post("/first")
@public
def redeem() -> ResponseReturnValue:
    form = FirstForm()
    if not form.validate():
        return render_template("accounts/first.html", form=form), 422
    password = actions.hashed(form.password.data)
    entry = actions.redeem(form.login.data, form.code.data, password, at=now())
    if entry.account is None:
        db.checkpoint()  # the failure counts, although the answer is a refusal
        page = render_template("accounts/first.html", form=form, reasons=entry.refusals)
        return page, 410 if entry.expired else 422
    begin(entry.account, entry.idle_minutes)
    flash(_("密码已设置，以后用登录名和这个密码登录。"))
    return redirect("/", 303)


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    if current_user.is_authenticated:
        record(
            "accounts.log_out", current_user, f"{current_user.name}退出", by=current_user, at=now()
        )
    _leave()
    return redirect(url_for("accounts.login"), 303)


@blueprint.get("/me")
@allow(Permission.USE_ACCOUNT)
def me() -> str:
    return render_template("accounts/me.html", names=ROLE_NAMES, languages=LANGUAGES)


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Refused(_("没有这种语言。"))
    browser["language"] = chosen
    return redirect(_wanted(), 303)


@blueprint.get("/password")
@allow(Permission.USE_ACCOUNT)
def password() -> str:
    return render_template("accounts/password.html", form=PasswordForm(formdata=None))


@blueprint.post("/password")
@allow(Permission.USE_ACCOUNT)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    reasons: tuple[str, ...] = ()
    if form.validate():
        old = actions.check_password(current_user.password_hash, form.old.data)
        new = actions.hashed(form.password.data)
        try:
            actions.change_password(_myself(), old, new, at=now())
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            begin(_myself(), browser.get("idle_minutes", 0))
            flash(_("密码已修改，其他电脑上的登录已全部退出。"))
            return redirect(url_for("accounts.me"), 303)
    return render_template("accounts/password.html", form=form, reasons=reasons), 422


@blueprint.post("/me/end-logins")
@allow(Permission.USE_ACCOUNT)
def end_my_logins() -> ResponseReturnValue:
    actions.end_logins(_myself(), by=current_user, at=now())
    begin(_myself(), browser.get("idle_minutes", 0))
    flash(_("其他电脑上的登录已全部退出。"))
    return redirect(url_for("accounts.me"), 303)


@blueprint.get("/")
@allow(Permission.MANAGE_ACCOUNTS)
def index() -> str:
    asked, role = request.args, request.args.get("role", "")
    page = queries.page_of_accounts(
        search=asked.get("q", "").strip(),
        role=Role(role) if role in set(Role) else None,
        state=asked.get("state", ""),
        at=now(),
        page=asked.get("page", type=int),
    )
    return render_template("accounts/index.html", page=page, names=ROLE_NAMES, states=STATES)


@blueprint.get("/new")
@allow(Permission.MANAGE_ACCOUNTS)
def new() -> str:
    return render_template("accounts/new.html", form=AccountForm(formdata=None))


@blueprint.post("/new")
@allow(Permission.MANAGE_ACCOUNTS)
def open_account() -> ResponseReturnValue:
    form = AccountForm()
    reasons: tuple[str, ...] = ()
    if form.validate():
        try:
            account = actions.open_account(
                form.login.data, form.name.data, form.roles.data, by=current_user, at=now()
            )
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            flash(_("账号已开通。请打印一次性登录码交给本人。"))
            return redirect(url_for("accounts.show", account_id=account.id), 303)
    return render_template("accounts/new.html", form=form, reasons=reasons), 422


@blueprint.get("/<int:account_id>")
@allow(Permission.MANAGE_ACCOUNTS)
def show(account_id: int) -> str:
    account = queries.get_account(account_id)
    form = RoleForm(formdata=None)
    form.role.choices = [
        choice for choice in form.role.choices if choice.value not in account.roles
    ]
    return render_template("accounts/account.html", account=account, names=ROLE_NAMES, form=form)


@blueprint.post("/<int:account_id>/grant")
@allow(Permission.MANAGE_ACCOUNTS)
def grant(account_id: int) -> ResponseReturnValue:
    account, role = queries.get_account(account_id), _asked_role()
    actions.grant(account, role, by=current_user, at=now())
    flash(_("已授予%(role)s角色。", role=ROLE_NAMES[role]))
    return _back_to(account)


@blueprint.post("/<int:account_id>/revoke")
@allow(Permission.MANAGE_ACCOUNTS)
def revoke(account_id: int) -> ResponseReturnValue:
    account, role = queries.get_account(account_id), _asked_role()
    actions.revoke(account, role, by=current_user, at=now())
    flash(_("已收回%(role)s角色。", role=ROLE_NAMES[role]))
    return _back_to(account)


@blueprint.post("/<int:account_id>/disable")
@allow(Permission.MANAGE_ACCOUNTS)
def disable(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id)
    actions.disable(account, by=current_user, at=now())
    flash(_("账号已停用，正在进行的登录已结束。"))
    return _back_to(account)


@blueprint.post("/<int:account_id>/enable")
@allow(Permission.MANAGE_ACCOUNTS)
def enable(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id)
    actions.enable(account, by=current_user, at=now())
    flash(_("账号已启用。"))
    return _back_to(account)


@blueprint.post("/<int:account_id>/unlock")
@allow(Permission.MANAGE_ACCOUNTS)
def unlock(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id)
    actions.unlock(account, by=current_user, at=now())
    flash(_("账号已解锁。"))
    return _back_to(account)


@blueprint.post("/<int:account_id>/end-logins")
@allow(Permission.MANAGE_ACCOUNTS)
def end_logins(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id)
    actions.end_logins(account, by=current_user, at=now())
    flash(_("这个账号的登录已全部结束。"))
    return _back_to(account)


@blueprint.post("/codes")
@allow(Permission.MANAGE_ACCOUNTS)
def codes() -> str:
    """The sheet to print and cut: the only time that these codes are shown."""
    chosen = queries.some_accounts(request.form.getlist("account", type=int))
    issued = actions.issue_codes(chosen, by=current_user, at=now())
    return render_template("accounts/codes.html", issued=issued)


def _asked_role() -> Role:
    form = RoleForm()
    if not form.validate():
        raise Refused(_("请选择一个角色。"))
    role: Role = form.role.data
    return role


def _back_to(account: Account) -> ResponseReturnValue:
    return redirect(url_for("accounts.show", account_id=account.id), 303)


def _myself() -> Account:
    account: Account = current_user._get_current_object()
    return account


def _wanted() -> str:
    """Where the visitor was going, when that is inside the house."""
    return local_path(request.args.get("next")) or "/"


def _leave() -> None:
    kept = {"language": browser["language"]} if "language" in browser else {}
    logout_user()
    browser.clear()
    browser.update(kept)
