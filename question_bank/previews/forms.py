"""The forms by which rows of a preview are put right, one or many."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField, choices
from question_bank.intakes.rules.grid import Row
from question_bank.items.forms import PartForm, long_text
from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.finding import tags_of
from question_bank.items.rules.terms import DIFFICULTY_NAMES, KIND_NAMES, Difficulty
from question_bank.items.rules.typed import (
    WITH_OPTIONS,
    WITH_PARTS,
    WITH_RUBRIC,
    is_any_order,
    key_of,
    key_text,
    options_of,
    rubric_of,
    rubric_text,
)


class RowForm(Form):
    """An item of the preview, corrected in place."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    kind = SelectField(_l("题型"), choices=choices(KIND_NAMES, blank=_l("（请选择）")))
    stem = long_text(_l("题干"))
    left = long_text(_l("左栏"))
    options = long_text(_l("选项"))
    key = long_text(_l("标准答案"))
    any_order = BooleanField(_l("各空答案不分先后"))
    rubric = long_text(_l("采分点"))
    parts = FieldList(FormField(PartForm))
    rationale = long_text(_l("解析"))
    points = DecimalField(_l("分值"), [Optional(), NumberRange(min=0)], places=None)
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES))
    topic = TextField(_l("知识点"), [Length(max=200)])
    tags = TextField(_l("标签"), [Length(max=300)])
    drop = SelectMultipleField(_l("去掉图片"), validate_choice=False)

    def fields(self, row: Row) -> dict[str, Any]:
        """The fields of the draft that the form says otherwise than the row does.

        What nobody touched stays as it was read, to the letter.
        """
        before, said = typed_row(row), self._typed()
        changed = {name for name, value in said.items() if value != before[name]}
        kind, made = said["kind"], {name: said[name] for name in changed & _AS_TYPED}
        if changed & {"options", "kind"} and kind in WITH_OPTIONS:
            made["options"] = options_of(said["options"])
        if changed & {"key", "any_order", "kind"} and kind not in WITH_PARTS:
            made["key"] = key_of(kind, said["key"], any_order=said["any_order"])
        if changed & {"rubric", "kind"} and kind in WITH_RUBRIC:
            made["rubric"] = [
                {**one, "points": str(one["points"])} for one in rubric_of(said["rubric"])
            ]
        if "tags" in changed:
            made["tags"] = tags_of(said["tags"])
        if "difficulty" in changed:
            made["difficulty"] = DIFFICULTY_NAMES[Difficulty(said["difficulty"])]
        if "points" in changed:
            made["points"] = None if said["points"] is None else str(said["points"])
        return {**made, **self._parts(kind, changed)}

    def _typed(self) -> dict[str, Any]:
        typed = _plain({name: self[name].data for name in _COMPARED})
        parts = [_plain(one) for one in typed["parts"] or ()]
        return {**typed, "parts": [one for one in parts if one["stem"].strip() or one["key"]]}

    def _parts(self, kind: str, changed: set[str]) -> dict[str, Any]:
        if kind == "matching" and changed & {"left", "kind"}:
            return {"parts": [{"stem": line} for line in options_of(self.left.data or "")]}
        if kind in WITH_PARTS and changed & {"parts", "kind"}:
            return {"parts": [_part(one) for one in self._typed()["parts"]], "key": []}
        return {}


_AS_TYPED = frozenset({"kind", "stem", "rationale", "topic"})
_COMPARED = (
    "kind", "stem", "left", "options", "key", "any_order", "rubric", "parts", "rationale",
    "points", "difficulty", "topic", "tags",
)  # fmt: skip


def _plain(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with "" for texts that were not."""
    return {
        name: value if name in ("points", "any_order") else value or ""
        for name, value in typed.items()
    }


def typed_row(row: Row) -> dict[str, Any]:
    """The values of a RowForm for a row."""
    content = row.content
    said = row.item.get("points")
    return {
        **_typed_content(content),
        "left": "\n".join(part.stem for part in content.parts)
        if content.kind == "matching"
        else "",
        "parts": [_typed_part(one) for one in content.parts] if content.kind in WITH_PARTS else [],
        "points": None if said in (None, "") else Decimal(str(said)),
        "difficulty": row.difficulty.value,
        "topic": str(row.item.get("topic", "")),
        "tags": "、".join(row.tags),
    }


def _typed_content(content: Content) -> dict[str, Any]:
    return {
        "kind": content.kind,
        "stem": content.stem.strip("\n "),
        "options": "\n".join(content.options),
        "key": key_text(content.kind, content.key).strip("\n "),
        "any_order": is_any_order(content.kind, content.key),
        "rubric": rubric_text(content.rubric),
        "rationale": content.rationale.strip("\n "),
    }


def _typed_part(part: Content) -> dict[str, Any]:
    return {**_typed_content(part), "points": part.points}


def _part(typed: Mapping[str, Any]) -> dict[str, Any]:
    kind = typed["kind"]
    return {
        "kind": kind,
        "stem": typed["stem"].strip(),
        "options": options_of(typed["options"]) if kind in WITH_OPTIONS else [],
        "key": key_of(kind, typed["key"], any_order=bool(typed["any_order"])),
        "rubric": [{**one, "points": str(one["points"])} for one in rubric_of(typed["rubric"])],
        "rationale": typed["rationale"],
        "points": None if typed["points"] is None else str(typed["points"]),
    }


class BulkForm(Form):
    """One thing done to all rows of a list; `number` is how many were shown."""

    number = IntegerField(validators=[Optional()])
    topic = TextField(_l("知识点"), [Length(max=200)])
    tags = TextField(_l("标签"), [Length(max=300)])
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES), validate_choice=False)
    points = DecimalField(_l("分值"), [Optional(), NumberRange(min=0, max=1000)], places=None)
    only_empty = BooleanField(_l("只填文件里没有写的"), default=True)

    def said(self, name: str) -> Any:
        """What one field sets, as a draft has it; None where nothing was typed."""
        value = self[name].data
        if name == "tags":
            return tags_of(value or "") or None
        if value in (None, ""):
            return None
        return DIFFICULTY_NAMES[Difficulty(value)] if name == "difficulty" else str(value)
