"""Forms of the cohort file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.archives.cohort_files.rules.contents import ENTRIES
from lms.ground.forms import Form, TextField


class EnclosureForm(Form):
    """A paper from outside and where it belongs."""

    entry = SelectField(
        _l("归入"),
        choices=[SelectChoice(number, f"{number} {title}") for number, title in ENTRIES.items()],
        coerce=int,
    )
    title = TextField(_l("题名"), [InputRequired(_l("请填写题名。")), Length(max=80)])
    file = FileField(_l("文件"), [FileRequired(_l("请选择要收入的文件。"))])
