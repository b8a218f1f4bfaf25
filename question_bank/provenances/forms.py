"""The form that renews sources."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Length, Optional

from lms.ground.forms import Form, TextField


class RenewForm(Form):
    """Until when the sources hold now, and in which edition."""

    edition = TextField(_l("新版本"), [Length(max=100)])
    valid_to = DateField(_l("新的失效前最后一日"), [Optional()])
