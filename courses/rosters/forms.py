"""The forms of learners and name lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField


class PlaceForm(Form):
    """Where a learner is in the cohort."""

    group_name = TextField(_l("小组"), [Length(max=30)])
    duty = TextField(_l("班内职务"), [Length(max=30)])
    dormitory = TextField(_l("宿舍"), [Length(max=30)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class WithdrawalForm(Form):
    """A learner leaves."""

    on = DateField(_l("退出日期"), [InputRequired()])
    reason = TextField(_l("退出原因"), [InputRequired(), Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class RosterForm(Form):
    """A name list."""

    file = FileField(_l("名册文件"), [FileRequired(_l("请选择要导入的名册。"))])
