"""抽题: which of a variant's slots a candidate gets, by seed alone.

A section of a drawn paper says in "draws" how many of which slots every candidate gets. The
slots of a draw are alike in kind, points and limits of their cell, so every candidate gets as
many items for as many points. A candidate's own documents count their slots from 1, like those
of any variant; what is computed from the seed is never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def is_drawn(content: Document) -> bool:
    """Do candidates get only some of the slots?"""
    return any("draws" in section for section in content["sections"])


def pool_heading(section: Document) -> str:
    """The heading of a section for whoever sees all of it: also how many of it are drawn."""
    draws = section.get("draws")
    if draws is None:
        return str(section["title"])
    drawn = sum(draw["take"] for draw in draws)
    return f"{section['title']}（以下备{len(section['slots'])}题，每位考生抽{drawn}题）"


def own_numbers(content: Document, seed: int) -> list[int]:
    """The numbers in the variant of a candidate's slots 1, 2, 3 …"""
    return sorted(
        slot["number"] for section in content["sections"] for slot in _own_slots(section, seed)
    )


def own_content(content: Document, seed: int) -> Document:
    """What a candidate sees of a variant's content; of a paper that is not drawn, all of it."""
    if not is_drawn(content):
        return content
    numbers = {number: at for at, number in enumerate(own_numbers(content, seed), start=1)}
    sections = [
        {
            **{name: value for name, value in section.items() if name != "draws"},
            "slots": [
                {**slot, "number": numbers[slot["number"]]} for slot in _own_slots(section, seed)
            ],
        }
        for section in content["sections"]
    ]
    return {**content, "sections": sections}


def own_answers(content: Document, answers: Document, seed: int) -> Document:
    """The answers to a candidate's slots, by the candidate's numbers."""
    if not is_drawn(content):
        return answers
    numbers = enumerate(own_numbers(content, seed), start=1)
    return {str(at): answers[str(number)] for at, number in numbers}


def _own_slots(section: Document, seed: int) -> list[Document]:
    """The slots of a section that are drawn, in the order of the section."""
    draws = section.get("draws")
    if draws is None:
        return list(section["slots"])
    drawn = {
        number
        for draw in draws
        for number in sorted(draw["numbers"], key=lambda one: _lot(seed, one))[: draw["take"]]
    }
    return [slot for slot in section["slots"] if slot["number"] in drawn]


def _lot(seed: int, number: int) -> bytes:
    return hashlib.sha256(f"{seed}:draw:{number}".encode()).digest()
