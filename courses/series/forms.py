"""The forms by which lessons are wanted together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortDraft, Naming
from courses.series.rules import SHIFT_NAMES, Shift, shift_days
from courses.timetable.rules.conflicts import CohortFacts
from lms.ground.forms import Form, TextField, choices


class RerunForm(Form):
    """Which past cohort, what the new one is called, and when it begins."""

    source = SelectField(_l("照哪一期"), coerce=int)
    number = IntegerField(_l("期数"), [InputRequired(), NumberRange(1, 999)])
    title = TextField(_l("班次名称"), [InputRequired(), Length(max=60)])
    starts_on = DateField(_l("新一期的第一天"), [InputRequired()])
    how = SelectField(
        _l("日期怎样顺延"), choices=choices(SHIFT_NAMES), coerce=Shift, default=Shift.WEEKDAYS
    )
    quotas = BooleanField(_l("各单位名额也照搬"))
    reason = TextField(_l("确需如此安排的理由"), [Length(max=200)])

    def offer(self, cohorts: Sequence[Cohort]) -> RerunForm:
        """Set the cohorts that can be copied."""
        self.source.choices = [SelectChoice(value=one.id, label=one.title) for one in cohorts]
        return self

    def propose(self, source: Cohort, naming: Naming) -> RerunForm:
        """Fill in what was not chosen yet, for the next cohort of the source's programme."""
        self.source.data = source.id
        self.number.data, self.title.data = naming.number, naming.title
        return self

    def draft(self, source: Cohort) -> CohortDraft:
        """The new cohort: what the source says, on the new dates."""
        days = shift_days(source.starts_on, self.starts_on.data, self.how.data)
        return CohortDraft(
            number=self.number.data,
            title=self.title.data,
            starts_on=self.starts_on.data,
            ends_on=source.ends_on + timedelta(days=days),
            capacity=source.capacity,
            purpose=source.purpose,
            audience=source.audience,
            sponsor=source.sponsor,
            adviser_id=source.adviser_id,
        )


class SheetForm(Form):
    """A timetable as a file."""

    file = FileField(_l("课程表文件"), [FileRequired(_l("请选择要导入的文件。"))])


class ReasonForm(Form):
    """Why it has to be so."""

    reason = TextField(_l("确需如此安排的理由"), [Length(max=200)])


class WeeklyForm(Form):
    """How often a lesson comes again, and until when."""

    until = DateField(_l("重复到哪一天为止"), [InputRequired()])
    every = IntegerField(_l("每几周一次"), [InputRequired(), NumberRange(1, 8)])
    skip_rest = BooleanField(_l("遇到节假日、休息日不排"))
    reason = TextField(_l("确需如此安排的理由"), [Length(max=200)])


def facts_of(draft: CohortDraft) -> CohortFacts:
    """What rules ask of a cohort that is still to be: it has no number and no learners yet."""
    return CohortFacts(0, draft.title, draft.starts_on, draft.ends_on, 0)
