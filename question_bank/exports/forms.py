"""The form of an export."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from lms.ground.forms import Form, choices
from question_bank.exports.rules import UNFIT_NAMES, Unfit
from question_bank.items.formats.interchange import TITLES


class ExportForm(Form):
    """The format, and what is done with items that it cannot hold."""

    form = SelectField(
        _l("文件格式"),
        choices=[SelectChoice(value=name, label=title) for name, title in TITLES.items()],
        default="xlsx",
    )
    unfit = RadioField(
        _l("这种格式放不下的内容"), choices=choices(UNFIT_NAMES), default=Unfit.REFUSE.value
    )
