"""The forms of venues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, IntegerField, SelectField, TimeField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.venues.models import Venue, VenueOpening
from courses.venues.rules import (
    DATUM_NAMES,
    VENUE_KIND_NAMES,
    WEEKDAYS,
    Datum,
    Opening,
    VenueDraft,
    VenueKind,
)
from lms.ground.errors import Refused
from lms.ground.forms import Form, InstantField, TextField, choices
from lms.ground.spans import Span

LONGEST = timedelta(days=366)


class OpeningForm(PlainForm):
    """When a venue opens and closes on one weekday; empty where it does not."""

    opens = TimeField(_l("开门"), [Optional()])
    closes = TimeField(_l("关门"), [Optional()])


class VenueForm(Form):
    """A venue with its opening hours."""

    name = TextField(_l("名称"), [InputRequired(), Length(max=60)])
    kind = SelectField(_l("类别"), choices=choices(VENUE_KIND_NAMES), coerce=VenueKind)
    capacity = IntegerField(_l("座位数"), [InputRequired(), NumberRange(1, 5000)])
    equipment = TextField(_l("设备"), [Length(max=200)])
    address = TextField(_l("地址"), [Length(max=200)])
    longitude = TextField(_l("经度"), [Length(max=20)])
    latitude = TextField(_l("纬度"), [Length(max=20)])
    datum = SelectField(
        _l("坐标系"),
        choices=choices(DATUM_NAMES, blank="—"),
        coerce=lambda text: Datum(text) if text else None,
    )
    openings = FieldList(FormField(OpeningForm), min_entries=7, max_entries=7)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def show_openings(self, openings: Sequence[VenueOpening]) -> None:
        """Fill in the hours of a week."""
        for one in openings:
            entry = self.openings[one.weekday]
            entry.opens.data, entry.closes.data = one.opens, one.closes

    def draft(self) -> VenueDraft:
        """What is entered; Refused when the hours of a day make no sense."""
        return VenueDraft(
            name=self.name.data,
            kind=self.kind.data,
            capacity=self.capacity.data,
            equipment=self.equipment.data or "",
            address=self.address.data or "",
            longitude=self.longitude.data or "",
            latitude=self.latitude.data or "",
            datum=self.datum.data,
            openings=self._openings(),
        )

    def _openings(self) -> tuple[Opening, ...]:
        found, wrong = [], []
        for weekday, entry in enumerate(self.openings):
            opens, closes = entry.opens.data, entry.closes.data
            if opens and closes and opens < closes:
                found.append(Opening(weekday, opens, closes))
            elif opens or closes:
                wrong.append(f"{WEEKDAYS[weekday]}：开门和关门时间要都填写，并且先开后关。")
        if wrong:
            raise Refused(*wrong)
        return tuple(found)


def filled(venue: Venue) -> VenueForm:
    """The form of a venue as it is."""
    form = VenueForm(data={name: getattr(venue, name) for name in _COLUMNS})
    form.show_openings(venue.openings)
    return form


_COLUMNS = (
    "name", "kind", "capacity", "equipment", "address", "longitude", "latitude", "datum", "version"
)  # fmt: skip


class ClosingForm(Form):
    """Taking a venue out of use."""

    on = DateField(_l("从哪一天起"), [InputRequired()])
    reason = TextField(_l("停用原因"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class BlockingForm(Form):
    """Keeping a venue free for some time."""

    starts_at = InstantField(_l("从"), [InputRequired()])
    ends_at = InstantField(_l("到"), [InputRequired()])
    cause = TextField(_l("原因"), [InputRequired(), Length(max=200)])

    def span(self) -> Span:
        """The span entered; Refused when it makes no sense."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        if starts_at is None or ends_at is None:
            raise Refused("请填写停用从何时到何时。")
        if not starts_at < ends_at <= starts_at + LONGEST:
            raise Refused("结束时间须晚于开始时间，并且不超过一年。")
        return Span(starts_at, ends_at)
