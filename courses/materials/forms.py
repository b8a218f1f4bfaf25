"""The forms of materials."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from courses.materials.rules import MATERIAL_STATE_NAMES, MaterialState
from lms.ground.forms import Form, TextField, choices

VERDICTS = (MaterialState.APPROVED, MaterialState.RETURNED)


class UploadForm(Form):
    """A file for a course; the view sets the courses."""

    course_id = SelectField(_l("课程"), coerce=int)
    title = TextField(_l("标题"), [InputRequired(), Length(max=100)])
    file = FileField(_l("文件"), [FileRequired(_l("请选择要上传的文件。"))])


class ReviewForm(Form):
    """The verdict on a material."""

    to = SelectField(
        _l("结论"),
        choices=choices({one: MATERIAL_STATE_NAMES[one] for one in VERDICTS}),
        coerce=MaterialState,
    )
    remark = TextField(_l("意见"), [Length(max=500)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
