"""Items that must not meet."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.ground.forms import Form, TextField


class EnemyForm(Form):
    """Items that must not meet, by their numbers."""

    items = TextField(_l("试题编号"), [DataRequired()])
    reason = TextAreaField(_l("原因"), [DataRequired(), Length(max=200)])

    def numbers(self) -> list[int]:
        """All numbers in what was typed: 第12号、15 is 12 and 15."""
        return [int(one) for one in re.findall(r"[0-9]{1,9}", self.items.data or "")]
