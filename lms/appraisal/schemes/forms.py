"""The form of a scheme: a weight for every part, and the rates that it reckons with."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from courses.programmes.models import Programme
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import (
    ABSENCE_RULE_NAMES,
    PART_NAMES,
    RATES,
    AbsenceRule,
    Part,
    PartDraft,
    SchemeDraft,
)
from lms.exams.results.rules import parse_bands
from lms.ground.forms import Form, TextField


class SchemeForm(Form):
    """A scheme; the fields of its parts are added below, one weight and all rates of each."""

    name = TextField(_l("名称"), [InputRequired(), Length(max=60)])
    programme_id = SelectField(_l("适用的学堂系列"), coerce=int)
    valid_from = DateField(_l("生效日期"), [InputRequired()])
    bands = TextField(_l("等次和分数线"), [InputRequired(), Length(max=200)])
    absence = SelectField(
        _l("结业考试缺考（没有免考、补考）"),
        choices=[
            SelectChoice(value=rule.value, label=ABSENCE_RULE_NAMES[rule]) for rule in AbsenceRule
        ],
        default=AbsenceRule.PART_ZERO.value,
    )
    basis = TextField(
        _l("依据（文件名称和条款，或本校的决定）"), [InputRequired(), Length(max=300)]
    )
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, programmes: list[Programme]) -> None:
        """The programmes that can be chosen; the first choice is all without their own scheme."""
        self.programme_id.choices = [
            SelectChoice(value=0, label=str(_l("通用（没有自己方案的系列）"))),
            *(SelectChoice(value=one.id, label=one.name) for one in programmes),
        ]

    def draft(self) -> SchemeDraft:
        """What was typed; Refused when the bands can't be read."""
        return SchemeDraft(
            name=self.name.data or "",
            programme_id=self.programme_id.data or None,
            valid_from=self.valid_from.data,
            basis=self.basis.data or "",
            bands=parse_bands(self.bands.data or ""),
            parts=tuple(self._part(part) for part in Part if self[weight_name(part)].data),
            absence=AbsenceRule(self.absence.data),
        )

    def _part(self, part: Part) -> PartDraft:
        rates = {
            rate.name: _or(self[rate_name(part, rate.name)].data, rate.default)
            for rate in RATES[part]
        }
        return PartDraft(part, self[weight_name(part)].data, rates)


def weight_name(part: Part) -> str:
    """The name of the field of a part's weight."""
    return f"{part.value}_weight"


def rate_name(part: Part, rate: str) -> str:
    """The name of the field of a rate."""
    return f"{part.value}_{rate}"


def filled(scheme: Scheme, bands: str) -> dict[str, object]:
    """What the form shows of a scheme that is there."""
    values: dict[str, object] = {
        "name": scheme.name,
        "programme_id": scheme.programme_id or 0,
        "valid_from": scheme.valid_from,
        "bands": bands,
        "absence": scheme.absence.value,
        "basis": scheme.basis,
        "version": scheme.version,
    }
    for part in scheme.parts:
        values[weight_name(part.part)] = part.weight
        for name, value in part.rates.items():
            values[rate_name(part.part, name)] = Decimal(value)
    return values


def _or(value: Decimal | None, default: Decimal) -> Decimal:
    return default if value is None else value


_LIMITS = [Optional(), NumberRange(0, 100)]
for _part in Part:
    setattr(
        SchemeForm,
        weight_name(_part),
        DecimalField(f"{PART_NAMES[_part]}权重", _LIMITS, places=None),
    )
    for _rate in RATES[_part]:
        setattr(
            SchemeForm,
            rate_name(_part, _rate.name),
            DecimalField(_rate.label, _LIMITS, places=None, default=_rate.default),
        )
