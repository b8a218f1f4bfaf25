"""Forms of logging in and of keeping accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, SelectMultipleField
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.ground.access import ROLE_NAMES, Role
from lms.ground.accounts.rules import LONGEST_PASSWORD
from lms.ground.forms import Form, TextField, choices

_SAME = _l("两次输入的密码不一样。")


def _required(sentence: str) -> InputRequired:
    return InputRequired(message=sentence)


class LoginForm(Form):
    """A login name and its password."""

    login = TextField(
        _l("登录名"), [_required(_l("请填写登录名。")), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "autofocus": True},
    )  # fmt: skip
    password = PasswordField(
        _l("密码"), [_required(_l("请填写密码。")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class _NewPasswordForm(Form):
    """A password chosen and typed twice."""

    password = PasswordField(
        _l("新密码"), [_required(_l("请填写新密码。")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    again = PasswordField(
        _l("再输入一次新密码"), [EqualTo("password", message=_SAME)],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class FirstForm(_NewPasswordForm):
    """What is on the printed sheet, and a password of one's own."""

    login = TextField(
        _l("登录名"), [_required(_l("请填写登录名。")), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )  # fmt: skip
    code = TextField(
        _l("一次性登录码"), [_required(_l("请填写凭条上的一次性登录码。")), Length(max=64)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
    )  # fmt: skip


class PasswordForm(_NewPasswordForm):
    """One's present password and a new one."""

    old = PasswordField(
        _l("当前密码"), [_required(_l("请填写当前密码。")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class AccountForm(Form):
    """A new account."""

    login = TextField(_l("登录名"), [_required(_l("请填写登录名。")), Length(max=32)])
    name = TextField(_l("姓名"), [_required(_l("请填写姓名。")), Length(max=50)])
    roles = SelectMultipleField(
        _l("角色"),
        choices=choices(ROLE_NAMES),
        coerce=Role,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class RoleForm(Form):
    """One role."""

    role = SelectField(_l("角色"), choices=choices(ROLE_NAMES), coerce=Role)
