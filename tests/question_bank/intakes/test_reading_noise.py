"""What torn, doubled and misplaced lines do: items may become unreadable, keys never silently wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.rules.draft import Draft
from question_bank.items.rules.lines import Line

CHOICES = ["民主选举", "民主决策", "民主管理", "民主监督", "村务公开", "财务公开"]
KEYS = ["A", "BD", "C", "ABC", "D", "AC", "B", "ABCD"]


def inline() -> list[str]:
    """Eight numbered items with an answer line each."""
    lines = []
    for n, key in enumerate(KEYS, 1):
        lines.append(f"{n}、第{n}条说的是哪些内容（ ）")
        lines += [f"{'ABCD'[i]}、{CHOICES[(n + i) % 6]}" for i in range(4)]
        lines.append(f"正确答案：{key}")
    return lines


def grouped() -> list[str]:
    """The same items with their answers at the end."""
    lines = [line for line in inline() if not line.startswith("正确答案")]
    return [*lines, "参考答案", *(f"{n}.{key}" for n, key in enumerate(KEYS, 1))]


def unnumbered() -> list[str]:
    """The same items without numbers."""
    return [line.split("、", 1)[1] if line[0].isdigit() else line for line in inline()]


def ticked() -> list[str]:
    """The same items without letters, the right options ticked."""
    lines = []
    for n, key in enumerate(KEYS, 1):
        lines.append(f"【第{n}章】第{n}条说的是哪些内容（ ）")
        lines += [f"{CHOICES[(n + i) % 6]}{'√' if 'ABCD'[i] in key else ''}" for i in range(4)]
    return lines


def without(lines: list[str], at: int) -> list[str]:
    return lines[:at] + lines[at + 1 :]


def doubled(lines: list[str], at: int) -> list[str]:
    return lines[: at + 1] + lines[at:]


def joined(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], "".join(lines[at : at + 2]), *lines[at + 2 :]]


def torn(lines: list[str], at: int) -> list[str]:
    half = len(lines[at]) // 2
    return [*lines[:at], lines[at][:half], lines[at][half:], *lines[at + 1 :]]


def swapped(lines: list[str], at: int) -> list[str]:
    return lines[:at] + lines[at : at + 2][::-1] + lines[at + 2 :]


def read(lines: list[str]) -> list[Draft]:
    return read_lines([Line(text, number) for number, text in enumerate(lines, 1)], "题.txt")[0]


def right(draft: Draft) -> tuple[str, ...]:
    """The texts of the right options, wherever they stand."""
    letters = [letter for letter in draft.key if isinstance(letter, str)]
    return tuple(sorted(draft.options["ABCDEFGH".index(letter)] for letter in letters))


@pytest.mark.parametrize("noise", [without, doubled, joined, torn, swapped])
@pytest.mark.parametrize("bank", [inline, grouped, unnumbered, ticked])
def test_no_line_out_of_place_makes_a_key_wrong_without_a_problem(
    bank: Callable[[], list[str]], noise: Callable[[list[str], int], list[str]]
) -> None:
    known = {draft.stem: right(draft) for draft in read(bank())}
    assert len(known) == len(KEYS)
    silent = [
        (at, draft.stem, draft.key)
        for at in range(len(bank()))
        for draft in read(noise(bank(), at))
        if draft.ready and draft.stem in known and right(draft) != known[draft.stem]
    ]
    assert silent == []
