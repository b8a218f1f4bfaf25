"""What is to be printed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from lms.ground.forms import Form, choices
from question_bank.prints.rules.runs import (
    FORMAT_NAMES,
    MOST_COPIES,
    PRINT_NAMES,
    PrintFormat,
    PrintKind,
)


class PrintForm(Form):
    """A print run."""

    variant_id = SelectField(_l("卷型"), coerce=int)
    kind = SelectField(_l("版式"), choices=choices(PRINT_NAMES), default=PrintKind.A3.value)
    format = SelectField(_l("文件"), choices=choices(FORMAT_NAMES), default=PrintFormat.PDF.value)
    copies = IntegerField(
        _l("份数"), [InputRequired(), NumberRange(min=1, max=MOST_COPIES)], default=1
    )
