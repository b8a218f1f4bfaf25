"""The forms of the faculty pool."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from courses.faculty.rules import (
    CATEGORY_NAMES,
    EXIT_CAUSE_NAMES,
    ORIGIN_NAMES,
    TITLE_LEVEL_NAMES,
    ExitCause,
    InstructorCategory,
    InstructorDraft,
    InstructorState,
    Origin,
    TitleLevel,
)
from courses.faculty.rules.life import Move, Term
from lms.ground.forms import Form, TextField, choices, strip


def _origin(text: str | None) -> Origin | None:
    return Origin(text) if text else None


def _cause(text: str | None) -> ExitCause | None:
    return ExitCause(text) if text else None


_TEXTS = (
    "title", "title_basis", "subjects", "methods", "languages", "recommendation", "vetting",
    "honours",
)  # fmt: skip


class InstructorForm(Form):
    """What is written of an instructor; the view sets the choices of `course_ids`."""

    category = SelectField(_l("类别"), choices=choices(CATEGORY_NAMES), coerce=InstructorCategory)
    origin = SelectField(
        _l("来源"),
        choices=choices(ORIGIN_NAMES, blank="—"),
        coerce=_origin,
        validators=[Optional()],
    )
    title = TextField(_l("职称或称号"), [Length(max=60)])
    title_level = SelectField(
        _l("职称级别"),
        choices=choices(TITLE_LEVEL_NAMES),
        coerce=TitleLevel,
        default=TitleLevel.NONE,
    )
    title_basis = TextField(_l("职称依据"), [Length(max=100)])
    subjects = TextField(_l("专长"), [Length(max=200)])
    methods = TextField(_l("授课方式"), [Length(max=100)])
    languages = TextField(_l("授课语言"), [Length(max=60)])
    recommendation = TextAreaField(_l("推荐单位意见"), [Length(max=500)], filters=[strip])
    vetting = TextAreaField(_l("政治审核意见"), [Length(max=500)], filters=[strip])
    honours = TextAreaField(_l("奖惩情况"), [Length(max=500)], filters=[strip])
    course_ids = SelectMultipleField(_l("主讲课程"), coerce=int)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> InstructorDraft:
        typed: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        return InstructorDraft(
            category=self.category.data,
            origin=self.origin.data,
            title_level=self.title_level.data,
            course_ids=tuple(self.course_ids.data or ()),
            **typed,
        )


class MoveForm(Form):
    """A step to another state; only what the step asks for is shown and read."""

    to = HiddenField()
    reason = TextField(_l("理由"), [Length(max=200)])
    approver = TextField(_l("批准人"), [Length(max=60)])
    score = DecimalField(_l("试讲得分"), [Optional()], places=None)
    starts_on = DateField(_l("聘期自"), [Optional()])
    ends_on = DateField(_l("聘期至"), [Optional()])
    cause = SelectField(
        _l("出库原因"),
        choices=choices(EXIT_CAUSE_NAMES, blank="—"),
        coerce=_cause,
        validators=[Optional()],
    )
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def move(self, to: InstructorState) -> Move:
        return Move(
            to=to,
            reason=self.reason.data or "",
            approver=self.approver.data or "",
            score=self.score.data,
            term=term_of(self.starts_on.data, self.ends_on.data),
            cause=self.cause.data,
        )


class RenewalForm(Form):
    """Another term."""

    starts_on = DateField(_l("聘期自"), [InputRequired()])
    ends_on = DateField(_l("聘期至"), [InputRequired()])
    approver = TextField(_l("批准人"), [InputRequired(), Length(max=60)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class PhotoForm(Form):
    """A picture for the register form."""

    photo = FileField(_l("照片"), [FileRequired(_l("请选择照片（PNG或JPEG）。"))])


class HandInForm(Form):
    """A file for a course."""

    title = TextField(_l("标题"), [InputRequired(), Length(max=100)])
    file = FileField(_l("文件"), [FileRequired(_l("请选择要上传的文件。"))])


def term_of(starts_on: date | None, ends_on: date | None) -> Term | None:
    """The term that two days make; None while one is missing."""
    return None if starts_on is None or ends_on is None else Term(starts_on, ends_on)
