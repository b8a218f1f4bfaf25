"""The form that narrows the audit trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField
from wtforms.validators import Length, Optional

from lms.ground.audit.queries import Wanted
from lms.ground.forms import Form, TextField


class FilterForm(Form):
    """Who, what, to what, when."""

    class Meta(Form.Meta):
        csrf = False

    actor = TextField(_l("操作人"), [Length(max=50)])
    action = TextField(_l("操作"), [Length(max=60)])
    subject_kind = TextField(_l("对象"), [Length(max=60)])
    subject_id = IntegerField(_l("对象编号"), [Optional()])
    q = TextField(_l("内容"), [Length(max=100)])
    from_day = DateField(_l("自"), [Optional()])
    to_day = DateField(_l("至"), [Optional()])


def wanted_from(form: FilterForm) -> Wanted:
    """What was asked for."""
    return Wanted(
        actor=form.actor.data or "",
        action=form.action.data or "",
        subject_kind=form.subject_kind.data or "",
        subject_id=form.subject_id.data,
        search=form.q.data or "",
        from_day=form.from_day.data,
        to_day=form.to_day.data,
    )
