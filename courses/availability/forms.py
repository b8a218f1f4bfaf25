"""The form of days that differ from the week."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from courses.availability.rules import Period
from lms.ground.forms import Form, TextField


class PeriodForm(Form):
    """Some days, and whether one can come."""

    starts_on = DateField(_l("自"), [InputRequired()])
    ends_on = DateField(_l("至"), [InputRequired()])
    can_come = SelectField(
        _l("能否授课"),
        choices=[
            SelectChoice("no", _l("不能授课")),
            SelectChoice("yes", _l("可以授课（不论每周安排）")),
        ],
    )
    reason = TextField(_l("原因"), [Length(max=100)])

    def period(self) -> Period:
        return Period(
            self.starts_on.data,
            self.ends_on.data,
            self.can_come.data == "yes",
            self.reason.data or "",
        )
