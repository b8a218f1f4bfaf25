"""The form by which answer files come."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField

from lms.ground.forms import Form


class FilesForm(Form):
    """Answer files, as many as were collected."""

    files = MultipleFileField(_l("应急答卷文件（.fengxue）"), [FileRequired(_l("请选择文件。"))])
