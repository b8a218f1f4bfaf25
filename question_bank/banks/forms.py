"""The forms of banks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Length

from lms.ground.forms import Form, TextField, choices
from question_bank.items.rules.terms import ACCESS_NAMES


class BankForm(Form):
    """A new bank."""

    name = TextField(_l("题库名称"), [DataRequired(), Length(max=100)])
    note = TextField(_l("说明"), [Length(max=500)])
    access = SelectField(_l("对教师"), choices=choices(ACCESS_NAMES))


class AccessForm(Form):
    """Who may look into a bank."""

    note = TextField(_l("说明"), [Length(max=500)])
    access = SelectField(_l("对教师"), choices=choices(ACCESS_NAMES))
    readers = SelectMultipleField(_l("另外开放给（可看试题和答案）"), coerce=int)
