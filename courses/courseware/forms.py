"""The forms of courseware."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from courses.materials.models import Material
from lms.ground.forms import Form


class DueForm(Form):
    """By when."""

    due_on = DateField(_l("交课件的日期"), [InputRequired()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class PinForm(Form):
    """Which of the approved versions."""

    material_id = SelectField(_l("审定的课件"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, materials: Sequence[Material]) -> PinForm:
        """Let one of these be chosen, each named with the beginning of its hash."""
        self.material_id.choices = [
            SelectChoice(one.id, f"{one.title}（{one.upload.sha256[:8]}）") for one in materials
        ]
        return self
