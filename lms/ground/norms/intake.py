"""The norms that the house comes with, read from baseline.toml."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from lms.ground.norms.rules import NormDraft, check_draft

BASELINE = Path(__file__).with_name("baseline.toml")


def read_baseline(path: Path = BASELINE) -> list[NormDraft]:
    """All blocks of the file in its order; a block that is no norm is an error of the file."""
    blocks: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["norm"]
    drafts = [_draft(block) for block in blocks]
    for draft in drafts:
        check_draft(draft)
    return drafts


def _draft(block: dict[str, Any]) -> NormDraft:
    number = block.pop("value", None)
    value = None if number is None else Decimal(number)
    return NormDraft(**{"text": None, "unit": "", "value": value, **block})
