"""The words for marking."""

from __future__ import annotations

from enum import StrEnum


class ScoredBy(StrEnum):
    """Machines score, people mark."""

    MACHINE = "machine"
    PERSON = "person"


SCORED_BY_NAMES = {ScoredBy.MACHINE: "机评", ScoredBy.PERSON: "人工评阅"}
