"""Forms of certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Length

from lms.ground.forms import Form, TextField


class CheckForm(Form):
    """The check code as it stands on a certificate; asked by GET, so that it can be a link."""

    class Meta(Form.Meta):
        csrf = False

    code = TextField(_l("查验码"), [InputRequired(_l("请输入证书上的查验码。")), Length(max=40)])
