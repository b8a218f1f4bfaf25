"""Changes of a paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField


class SwapForm(Form):
    """Another item for a slot."""

    version = IntegerField(widget=HiddenInput())
    item_version_id = IntegerField(_l("换成"), [InputRequired(_l("请选择要换成的试题。"))])


class ChangeForm(Form):
    """A change of one click, from the version that was seen."""

    version = IntegerField(widget=HiddenInput())
    to = TextField(_l("改动"))


class ShuffleForm(Form):
    """What differs from candidate to candidate."""

    version = IntegerField(widget=HiddenInput())
    options = BooleanField(_l("打乱选项（“以上都对”一类留在最后）"))
    items = BooleanField(_l("打乱大题内的题序"))


class RetireForm(Form):
    """Taking a sealed paper out of use."""

    reason = TextField(_l("停用的原因"), [DataRequired(), Length(max=200)])


class PolicyForm(Form):
    """Another score policy for a section."""

    version = IntegerField(widget=HiddenInput())
    policy = TextField(_l("计分办法"), [DataRequired()])
