"""The forms of blueprints and papers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, FieldList, FormField, IntegerField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField, choices
from question_bank.items.rules.terms import DIFFICULTY_NAMES, SECTION_NAMES, Difficulty, Kind
from question_bank.papers.actions import RowDraft
from question_bank.papers.models import Blueprint

SPARE_ROWS = 3


def number_or_none(value: Any) -> int | None:
    """WTForms coercion of an optional id."""
    return int(value) if value not in (None, "", "None") else None


class RowForm(PlainForm):
    """A row of a blueprint; without a count it is none."""

    kind = SelectField(_l("题型"), choices=choices(SECTION_NAMES))
    bank_id = SelectField(_l("题库"), coerce=number_or_none)
    topic_id = SelectField(_l("知识点"), coerce=number_or_none)
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES, blank=_l("不限")))
    count = IntegerField(_l("题数"), [Optional(), NumberRange(min=1)])
    points = DecimalField(_l("每题分"), [Optional(), NumberRange(min=0)], places=None)


class BlueprintForm(Form):
    """双向细目表."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    title = TextField(_l("名称"), [DataRequired(), Length(max=100)])
    minutes = IntegerField(_l("考试时长（分钟）"), [InputRequired(), NumberRange(min=1, max=600)])
    rows = FieldList(FormField(RowForm))

    def drafts(self) -> list[RowDraft]:
        """The rows that have a count."""
        return [
            RowDraft(
                kind=Kind(row["kind"]),
                count=row["count"],
                points=row["points"] or Decimal(0),
                bank_id=row["bank_id"],
                topic_id=row["topic_id"],
                difficulty=Difficulty(row["difficulty"]) if row["difficulty"] else None,
            )
            for row in (entry.data for entry in self.rows)
            if row["count"]
        ]


def typed_blueprint(blueprint: Blueprint) -> dict[str, Any]:
    """The values of a BlueprintForm for a blueprint with its rows."""
    return {
        "version": blueprint.version,
        "title": blueprint.title,
        "minutes": blueprint.minutes,
        "rows": [
            {
                "kind": row.kind,
                "bank_id": row.bank_id,
                "topic_id": row.topic_id,
                "difficulty": row.difficulty or "",
                "count": row.count,
                "points": row.points,
            }
            for row in blueprint.rows
        ],
    }


class AssembleForm(Form):
    """A paper by a blueprint."""

    title = TextField(_l("试卷名称"), [Length(max=100)])
    seed = IntegerField(_l("随机种子"), [Optional(), NumberRange(min=0, max=2**31 - 1)])


class SwapForm(Form):
    """Another item for a slot."""

    version = IntegerField(widget=HiddenInput())
    item_version_id = IntegerField(_l("换成"), [InputRequired(_l("请选择要换成的试题。"))])


class PolicyForm(Form):
    """Another score policy for a section."""

    version = IntegerField(widget=HiddenInput())
    policy = TextField(_l("计分办法"), [DataRequired()])
