"""The forms of sheets on paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from lms.ground.forms import Form, choices
from question_bank.prints.rules.runs import PRINT_NAMES, PrintKind


class PrintForm(Form):
    """In which layout the sheets of a sitting are printed."""

    kind = SelectField(
        _l("版式"),
        choices=choices({one: PRINT_NAMES[one] for one in (PrintKind.A4, PrintKind.A3)}),
        coerce=PrintKind,
    )


class ScriptForm(Form):
    """One keyed-in sheet; its fields are those of the paper."""

    replaces = BooleanField(_l("以纸质答卷为准，覆盖电脑上的作答"))


class BringForm(Form):
    """A workbook of keyed-in sheets."""

    file = FileField(_l("填好的表格（.xlsx）"), [FileRequired(_l("请选择文件。"))])
