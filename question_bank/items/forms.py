"""The forms of items and banks."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.ground.forms import Form, TextField, choices
from question_bank.items.kinds import speaking
from question_bank.items.kinds.case import PARTS
from question_bank.items.models import Item, Provenance
from question_bank.items.rules.finding import tags_of
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Cognition,
    Difficulty,
    Source,
)
from question_bank.items.rules.typed import (
    WITH_OPTIONS,
    WITH_PARTS,
    WITH_RECORDING,
    WITH_RUBRIC,
    is_any_order,
    key_of,
    key_text,
    options_of,
    rubric_of,
    rubric_text,
    topic_path,
)

_PART_KINDS = {kind: name for kind, name in KIND_NAMES.items() if kind in PARTS}
_LONGEST = 20_000


def _lines(text: str | None) -> str | None:
    """Browsers send CR LF; blank lines around a text are never meant."""
    return text.replace("\r\n", "\n").strip("\n ") if text else text


def long_text(label: Any, *validators: Any) -> TextAreaField:
    """A text area of at most 20,000 characters."""
    return TextAreaField(label, [*validators, Length(max=_LONGEST)], filters=[_lines])


class PartForm(PlainForm):
    """A part of a case; without a stem and a key it is no part."""

    # The check of the case tells of a kind that is none; kinds without parts send nothing here.
    kind = SelectField(_l("小题题型"), choices=choices(_PART_KINDS), validate_choice=False)
    stem = long_text(_l("小题题干"))
    options = long_text(_l("小题选项"))
    key = long_text(_l("小题答案"))
    any_order = BooleanField(_l("各空答案不分先后"))
    rubric = long_text(_l("小题采分点"))
    rationale = long_text(_l("小题解析"))
    points = DecimalField(_l("小题分"), [Optional(), NumberRange(min=0)], places=None)


class ItemForm(Form):
    """An item of any kind; its template shows what its kind has."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    bank_id = SelectField(_l("题库"), coerce=int)
    topic = TextField(_l("知识点"), [Length(max=200)])
    stem = long_text(_l("题干"), DataRequired())
    left = long_text(_l("左栏"))
    options = long_text(_l("选项"))
    key = long_text(_l("标准答案"))
    any_order = BooleanField(_l("各空答案不分先后"))
    rubric = long_text(_l("采分点"))
    parts = FieldList(FormField(PartForm), min_entries=2)
    recording = FileField(_l("录音"))
    plays = IntegerField(_l("最多播放次数"), [Optional(), NumberRange(min=1, max=20)])
    transcript = long_text(_l("录音文字"))
    seconds = IntegerField(
        _l("作答最长（秒）"), [Optional(), NumberRange(min=5, max=speaking.MOST_SECONDS)]
    )
    tries = IntegerField(
        _l("最多录几次"), [Optional(), NumberRange(min=1, max=speaking.MOST_TRIES)]
    )
    pictures = MultipleFileField(_l("图片"))
    rationale = long_text(_l("解析"))
    points = DecimalField(_l("题分"), [InputRequired(), NumberRange(min=0)], places=None)
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES))
    cognition = SelectField(_l("认知层次"), choices=choices(COGNITION_NAMES))
    tags = TextField(_l("标签"), [Length(max=300)])
    document = TextField(_l("出处文件"), [Length(max=200)])
    article = TextField(_l("条款"), [Length(max=200)])
    edition = TextField(_l("版本"), [Length(max=100)])
    valid_from = DateField(_l("生效日期"), [Optional()])
    valid_to = DateField(_l("失效前最后一日"), [Optional()])

    def content(self, kind: str) -> dict[str, Any]:
        """The columns of ItemVersion that the form says for an item of this kind."""
        text = self.key.data or ""
        return {
            "stem": self.stem.data or "",
            "options": options_of(self.options.data or "") if kind in WITH_OPTIONS else [],
            "key": []
            if kind in WITH_PARTS
            else key_of(kind, text, any_order=bool(self.any_order.data)),
            "rubric": rubric_of(self.rubric.data or "") if kind in WITH_RUBRIC else [],
            "parts": self._parts(kind),
            "rationale": self.rationale.data or "",
            "plays": self.plays.data if kind in WITH_RECORDING else None,
            "transcript": (self.transcript.data or "") if kind in WITH_RECORDING else "",
            "seconds": self.seconds.data if kind == "speaking" else None,
            "tries": self.tries.data if kind == "speaking" else None,
            "points": self.points.data,
            "difficulty": Difficulty(self.difficulty.data),
            "cognition": Cognition(self.cognition.data),
        }

    def _parts(self, kind: str) -> list[dict[str, Any]]:
        if kind == "matching":
            return [{"stem": line} for line in options_of(self.left.data or "")]
        if kind not in WITH_PARTS:
            return []
        typed = [entry.data for entry in self.parts]
        return [_part(one) for one in typed if (one["stem"] or "").strip() or one["key"]]

    def words(self) -> list[str]:
        return tags_of(self.tags.data or "")

    def topic_names(self) -> list[str]:
        return topic_path(self.topic.data or "")

    def sources(self, item: Item | None = None) -> list[Source]:
        """The source that was typed, if any, and what else the item rests on."""
        further = [_source(one) for one in item.provenances[1:]] if item else []
        if not self.document.data:
            return further
        typed = Source(
            self.document.data,
            self.article.data or "",
            self.edition.data or "",
            self.valid_from.data,
            self.valid_to.data,
        )
        return [typed, *further]


