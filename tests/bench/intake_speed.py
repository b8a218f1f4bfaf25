"""How long the preview of a large file takes and what it holds in memory, each in a process of
its own: a Word file that somebody wrote, and an invented workbook of 10,000 rows.

    python tests/bench/intake_speed.py
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import xlsxwriter

from question_bank.intakes.intake import read
from tests.bench.intake import BANKS, SAMPLED
from tests.bench.items import WORDS

ROWS = 10_000
ROUNDS = 5
MOST_MB = 250
HEAD = ("题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度")


def write(path: Path) -> None:
    """Ten thousand invented items, one a row."""
    chance = random.Random(11)

    def said(words: int) -> str:
        return "".join(chance.choices(WORDS, k=words))

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("题库")
        sheet.write_row(0, 0, HEAD)
        for number in range(1, ROWS + 1):
            kind, key = chance.choice((("单选题", "B"), ("多选题", "ACD"), ("判断题", "正确")))
            options = ["", "", "", ""] if kind == "判断题" else [said(4) for _ in range(4)]
            row = [number, kind, f"{said(14)}（　）。", *options, key, said(10), "中"]
            sheet.write_row(number, 0, row)


def preview(path: Path) -> tuple[float, int, int, int]:
    """Seconds, items, those ready, and the most megabytes that the process ever had."""
    started = time.perf_counter()
    found = read(path)
    took = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return took, len(found.items), sum(one.ready for one in found.items), most


def measure(name: str, path: Path, aim: float) -> None:
    spawning = multiprocessing.get_context("spawn")
    told = []
    for _ in range(ROUNDS):
        with spawning.Pool(1) as pool:
            told.append(pool.apply(preview, (path,)))
    _, items, ready, _ = told[0]
    took, most = median(one[0] for one in told), max(one[3] for one in told)
    verdict = "ok" if took <= aim and most <= MOST_MB else "TOO MUCH"
    print(
        f"{name:24} {items:6} items, {ready} ready: median {took:.2f} s (aim {aim:g}),"
        f" {most} MB (aim {MOST_MB})  {verdict}"
    )


def main() -> None:
    if BANKS.is_dir():
        measure("v01 (Word)", BANKS / SAMPLED["v01"], 3)
    else:
        print("The banks are not here (../shared/data/zh-human); v01 is not measured.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write(path)
        measure(f"{ROWS:,} rows (Excel)", path, 4)


if __name__ == "__main__":
    main()
