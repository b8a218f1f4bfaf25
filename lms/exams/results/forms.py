"""Forms of results."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField


class ReleaseForm(Form):
    """Confirming a release; `run_number` is the run whose results were read before."""

    note = TextField(_l("说明（可不填）"), [Length(max=200)])
    run_number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
