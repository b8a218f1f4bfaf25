"""The grid of a blueprint as a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, FieldList, FormField, IntegerField, SelectField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput, TextInput

from lms.ground.forms import Form, TextField, choices
from question_bank.blueprints.actions import Aims, RowDraft
from question_bank.blueprints.models import Blueprint
from question_bank.blueprints.rules.grid import Row, grid
from question_bank.items.kinds.policies import policies_for
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    SECTION_NAMES,
    Cognition,
    Difficulty,
    Kind,
)

SPARE = 1
WITH_POLICIES = ("multiple", "truth", "blank")
"""The kinds that can be scored in more than one way."""


def number_or_none(value: Any) -> int | None:
    """WTForms coercion of an optional id."""
    return int(value) if value not in (None, "", "None") else None


class ColumnForm(PlainForm):
    """A column of the grid; without a kind it is none."""

    kind = SelectField(_l("题型"), choices=choices(SECTION_NAMES, blank=_l("（不用）")))
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES, blank=_l("难度不限")))
    cognition = SelectField(_l("认知层次"), choices=choices(COGNITION_NAMES, blank=_l("层次不限")))
    points = DecimalField(_l("每题分"), [Optional(), NumberRange(min=0)], places=None)


class CellField(IntegerField):
    """How many items; arrow keys move in the grid, so it is no spinner."""

    widget = TextInput()


class LineForm(PlainForm):
    """A line of the grid: topic, bank, and a count for every column."""

    topic_id = SelectField(_l("知识点"), coerce=number_or_none)
    bank_id = SelectField(_l("题库"), coerce=number_or_none)
    cells = FieldList(CellField(_l("题数"), [Optional(), NumberRange(min=0, max=200)]))


class BlueprintForm(Form):
    """双向细目表: one grid, and what the whole paper shall be like."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    title = TextField(_l("名称"), [DataRequired(), Length(max=100)])
    minutes = IntegerField(_l("考试时长（分钟）"), [InputRequired(), NumberRange(min=1, max=600)])
    target = DecimalField(_l("目标难度（预计得分率，0–1）"), [Optional()], places=None)
    tolerance = DecimalField(_l("允许偏差"), [Optional()], places=None)
    shared_limit = IntegerField(_l("各卷型之间最多重复（%）"), [Optional()])
    repeat_limit = IntegerField(_l("与其他试卷最多重复（%）"), [Optional()])
    pool = IntegerField(_l("每格备题的倍数"), [Optional()], default=1)
    multiple = SelectField(_l("多选题计分办法"), default="")
    truth = SelectField(_l("判断题计分办法"), default="")
    blank = SelectField(_l("填空题计分办法"), default="")
    columns = FieldList(FormField(ColumnForm))
    lines = FieldList(FormField(LineForm))

    def offer(
        self, topics: Iterable[tuple[int, str]], banks: Iterable[tuple[int, str]], house: str
    ) -> None:
        """The choices of all selects; `house` says what the school's own policy is."""
        topic_choices = _optional(topics, _l("不限知识点"))
        bank_choices = _optional(banks, _l("不限题库"))
        for line in self.lines:
            line.form.topic_id.choices = topic_choices
            line.form.bank_id.choices = bank_choices
        for kind in WITH_POLICIES:
            offered = [
                SelectChoice(value=one.code, label=f"{one.title}（{one.code}）")
                for one in policies_for(kind)
            ]
            own = house if kind == "multiple" else ""
            label = _l("按本校规定") if not own else f"{_l('按本校规定')}（{own}）"
            self[kind].choices = [SelectChoice(value="", label=label), *offered]

    def crossings(self) -> Iterator[tuple[str, RowDraft]]:
        """Every crossing that has a kind, by "line-column" as its input is named; those without
        a count ask for 0 items."""
        for line in self.lines:
            for column, cell in zip(self.columns, line.form.cells, strict=False):
                if not column.form.kind.data:
                    continue
                yield f"{_index(line)}-{_index(column)}", _draft(line.form, column.form, cell.data)

    def drafts(self) -> list[RowDraft]:
        """The cells with a count, line by line."""
        return [draft for _place, draft in self.crossings() if draft.count]

    def kindless(self) -> list[int]:
        """The columns (from 1) that have counts and no kind."""
        return [
            at
            for at, column in enumerate(self.columns, start=1)
            if not column.form.kind.data
            and any(
                len(line.form.cells.entries) >= at and line.form.cells[at - 1].data
                for line in self.lines
            )
        ]

    def aims(self) -> Aims:
        """What the whole paper shall be like."""
        policies = {kind: self[kind].data for kind in WITH_POLICIES if self[kind].data}
        return Aims(
            policies,
            self.target.data,
            Decimal("0.05") if self.tolerance.data is None else self.tolerance.data,
            self.shared_limit.data,
            self.repeat_limit.data,
            1 if self.pool.data is None else self.pool.data,
        )

    def widen(self) -> None:
        """A line and a column to fill in, for whoever has no script that adds them."""
        for _spare in range(SPARE):
            self.columns.append_entry()
            self.lines.append_entry()
        for line in self.lines:
            while len(line.form.cells.entries) < len(self.columns.entries):
                line.form.cells.append_entry()


def _index(entry: Any) -> str:
    return str(entry.name).rpartition("-")[2]


def _draft(line: Any, column: Any, count: int | None) -> RowDraft:
    difficulty, cognition = column.difficulty.data, column.cognition.data
    return RowDraft(
        kind=Kind(column.kind.data),
        count=count or 0,
        points=column.points.data or Decimal(0),
        bank_id=line.bank_id.data,
        topic_id=line.topic_id.data,
        difficulty=Difficulty(difficulty) if difficulty else None,
        cognition=Cognition(cognition) if cognition else None,
    )


def typed_grid(rows: Iterable[Row]) -> dict[str, Any]:
    """The columns and lines of a BlueprintForm for the rows of a blueprint or a pattern."""
    shown = grid(rows)
    return {
        "columns": [
            {
                "kind": column.kind,
                "difficulty": column.difficulty or "",
                "cognition": column.cognition or "",
                "points": column.points,
            }
            for column in shown.columns
        ],
        "lines": [
            {
                "topic_id": line.topic_id,
                "bank_id": line.bank_id,
                "cells": [count or None for count in counts],
            }
            for line, counts in zip(shown.lines, shown.counts, strict=True)
        ],
    }


def typed_blueprint(blueprint: Blueprint) -> dict[str, Any]:
    """The values of a BlueprintForm for a blueprint with its rows."""
    return {
        "version": blueprint.version,
        "title": blueprint.title,
        "minutes": blueprint.minutes,
        "target": blueprint.target,
        "tolerance": blueprint.tolerance,
        "shared_limit": blueprint.shared_limit,
        "repeat_limit": blueprint.repeat_limit,
        "pool": blueprint.pool,
        **{kind: blueprint.policies.get(kind, "") for kind in WITH_POLICIES},
        **typed_grid(blueprint.rows),
    }


def _optional(rows: Iterable[tuple[int, str]], anything: Any) -> list[SelectChoice]:
    listed = [SelectChoice(value=number, label=label) for number, label in rows]
    return [SelectChoice(value="", label=anything), *listed]


class CopyForm(Form):
    """A copy under another name."""

    title = TextField(_l("新名称"), [DataRequired(), Length(max=100)])
