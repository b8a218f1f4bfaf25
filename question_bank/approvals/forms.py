"""The forms of reviewing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.ground.forms import Form, choices
from question_bank.items.rules.terms import STAGE_NAMES


class WorkForm(Form):
    """What the work list is narrowed to; sent by GET, so without a token."""

    class Meta(Form.Meta):
        csrf = False

    bank = SelectField(_l("题库"), validate_choice=False)
    stage = SelectField(_l("环节"), choices=choices(STAGE_NAMES, blank=_l("全部环节")))
