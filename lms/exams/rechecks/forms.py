"""Forms of rechecks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.exams.rechecks.rules import GROUND_NAMES, VERDICT_NAMES
from lms.ground.forms import Form, choices, strip


class AskForm(Form):
    """What a learner wants to have checked, and why."""

    ground = RadioField(
        _l("复核事项"), [InputRequired(_l("请选择复核事项。"))], choices=choices(GROUND_NAMES)
    )
    reason = TextAreaField(
        _l("理由"),
        [InputRequired(_l("请写明哪一题、哪一处有误。")), Length(max=500)],
        filters=[strip],
    )


class VerdictForm(Form):
    """What the check found."""

    verdict = RadioField(
        _l("结论"), [InputRequired(_l("请选择结论。"))], choices=choices(VERDICT_NAMES)
    )
    findings = TextAreaField(
        _l("核查情况（学员能看到）"),
        [InputRequired(_l("请写明核查的情况。")), Length(max=500)],
        filters=[strip],
    )
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