def _source(row: Provenance) -> Source:
    return Source(row.document, row.article, row.edition, row.valid_from, row.valid_to)


def _part(typed: dict[str, Any]) -> dict[str, Any]:
    kind = typed["kind"] or ""
    return {
        "kind": kind,
        "stem": (typed["stem"] or "").strip(),
        "options": options_of(typed["options"] or "") if kind in WITH_OPTIONS else [],
        "key": key_of(kind, typed["key"] or "", any_order=bool(typed["any_order"])),
        "rubric": rubric_of(typed["rubric"] or "") if kind in WITH_RUBRIC else [],
        "rationale": typed["rationale"] or "",
        "points": typed["points"],
    }


def typed_item(item: Item, topic: str) -> dict[str, Any]:
    """The values of an ItemForm for an item from `queries.get_item`."""
    current, kind = item.current, item.kind.value
    source = item.provenances[0] if item.provenances else None
    return {
        "version": item.version,
        "bank_id": item.bank_id,
        "topic": topic.replace(" › ", " > "),
        "stem": current.stem,
        "left": "\n".join(part["stem"] for part in current.parts) if kind == "matching" else "",
        "options": "\n".join(current.options),
        "key": key_text(kind, current.key),
        "any_order": is_any_order(kind, current.key),
        "rubric": rubric_text(current.rubric),
        "parts": [_typed_part(part) for part in current.parts] if kind in WITH_PARTS else [],
        "rationale": current.rationale,
        "plays": current.plays,
        "transcript": current.transcript,
        "seconds": current.seconds,
        "tries": current.tries,
        "tags": " ".join(tag.word for tag in item.tags),
        "points": current.points,
        "difficulty": current.difficulty,
        "cognition": current.cognition,
        "document": source.document if source else "",
        "article": source.article if source else "",
        "edition": source.edition if source else "",
        "valid_from": source.valid_from if source else None,
        "valid_to": source.valid_to if source else None,
    }


def _typed_part(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": part["kind"],
        "stem": part["stem"],
        "options": "\n".join(part["options"]),
        "key": key_text(part["kind"], part["key"]),
        "any_order": is_any_order(part["kind"], part["key"]),
        "rubric": rubric_text(part["rubric"]),
        "rationale": part["rationale"],
        "points": part["points"],
    }


class SearchForm(Form):
    """What the list of items is narrowed to; sent by GET, so without a token."""

    class Meta(Form.Meta):
        csrf = False

    text = TextField(_l("题干、选项、标签里有"))
    bank = SelectField(_l("题库"), validate_choice=False)
    topic = SelectField(_l("知识点"), validate_choice=False)
    kind = SelectField(_l("题型"), choices=choices(KIND_NAMES, blank=_l("全部题型")))
    difficulty = SelectField(_l("难度"), choices=choices(DIFFICULTY_NAMES, blank=_l("全部难度")))
    cognition = SelectField(_l("认知层次"), choices=choices(COGNITION_NAMES, blank=_l("全部层次")))
    state = SelectField(_l("状态"), choices=choices(STATE_NAMES, blank=_l("全部状态")))
    tag = TextField(_l("标签"))
