"""Forms of results."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField
from question_bank.papers.models import Paper


class ReleaseForm(Form):
    """Confirming a release; `run_number` is the run whose results were read before."""

    note = TextField(_l("说明（可不填）"), [Length(max=200)])
    run_number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MakeUpForm(Form):
    """A make-up exam for everybody who missed or failed."""

    title = TextField(_l("补考名称"), [InputRequired(), Length(max=100)])
    paper = SelectField(
        _l("试卷（已封存）"), [NumberRange(min=1, message=_l("请选择试卷。"))], coerce=int
    )

    def offer(self, papers: Sequence[Paper]) -> MakeUpForm:
        """The papers that can be chosen; none is by itself, for the latest may be one to come."""
        listed = [SelectChoice(value=one.id, label=one.title) for one in papers]
        self.paper.choices = [SelectChoice(value=0, label=_l("请选择试卷")), *listed]
        return self
