"""Forms for norms."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField
from wtforms.validators import InputRequired, Length, Regexp

from lms.ground.forms import Form, TextField
from lms.ground.norms.models import Norm
from lms.ground.norms.rules import NormDraft, parse_number


class NormForm(Form):
    """A new value of a norm from a day on."""

    content = TextField(_l("新的值"), [InputRequired(), Length(max=1000)])
    valid_from = DateField(_l("生效日期"), [InputRequired()])
    basis = TextField(_l("依据（文件名称和条款）"), [InputRequired(), Length(max=500)])
    verified = BooleanField(_l("已对照正式文件核实"))
    version = HiddenField()


class VerifyForm(Form):
    """Where the basis of a norm was read."""

    basis = TextField(_l("核实依据"), [InputRequired(), Length(max=500)])
    version = HiddenField()


class ScopeForm(Form):
    """A programme that is to have a value of its own."""

    class Meta(Form.Meta):
        csrf = False

    scope = TextField(
        _l("学堂系列代码"),
        [
            InputRequired(),
            Length(max=40),
            Regexp(r"[\w\-]+$", message=_l("代码只能由文字、数字、下划线和短横线组成。")),
        ],
    )


def draft_from(form: NormForm, like: Norm, scope: str) -> NormDraft:
    """What was typed, as a norm of the same kind as `like`; Refused when it is no number."""
    content = str(form.content.data)
    start: date = form.valid_from.data
    return NormDraft(
        code=like.code,
        name=like.name,
        value=None if like.value is None else parse_number(content),
        text=content if like.value is None else None,
        unit=like.unit,
        basis=form.basis.data or "",
        verified=form.verified.data,
        valid_from=start,
        scope=scope,
    )
