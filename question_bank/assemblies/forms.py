"""What is asked of a worker that assembles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import TextInput

from lms.ground.forms import Form, TextField
from question_bank.assemblies.rules.orders import MOST_PAPERS, MOST_VARIANTS


class AssembleForm(Form):
    """Papers by a blueprint."""

    title = TextField(_l("试卷名称"), [Length(max=100)])
    seed = IntegerField(
        _l("随机种子"), [Optional(), NumberRange(min=0, max=2**31 - 1)], widget=TextInput()
    )
    papers = IntegerField(
        _l("平行卷套数"), [Optional(), NumberRange(min=1, max=MOST_PAPERS)], default=1
    )
    variants = IntegerField(
        _l("每套卷型数"), [Optional(), NumberRange(min=1, max=MOST_VARIANTS)], default=2
    )
