"""The forms of fees."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField
from wtforms.validators import InputRequired, Length

from lms.ground.forms import Form, TextField


class CorrectionForm(Form):
    """A line as it ought to be."""

    hours = DecimalField(_l("计酬学时"), [InputRequired()], places=None)
    rate = DecimalField(_l("标准（元/学时）"), [InputRequired()], places=None)
    reason = TextField(_l("更正的理由"), [InputRequired(), Length(max=200)])


class HandOverForm(Form):
    """What the file with ID numbers and bank accounts is for."""

    reason = TextField(_l("用途"), [InputRequired(), Length(max=100)])
