"""The forms of invitations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Length

from courses.availability.rules import Period
from courses.invitations.rules import ANSWER_NAMES, Answer
from lms.ground.forms import Form, TextField, choices


class AnswerForm(Form):
    """What the instructor says."""

    said = SelectField(_l("答复"), choices=choices(ANSWER_NAMES), coerce=Answer)
    note = TextField(_l("不能来的原因"), [Length(max=200)])


class AbsenceForm(Form):
    """Days on which an instructor cannot come after all."""

    starts_on = DateField(_l("自"), [InputRequired()])
    ends_on = DateField(_l("至"), [InputRequired()])
    reason = TextField(_l("原因"), [InputRequired(), Length(max=100)])

    def period(self) -> Period:
        days = self.starts_on.data, self.ends_on.data
        return Period(*days, can_come=False, reason=self.reason.data or "")
