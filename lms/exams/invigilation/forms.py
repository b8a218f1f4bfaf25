"""The forms of the exam day."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.exams.invigilation.rules import INCIDENT_NAMES, IncidentKind
from lms.ground.forms import Form, TextField, choices


class DeedForm(Form):
    """What is done to the candidates whose boxes are ticked, or to the whole hall."""

    everyone = BooleanField(_l("全场"))
    minutes = IntegerField(_l("分钟"), [Optional(), NumberRange(1, 240)])
    text = TextField(_l("原因或通知内容"), [Length(max=200)])
    kind = SelectField(
        _l("异常违纪"), choices=choices(INCIDENT_NAMES), coerce=IncidentKind, validate_choice=False
    )


class DecisionForm(Form):
    """Why a step that was set aside counts after all, or does not."""

    reason = TextField(_l("处理理由"), [InputRequired(_l("请写明处理的理由。")), Length(max=200)])


class ArrivalForm(Form):
    """Why somebody is let in so late, or was not there after all."""

    reason = TextField(_l("理由"), [Length(max=200)])


class SeatsForm(Form):
    """How the seats of a room stand, and the draw."""

    columns = IntegerField(_l("每排座位数"), [InputRequired(), NumberRange(1, 40)])
    seed = IntegerField(_l("抽签种子"), [InputRequired(), NumberRange(0, 2**31 - 1)])
