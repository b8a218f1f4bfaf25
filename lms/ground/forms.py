"""The base of every form: Chinese messages, CSRF, and the choices of an enum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField
from wtforms.fields.choices import SelectChoice

from lms.ground.clock import from_local, local
from lms.ground.errors import Refused

Kind = TypeVar("Kind", bound=StrEnum)


class Form(FlaskForm):
    """A form whose built-in messages are Chinese."""

    class Meta(FlaskForm.Meta):
        locales = ["zh"]

    def reasons(self) -> list[str]:
        """All messages, each led by the label of its field."""
        return [
            f"{self[name].label.text}：{message}" if name else str(message)
            for name, messages in self.errors.items()
            for message in messages
        ]

    @contextmanager
    def telling_refusals(self) -> Iterator[None]:
        """Leave the block where it is Refused; the reasons are then messages of the form."""
        try:
            yield
        except Refused as refusal:
            self.form_errors.extend(refusal.reasons)


def choices(names: Mapping[Kind, str], *, blank: str = "") -> list[SelectChoice]:
    """Choices of a select from the Chinese names of an enum; `blank` adds an empty one before."""
    listed = [SelectChoice(value=member.value, label=name) for member, name in names.items()]
    return [SelectChoice(value="", label=blank), *listed] if blank else listed


def strip(text: str | None) -> str | None:
    """A WTForms filter: surrounding blanks are never meant."""
    return text.strip() if text else text


class TextField(StringField):
    """One line of text without surrounding blanks."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, filters=[strip], **options)


class InstantField(DateTimeLocalField):
    """A wall-clock time at the school, as an aware instant."""

    data: datetime | None

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data is not None and self.data.tzinfo is None:
            self.data = from_local(self.data)

    def _value(self) -> str:
        if self.data is not None and not self.raw_data:
            return local(self.data).strftime("%Y-%m-%dT%H:%M")
        return str(super()._value())
