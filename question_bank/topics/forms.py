"""The forms of the tree of topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField
from question_bank.topics.rules import LONGEST_NAME, Node


def number_or_none(value: Any) -> int | None:
    """WTForms coercion of an optional id."""
    return int(value) if value not in (None, "", "None") else None


def topic_choices(nodes: Sequence[Node], *, blank: str) -> list[SelectChoice]:
    """The tree as choices of a select, each with its whole path."""
    listed = [SelectChoice(value=node.id, label=node.label) for node in nodes]
    return [SelectChoice(value="", label=blank), *listed]


class TopicForm(Form):
    """A new topic and where it goes."""

    name = TextField(_l("名称"), [DataRequired(), Length(max=LONGEST_NAME)])
    parent_id = SelectField(_l("上级"), coerce=number_or_none)


class NameForm(Form):
    """Another name."""

    version = IntegerField(widget=HiddenInput())
    name = TextField(_l("名称"), [DataRequired(), Length(max=LONGEST_NAME)])


class PlaceForm(Form):
    """Another parent, or the topic to merge into."""

    version = IntegerField(widget=HiddenInput())
    target_id = SelectField(_l("目标知识点"), coerce=number_or_none)
