"""The form of one change to many items."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.ground.forms import Form, TextField, choices
from question_bank.changes.rules import FIELD_NAMES, STATES, Field
from question_bank.items.rules.terms import COGNITION_NAMES, DIFFICULTY_NAMES, ItemState

# Tags are renamed on their own page, for all items that have them.
_CHOICES = {field: name for field, name in FIELD_NAMES.items() if field is not Field.RENAME_TAG}
_STATE_WORDS = {ItemState.RETIRED: _l("停用"), ItemState.DRAFT: _l("恢复（重新审题）")}


class ChangeForm(Form):
    """Which field, and its new value: of these inputs the one that belongs to the field counts."""

    class Meta(Form.Meta):
        csrf = False

    field = SelectField(_l("修改什么"), choices=choices(_CHOICES))
    topic = SelectField(_l("新的知识点"), validate_choice=False)
    difficulty = SelectField(_l("新的难度"), choices=choices(DIFFICULTY_NAMES))
    cognition = SelectField(_l("新的认知层次"), choices=choices(COGNITION_NAMES))
    points = TextField(_l("新的题分"))
    tag = TextField(_l("标签"))
    state = SelectField(
        _l("停用或恢复"), choices=choices({one: _STATE_WORDS[one] for one in STATES})
    )

    def typed(self) -> tuple[Field, str]:
        """The field and what was typed for it."""
        field = Field(self.field.data) if self.field.data in set(Field) else Field.TOPIC
        name = "tag" if field in (Field.ADD_TAG, Field.DROP_TAG) else field.value
        return field, str(self[name].data or "")
