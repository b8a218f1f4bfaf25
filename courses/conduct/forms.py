"""The forms of the conduct register."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from courses.cohorts.models import Enrolment
from courses.conduct.rules import CONDUCT_KIND_NAMES, ConductKind, EntryDraft, signed
from lms.ground.forms import Form, TextField, choices


class EntryForm(Form):
    """One thing seen of a learner."""

    enrolment_id = SelectField(_l("学员"), coerce=int)
    kind = SelectField(_l("类别"), choices=choices(CONDUCT_KIND_NAMES), coerce=ConductKind)
    day = DateField(_l("日期"), [InputRequired()])
    points = DecimalField(_l("分值"), [InputRequired(), NumberRange(-10, 10)], places=None)
    sentence = TextField(_l("事实"), [InputRequired(), Length(max=300)])

    def offer(self, learners: Sequence[Enrolment]) -> EntryForm:
        """Set the learners that can be chosen."""
        self.enrolment_id.choices = [
            SelectChoice(value=one.id, label=f"{one.person.name}（{one.learner_number}）")
            for one in learners
        ]
        return self

    def draft(self) -> EntryDraft:
        return EntryDraft(
            kind=self.kind.data,
            day=self.day.data,
            points=signed(self.kind.data, self.points.data),
            sentence=self.sentence.data,
        )
