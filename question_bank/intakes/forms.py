"""The form of a question file that is brought."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import Length

from lms.ground.forms import Form, TextField


class UploadForm(Form):
    """A question file, where it goes, and a separate file of answers if there is one."""

    bank_id = SelectField(_l("放入题库"), coerce=str)
    bank_name = TextField(_l("新题库名称"), [Length(max=100)])
    file = FileField(_l("题库文件"), [FileRequired(_l("请选择题库文件。"))])
    key_file = FileField(_l("答案文件（答案另成一份时）"))
