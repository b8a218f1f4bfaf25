"""Files that nobody wrote by hand: one mixture of everything that a bank may look like, by its seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.intakes.intake import read
from question_bank.items.rules.draft import Draft
from tests.question_bank.intakes import written_files, written_tables, written_texts
from tests.question_bank.intakes.known import Known, aligned, difference, misleads
from tests.question_bank.intakes.written_files import Grid, plain


@dataclass
class Score:
    """How many items were read wholly right, and what was not."""

    items: int = 0
    right: int = 0
    ready: int = 0
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Keys that are wrong without a word."""

    @property
    def share(self) -> float:
        return self.right / self.items if self.items else 1.0

    def judge(self, known: list[Known], drafts: list[Draft], told: str) -> None:
        for item, draft in aligned(known, drafts):
            wrong = difference(item, draft)
            self.items += 1
            self.right += not wrong
            self.ready += draft is not None and draft.ready
            if wrong:
                self.wrong.append(f"{told} {item.kind} {item.stem} {item.key}: {wrong}")
            if misleads(item, draft):
                self.silent.append(self.wrong[-1])


def document(rng: random.Random, folder: Path) -> tuple[Path, Path | None, list[Known], str]:
    """A Word file or a text in any encoding, the file of its answers, its items, how it is written."""
    word = rng.random() < 0.5
    bank = written_texts.written(rng, word=word)
    encoding = rng.choice(written_files.ENCODINGS)
    paths = []
    for name, blocks in (("题", bank.blocks), ("答案", bank.key_blocks)):
        path = folder / f"{name}.{'docx' if word else 'txt'}"
        data = written_files.as_word(blocks) if word else written_files.as_text(blocks, encoding)
        path.write_bytes(data)
        paths.append(path)
    return paths[0], (paths[1] if bank.key_blocks else None), bank.known, str(bank.style)


def table(rng: random.Random, folder: Path) -> tuple[Path, Path | None, list[Known], str]:
    """A workbook, a table of commas, or a table in a Word file; its items, how it is written."""
    form = rng.choice(["xlsx", "xlsx", "csv", "docx"])
    book = written_tables.written(rng, one_sheet=form != "xlsx")
    path, rows = folder / f"题.{form}", book.sheets[0][1]
    if form == "xlsx":
        path.write_bytes(written_files.as_workbook(book.sheets))
    elif form == "csv":
        path.write_bytes(written_files.as_csv(rows, rng.choice(written_files.ENCODINGS[:3])))
    else:
        cells = tuple(tuple("" if c is None else str(c) for c in row) for row in rows)
        path.write_bytes(written_files.as_word([plain("题库"), Grid(cells)]))
    return path, None, book.known, f"{form} {book.style}"


WAYS = {"texts": document, "tables": table}


def scored(way: str, sources: Iterable[tuple[str, random.Random]], folder: Path) -> Score:
    """Write a file from each source (its name, its random choices), read it, and judge every item."""
    score = Score()
    for name, rng in sources:
        path, key_file, known, told = WAYS[way](rng, folder)
        score.judge(known, list(read(path, key_file).items), f"{name} {told}")
    return score


def seeded(seeds: Iterable[int]) -> Iterator[tuple[str, random.Random]]:
    for seed in seeds:
        yield str(seed), random.Random(seed)
