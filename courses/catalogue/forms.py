"""The forms of courses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.catalogue.rules import (
    COURSE_FORM_NAMES,
    COURSE_KIND_NAMES,
    COURSE_THEME_NAMES,
    MOST_HOURS,
    CourseDraft,
    CourseForm,
    CourseKind,
    CourseTheme,
)
from lms.ground.forms import Form, TextField, choices, strip


def _theme(text: str | None) -> CourseTheme | None:
    return CourseTheme(text) if text else None


class CourseEntryForm(Form):
    """A course of the catalogue."""

    title = TextField(_l("课程名称"), [InputRequired(), Length(max=100)])
    kind = SelectField(_l("类别"), choices=choices(COURSE_KIND_NAMES), coerce=CourseKind)
    form = SelectField(_l("教学形式"), choices=choices(COURSE_FORM_NAMES), coerce=CourseForm)
    theme = SelectField(
        _l("所属单元"),
        choices=choices(COURSE_THEME_NAMES, blank="—"),
        coerce=_theme,
        validators=[Optional()],
    )
    hours = DecimalField(_l("学时"), [InputRequired(), NumberRange(0, MOST_HOURS)], places=None)
    summary = TextAreaField(_l("内容简介"), [Length(max=2000)], filters=[strip])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> CourseDraft:
        return CourseDraft(
            title=self.title.data,
            kind=self.kind.data,
            form=self.form.data,
            hours=self.hours.data,
            theme=self.theme.data,
            summary=self.summary.data or "",
        )


class RetiringForm(Form):
    """Teaching a course no more."""

    reason = TextField(_l("停用原因"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
