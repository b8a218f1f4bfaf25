"""Forms of closing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from lms.ground.forms import Form, TextField


class ExemptionForm(Form):
    """A course that needs no exam of its own, and why; its choices are the courses that have none."""

    course_id = SelectField(_l("课程"), coerce=int)
    reason = TextField(_l("不单独考试的理由"), [InputRequired(_l("请写明理由。")), Length(max=200)])
