"""Forms of results."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from lms.exams.sittings.forms import paper_choices, paper_field
from lms.ground.forms import Form, TextField
from question_bank.papers.models import Paper


class ReleaseForm(Form):
    """Confirming a release; `run_number` is the run whose results were read before."""

    note = TextField(_l("说明（可不填）"), [Length(max=200)])
    run_number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MakeUpForm(Form):
    """A make-up exam for everybody who missed or failed."""

    title = TextField(_l("补考名称"), [InputRequired(), Length(max=100)])
    paper = paper_field()

    def offer(self, papers: Sequence[Paper]) -> MakeUpForm:
        """The papers that can be chosen."""
        self.paper.choices = paper_choices(papers)
        return self
