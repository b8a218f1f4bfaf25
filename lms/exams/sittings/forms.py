"""The forms of exams and sittings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from courses.catalogue.models import Course
from courses.venues.models import Venue
from lms.exams.sittings.rules import EXAM_PURPOSE_NAMES, ExamDraft, ExamPurpose, SittingDraft
from lms.ground.accounts.models import Account
from lms.ground.forms import Form, InstantField, TextField
from question_bank.papers.models import Paper


class CheckboxesField(SelectMultipleField):
    """Several of a short list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def paper_field() -> SelectField:
    """A sealed paper; none is chosen by itself, for the latest may be that of another exam."""
    chosen = NumberRange(min=1, message=_l("请选择试卷。"))
    return SelectField(_l("试卷（已封存）"), [chosen], coerce=int)


def paper_choices(papers: Sequence[Paper]) -> list[SelectChoice]:
    """What a `paper_field` offers."""
    listed = [SelectChoice(value=one.id, label=one.title) for one in papers]
    return [SelectChoice(value=0, label=_l("请选择试卷")), *listed]


class ExamForm(Form):
    """A closed-book exam of a cohort."""

    title = TextField(_l("考试名称"), [InputRequired(), Length(max=100)])
    purpose = SelectField(
        _l("性质"),
        choices=[
            SelectChoice(value=one.value, label=EXAM_PURPOSE_NAMES[one]) for one in ExamPurpose
        ],
        default=ExamPurpose.CONCLUDING.value,
    )
    paper = paper_field()
    courses = CheckboxesField(_l("考核的课程（逢学必考）"), coerce=int)
    pass_score = DecimalField(
        _l("及格分数（百分制）"), [InputRequired(), NumberRange(0, 100)], places=None
    )

    def offer(self, *, papers: list[Paper], courses: list[Course], pass_score: Decimal) -> None:
        """What can be chosen, and the pass score in force."""
        self.paper.choices = paper_choices(papers)
        self.courses.choices = [SelectChoice(value=one.id, label=one.title) for one in courses]
        if self.pass_score.data is None and not self.pass_score.raw_data:
            self.pass_score.data = pass_score

    def draft(self) -> ExamDraft:
        return ExamDraft(
            title=self.title.data,
            paper_id=self.paper.data,
            course_ids=tuple(self.courses.data or ()),
            pass_score=self.pass_score.data,
            purpose=ExamPurpose(self.purpose.data),
        )


class CoursesForm(Form):
    """Which courses an exam examines."""

    courses = CheckboxesField(_l("考核的课程（逢学必考）"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, courses: list[Course]) -> CoursesForm:
        """What can be chosen."""
        self.courses.choices = [SelectChoice(value=one.id, label=one.title) for one in courses]
        return self


class PaperForm(Form):
    """The paper on which an exam that came along with a past cohort is held."""

    paper = paper_field()

    def offer(self, papers: list[Paper]) -> PaperForm:
        """What can be chosen."""
        self.paper.choices = paper_choices(papers)
        return self


class SittingForm(Form):
    """When, where and under whose eyes an exam is held."""

    opens_at = InstantField(_l("开考时间"), [InputRequired()])
    closes_at = InstantField(_l("考试窗口结束"), [InputRequired()])
    minutes = IntegerField(_l("答题时长（分钟）"), [InputRequired(), NumberRange(1, 1440)])
    venue = SelectField(_l("考场"), [Optional()], coerce=lambda text: int(text) if text else None)
    invigilators = CheckboxesField(_l("监考人"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, *, venues: list[Venue], invigilators: list[Account]) -> None:
        """What can be chosen."""
        listed = [
            SelectChoice(value=one.id, label=f"{one.name}（{one.capacity} 座）") for one in venues
        ]
        self.venue.choices = [SelectChoice(value="", label="不占用场地"), *listed]
        self.invigilators.choices = [
            SelectChoice(value=one.id, label=one.name) for one in invigilators
        ]

    def must_be_after(self, at: datetime) -> bool:
        """Only what is still to come can be arranged on a page."""
        if self.opens_at.data is None or self.opens_at.data > at:
            return True
        self.opens_at.errors = [str(_l("开考时间已经过去，请改为以后的时间。"))]
        return False

    def draft(self) -> SittingDraft:
        return SittingDraft(
            opens_at=self.opens_at.data,  # type: ignore[arg-type]
            closes_at=self.closes_at.data,  # type: ignore[arg-type]
            minutes=self.minutes.data,
            venue_id=self.venue.data,
            invigilator_ids=tuple(self.invigilators.data or ()),
        )


class MoveForm(Form):
    """Where a sitting is held instead."""

    venue = SelectField(_l("改到哪个考场"), [InputRequired()], coerce=int)

    def offer(self, venues: list[Venue]) -> MoveForm:
        """Set the venues that can be chosen."""
        self.venue.choices = [
            SelectChoice(value=one.id, label=f"{one.name}（{one.capacity} 座）") for one in venues
        ]
        return self


class ReasonForm(Form):
    """What is done to a candidate's sheet needs a reason."""

    reason = TextField(_l("原因"), [InputRequired(), Length(max=200)])


class ExemptionForm(Form):
    """Why a course needs no exam of its own, or a learner need not sit one."""

    reason = TextField(_l("免考的理由"), [InputRequired(_l("请写明理由。")), Length(max=200)])
