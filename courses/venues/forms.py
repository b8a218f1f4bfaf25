"""The forms of venues."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.venues.rules import VENUE_KIND_NAMES, VenueDraft, VenueKind
from lms.ground.forms import Form, TextField, choices


class VenueForm(Form):
    """A venue."""

    name = TextField(_l("名称"), [InputRequired(), Length(max=60)])
    kind = SelectField(_l("类别"), choices=choices(VENUE_KIND_NAMES), coerce=VenueKind)
    capacity = IntegerField(_l("座位数"), [InputRequired(), NumberRange(1, 5000)])
    equipment = TextField(_l("设备"), [Length(max=200)])
    address = TextField(_l("地址"), [Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> VenueDraft:
        return VenueDraft(
            name=self.name.data,
            kind=self.kind.data,
            capacity=self.capacity.data,
            equipment=self.equipment.data or "",
            address=self.address.data or "",
        )


class ClosingForm(Form):
    """Taking a venue out of use."""

    reason = TextField(_l("停用原因"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
