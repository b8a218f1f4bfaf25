"""The forms of intakes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import Length

from lms.ground.forms import Form, TextField, choices
from question_bank.items.forms import long_text
from question_bank.items.rules.terms import KIND_NAMES
from question_bank.items.rules.typed import WITH_OPTIONS, key_of, options_of


class UploadForm(Form):
    """A question file, where it goes, and a separate file of answers if there is one."""

    bank_id = SelectField(_l("放入题库"), coerce=str)
    bank_name = TextField(_l("新题库名称"), [Length(max=100)])
    file = FileField(_l("题库文件"), [FileRequired(_l("请选择题库文件。"))])
    key_file = FileField(_l("答案文件（答案另成一份时）"))


class RowForm(Form):
    """An item of the preview, corrected in place."""

    kind = SelectField(_l("题型"), choices=choices(KIND_NAMES, blank=_l("（请选择）")))
    stem = long_text(_l("题干"))
    options = long_text(_l("选项"))
    key = long_text(_l("标准答案"))

    def fields(self) -> dict[str, Any]:
        """The fields of the draft that the form says."""
        kind = self.kind.data or ""
        return {
            "kind": kind,
            "stem": self.stem.data or "",
            "options": options_of(self.options.data or "") if kind in WITH_OPTIONS else [],
            "key": key_of(kind, self.key.data or ""),
        }
