"""The forms of the faculty pool."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from courses.faculty.rules import (
    CATEGORY_NAMES,
    INSTRUCTOR_STATE_NAMES,
    TRANSITIONS,
    InstructorCategory,
    InstructorDraft,
    InstructorState,
)
from lms.ground.forms import Form, TextField, choices


class InstructorForm(Form):
    """What is written of an instructor; the view sets the choices of `course_ids`."""

    category = SelectField(_l("类别"), choices=choices(CATEGORY_NAMES), coerce=InstructorCategory)
    title = TextField(_l("职称或称号"), [Length(max=60)])
    subjects = TextField(_l("专长"), [Length(max=200)])
    languages = TextField(_l("授课语言"), [Length(max=60)])
    appointed_from = DateField(_l("聘期自"), [Optional()])
    appointed_to = DateField(_l("聘期至"), [Optional()])
    course_ids = SelectMultipleField(_l("主讲课程"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> InstructorDraft:
        return InstructorDraft(
            category=self.category.data,
            title=self.title.data or "",
            subjects=self.subjects.data or "",
            languages=self.languages.data or "",
            appointed_from=self.appointed_from.data,
            appointed_to=self.appointed_to.data,
            course_ids=tuple(self.course_ids.data or ()),
        )


class StateForm(Form):
    """Another state for an instructor."""

    to = SelectField(_l("变为"), coerce=InstructorState)
    reason = TextField(_l("理由"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, state: InstructorState) -> StateForm:
        """Offer the states that may follow."""
        following = {one: INSTRUCTOR_STATE_NAMES[one] for one in TRANSITIONS[state]}
        self.to.choices = choices(following)
        return self


class HandInForm(Form):
    """A file for a course."""

    title = TextField(_l("标题"), [InputRequired(), Length(max=100)])
    file = FileField(_l("文件"), [FileRequired(_l("请选择要上传的文件。"))])
