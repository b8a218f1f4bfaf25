"""The kinds that have no items inside, by name: what a part of a case can be."""

from __future__ import annotations

from question_bank.items.kinds import (
    blank,
    matching,
    multiple,
    ordering,
    single,
    speaking,
    truth,
    written,
)
from question_bank.items.kinds.protocol import ItemKind

SIMPLE: dict[str, ItemKind] = {
    "single": single,
    "multiple": multiple,
    "truth": truth,
    "blank": blank,
    "short": written,
    "essay": written,
    "matching": matching,
    "ordering": ordering,
    "speaking": speaking,
}
