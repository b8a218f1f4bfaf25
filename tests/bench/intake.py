"""How well the intake reads real banks: a table of accuracy, time and memory per set.

Run by `make bench-intake`, which leaves the table in var/bench/intake.json too. Where a file has columns they are the truth, read here without the importer;
v05, v12 and the text of v10 have a twin by their authors; elsewhere samples stand in intake_samples.txt, as
positions, kinds and letters only: `set file first-line last-line kind key`; vnhsge has its authors' twins,
read here by the letters in them; v16, v19 and v21 are looked through for wrong keys; known items in random
mixtures of layouts stand for what nobody has seen. A key `@7` says that line 7
holds the text of the answer. The banks themselves are no part of this project.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import resource
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import python_calamine

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # run as a script, the project is not on the path

from question_bank.intakes.intake import read  # noqa: E402
from question_bank.items.rules.characters import plain  # noqa: E402
from question_bank.items.rules.draft import Draft  # noqa: E402
from tests.question_bank.intakes.mixtures import WAYS, scored, seeded  # noqa: E402
from tests.question_bank.items.formats.test_peers import CANNOT_BE_HELD, GIFT, QTI, doubts, key_of  # noqa: E402

BANKS = HERE.parents[2] / "shared" / "data" / "zh-human"
VNHSGE = HERE.parents[2] / "shared/data/vi/vnhsge-2019-2021/Dataset/VNHSGE-V"
HISTORY = HERE.parents[2] / "shared/data/vi/history-xlsx-csv/app"
PEERS = HERE.parents[2] / "shared/data/peer"
MIXED = (10_000, 10_500)  # seeds that no test has seen
KINDS = {"单": "single", "多": "multiple", "判": "truth"}
SAMPLED = {
    "v01": "v01-pufa-docx/test/test.docx",
    "v02": "v02-xuexitong-maogai-docx/*.docx",
    "v03": "v03-hr-public-service-txt/题库.txt",
    "v04": "v04-maogai-gb18030-txt/haha.txt",
    "v11": "v11-db-autonumber-docx/**/*.docx",
    "v13": "v13-maogai-txt-inline/txt/*.txt",
    "v14": "v14-ethics-txt/raw/*.txt",
    "v15": "v15-mayuan-md/马原*.md",
}
# v11 samples come from three of its files, in this order.
# The number and the tag at the head of an item.
_NUMBERED = r"^\W*(?:[\[(（][^\])）]{2,3}题?[\])）])?\s*\d+\s*[.．、]?\s*(?:[（(]..题[)）])?"
V11 = ("推荐题库.docx", "第一次测试题目.docx", "测试系统题目.docx")


@dataclass
class Tally:
    """Counts of one set: `silent` are wrong keys without a problem."""

    name: str
    items: int = 0
    checked: int = 0
    right: int = 0
    silent: int = 0
    ready: int = 0
    seconds: float = 0.0
    beyond: dict[str, int] = field(default_factory=dict)
    """What no kind here can hold, by what it is: read with a problem, and not checked."""

    def judge(self, wrong: str, draft: Draft | None, where: str) -> None:
        """Count one comparison; `wrong` names what differs, "" if nothing does."""
        self.checked += 1
        self.right += not wrong
        if draft is not None and "key" in wrong and draft.ready:
            self.silent += 1
        if wrong and "-v" in sys.argv:
            print(f"  {self.name} {where}: {wrong}")

    @property
    def share(self) -> float:
        """Percent of what was checked that is wholly right."""
        return 100 * self.right / self.checked if self.checked else 0.0

    def row(self) -> str:
        share = self.share
        return (
            f"{self.name:<8}{self.items:>7}{self.checked:>9}{share:>9.2f}{self.silent:>8}"
            f"{100 * self.ready / max(1, self.items):>8.1f}{self.seconds:>8.2f}{sum(self.beyond.values()):>7}"
        )


@dataclass(frozen=True)
class Expected:
    """One item as its columns or its twin have it; None where they do not tell."""

    kind: str | None
    stem: str | None
    options: tuple[str, ...] | None
    key: tuple[str, ...]


def squeezed(text: object) -> str:
    """Text without spaces, in ordinary characters."""
    return re.sub(r"\s+", "", plain("" if text is None else str(text)))


def drafts(tally: Tally, path: Path) -> list[Draft]:
    start = time.perf_counter()
    items = list(read(path).items)
    tally.seconds += time.perf_counter() - start
    tally.items += len(items)
    tally.ready += sum(item.ready for item in items)
    return items


def difference(draft: Draft, expected: Expected) -> str:
    """What of a draft is not as expected, e.g. "stem key"."""
    wrong = []
    if expected.kind is not None and draft.kind != expected.kind:
        wrong.append(f"kind {draft.kind}≠{expected.kind}")
    if expected.stem is not None and squeezed(draft.stem) != squeezed(expected.stem):
        wrong.append("stem")
    if expected.options is not None and tuple(map(squeezed, draft.options)) != tuple(
        map(squeezed, expected.options)
    ):
        wrong.append("options")
    if tuple(draft.key) != expected.key:
        wrong.append(f"key {draft.key}≠{expected.key}")
    return " ".join(wrong)


def by_columns(
    name: str, path: Path, rows: list[list[object]], expect: Callable[[list[object]], Expected]
) -> Tally:
    """Compare a table row by row, in its order."""
    tally = Tally(name)
    items = drafts(tally, path)
    rows = [row for row in rows if any(cell not in (None, "") for cell in row)]
    if len(items) != len(rows):
        print(f"  {name}: {len(items)} items, {len(rows)} rows")
    for number, (draft, row) in enumerate(zip(items, rows, strict=False), 1):
        tally.judge(difference(draft, expect(row)), draft, f"row {number}")
    return tally


def shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def choice(kind: str, stem: object, options: list[object], key: str) -> Expected:
    """The expectation of a row: letters as a key, a judgement by the text that its letter names."""
    texts = [re.sub(r"^\s*[A-H][.、．]\s*", "", shown(o).replace("\xa0", " ")) for o in options]
    while texts and not texts[-1].strip():
        texts.pop()
    letters = tuple(sorted(re.sub(r"[^A-H]", "", unicodedata.normalize("NFKC", key).upper())))
    if kind == "truth":
        said = texts[ord(letters[0]) - ord("A")] if letters else key.strip()
        return Expected(kind, shown(stem), tuple(texts), ("true" if said == "正确" else "false",))
    return Expected(kind or None, shown(stem), tuple(texts), letters)


def sheet(path: Path, width: int) -> list[list[object]]:
    """The rows of the first sheet below its header, through openpyxl."""
    rows = openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(values_only=True)
    return [list(row[:width]) for row in rows][1:]


def columns() -> Iterator[Tally]:
    """v06–v10 and v17: the columns are the truth."""
    flat = next(BANKS.glob("v06*/*.xlsx"))
    yield by_columns(
        "v06", flat, sheet(flat, 7), lambda r: choice(KINDS[str(r[6])[0]], r[0], r[1:5], str(r[5]))
    )
    trainer = next(BANKS.glob("v07*/*.xlsx"))
    yield by_columns(
        "v07",
        trainer,
        sheet(trainer, 8),
        lambda r: choice(KINDS[str(r[0])[0]], r[1], r[2:7], shown(r[7])),
    )
    religion = next(BANKS.glob("v08*/*.xlsx"))
    yield by_columns(
        "v08",
        religion,
        sheet(religion, 8),
        lambda r: choice(KINDS[str(r[1])[0]], r[2], r[3:7], shown(r[7])),
    )
    legacy = next(BANKS.glob("v09*/*.xls"))
    book = python_calamine.CalamineWorkbook.from_path(str(legacy))
    rows = [
        list(row)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()[1:]
    ]
    yield by_columns("v09", legacy, rows, lambda r: choice("", r[1], list(r[2:6]), shown(r[6])))
    for number, path in enumerate(sorted(BANKS.glob("v10*/tools/*.csv"))):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = [list[object](row) for row in csv.reader(stream)][1:]
        yield by_columns(
            f"v10.{number}",
            path,
            table,
            lambda r: choice(KINDS[str(r[9])[0]], r[1], r[2:7], shown(r[7])),
        )
    safety = next(BANKS.glob("v17*/*.xlsx"))
    yield by_columns(
        "v17",
        safety,
        sheet(safety, 8),
        lambda r: choice(KINDS[str(r[0])[0]], r[1], r[2:7], shown(r[7])),
    )


def twins() -> Iterator[Tally]:
    """v05 and v12: the author's JSON; the text of v10: the author's own table of it."""
    clean = json.loads(next(BANKS.glob("v05*/maogai_clean.json")).read_text("utf-8"))
    for number, path in enumerate(sorted(BANKS.glob("v05*/毛概*.txt"))):
        tally = Tally(f"v05.{number}")
        found = {
            (squeezed(d.stem), *(map(squeezed, d.options) if d.kind != "truth" else ())): d
            for d in drafts(tally, path)
        }
        for entry in clean:
            texts = [] if entry["type"] == "judge" else entry["options"]
            draft = found.get((squeezed(entry["question"]), *map(squeezed, texts)))
            _twin(tally, draft, _of_clean(entry, draft), f"id {entry['id']}")
        yield tally
    for number, path in enumerate(sorted(BANKS.glob("v12*/*/*/*.docx"))):
        tally = Tally(f"v12.{number}")
        by_stem = {squeezed(item.stem): item for item in drafts(tally, path)}
        twin = json.loads(path.with_suffix(".json").read_text("utf-8"))
        for stem, options in twin.items():
            _twin(tally, by_stem.get(squeezed(stem)), _of_ticks(options), squeezed(stem)[:8])
        yield tally
    yield _text_of_v10()


def _of_clean(entry: dict[str, object], draft: Draft | None) -> Expected:
    given = entry["answer"]
    chosen = given if isinstance(given, list) else [given]
    if entry["type"] == "judge":
        return Expected("truth", None, None, ("true" if chosen == [0] else "false",))
    options = entry["options"]
    assert isinstance(options, list)
    letters = tuple(chr(ord("A") + int(str(i))) for i in chosen)
    return Expected(str(entry["type"]), None, tuple(options), letters)


def _of_ticks(options: list[str]) -> Expected:
    texts = tuple(option.replace("√", "") for option in options)
    chosen = [i for i, option in enumerate(options) if "√" in option]
    if texts == ("对", "错"):
        return Expected("truth", None, texts, ("true" if chosen == [0] else "false",))
    kind = "single" if len(chosen) == 1 else "multiple"
    return Expected(kind, None, texts, tuple(chr(ord("A") + i) for i in chosen))


def _text_of_v10() -> Tally:
    """The author's table cuts stems off at the first line, so options and key are compared."""
    tally = Tally("v10.txt")
    path = next(BANKS.glob("v10*/tools/questions.txt"))
    items = drafts(tally, path)
    with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    for number, (draft, row) in enumerate(zip(items, rows, strict=True), 1):
        wanted = choice(KINDS[row[9][0]], None, list[object](row[2:7]), row[7])
        _twin(
            tally, draft, Expected(wanted.kind, None, wanted.options, wanted.key), f"row {number}"
        )
    return tally


def _twin(tally: Tally, draft: Draft | None, expected: Expected, where: str) -> None:
    tally.judge("missing" if draft is None else difference(draft, expected), draft, where)


def samples() -> Iterator[Tally]:
    """The sets without truth of their own, by their samples."""
    rows = [line.split() for line in (HERE / "intake_samples.txt").read_text("utf-8").splitlines()]
    for name, pattern in SAMPLED.items():
        tally = Tally(name)
        paths = sorted(BANKS.glob(pattern))
        found = {path: drafts(tally, path) for path in paths}
        if name == "v11":
            paths = [next(path for path in paths if path.name == wanted) for wanted in V11]
        raw = {path: raw_lines(path) for path in paths}
        for _, file, first, last, kind, key in (row for row in rows if row[0] == name):
            path = paths[int(file)]
            draft = next((d for d in found[path] if d.source.line == int(first)), None)
            told = raw[path][int(first) - 1 : int(last)]
            wrong = _sampled(draft, kind, key, told, raw[path])
            tally.judge(wrong, draft, f"{path.name}:{first}")
        yield tally


def _sampled(draft: Draft | None, kind: str, key: str, told: list[str], raw: list[str]) -> str:
    """Kind and key as in the sample, stem and options together all the text of the lines."""
    if draft is None:
        return "missing"
    wrong = [] if draft.kind == kind else [f"kind {draft.kind}≠{kind}"]
    if key.startswith("@"):
        lines = "".join(raw[int(n) - 1] for n in key[1:].split(","))
        said = re.sub(r"[（(]\d[)）]|^答案[:：]|[；;、，。]", "", squeezed(lines))
        if re.sub(r"[；;、，。]", "", "".join(squeezed(k[0]) for k in draft.key)) != said:
            wrong.append(f"key {draft.key}")
    elif "".join(map(str, draft.key)) != key:
        wrong.append(f"key {draft.key}≠{key}")
    text = re.sub(_NUMBERED, "", plain("".join(told)))
    if _letters_aside(text) != _letters_aside(draft.stem + "".join(draft.options)):
        wrong.append("text")
    return " ".join(wrong)


def _letters_aside(text: str) -> str:
    """What of a text is neither letter of an option nor sign."""
    text = re.sub(r"(?:true|false)\s*[.]", "", plain(text))
    return "".join(c for c in text if c.isalnum() and c not in "ABCDEFＡＢＣＤＥＦ")


def raw_lines(path: Path) -> list[str]:
    """The lines of a text, the paragraphs of a Word file, read without the importer."""
    if path.suffix != ".docx":
        data = path.read_bytes()
        try:
            return data.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            return data.decode("gb18030").split("\n")
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = ElementTree.fromstring(ZipFile(path).read("word/document.xml"))
    return [
        "".join(node.text or "" for node in p.iter(f"{space}t")) for p in root.iter(f"{space}p")
    ]


def vietnamese() -> Iterator[Tally]:
    """The text items of VNHSGE: the letter of the twin, and all of its words in stem and options."""
    for subject in sorted(VNHSGE.glob("Word format/eval/*")):
        tally = Tally(subject.name[:8])
        for path in sorted(subject.glob("*_IE_*.docx")):
            twin = VNHSGE / "JSON format" / "eval" / subject.name / f"{path.stem}.json"
            found = drafts(tally, path)
            entries = json.loads(twin.read_text("utf-8-sig"))
            for number, (entry, draft) in enumerate(zip(entries, found, strict=True), 1):
                if entry["Image_Question"]:
                    continue
                tally.judge(_against_twin(draft, entry), draft, f"{path.stem}:{number}")
        if tally.checked:
            yield tally


def _against_twin(draft: Draft, entry: dict[str, str]) -> str:
    wrong = (
        [] if draft.key == (entry["Choice"].strip(),) else [f"key {draft.key}≠{entry['Choice']}"]
    )
    wrong += [] if len(draft.options) == 4 else [f"options {len(draft.options)}"]
    if _words(draft.stem + "".join(draft.options)) != _words(entry["Question"]):
        wrong.append("text")
    return " ".join(wrong)


def _words(text: str) -> str:
    """The letters of a text but for those before its options, which a twin has inside, in no order:
    a twin may have its options as A, C, B, D, and a D without a sign behind the stop of C."""
    bare = re.sub(
        r"(?m)^\s*(?:Câu|Question)\s*\d+\s*[:.]?|(?:^|(?<=\s))[A-D]\s*[.:]|(?<=[.] )[B-D](?= )",
        "",
        text,
    )
    return "".join(sorted(c for c in unicodedata.normalize("NFKC", bare) if c.isalpha()))


def essays() -> Iterator[Tally]:
    """The papers in Literature: stem and reference answer of the twin, in one table of three columns."""
    tally = Tally("Literatu")
    for path in sorted(VNHSGE.glob("Word format/eval/Literature/*.docx")):
        twin = VNHSGE / "JSON format/eval/Literature" / f"{path.stem}.json"
        entries = json.loads(twin.read_text("utf-8-sig"))
        for number, (entry, draft) in enumerate(zip(entries, drafts(tally, path), strict=True), 1):
            wrong = [] if draft.kind in ("short", "essay") else [f"kind {draft.kind}"]
            if _unheaded(draft.stem) != _unheaded(entry["Câu hỏi"]):
                wrong.append("stem")
            if squeezed("".join(map(str, draft.key))) != squeezed(entry["Đáp án"]):
                wrong.append("key")
            tally.judge(" ".join(wrong), draft, f"{path.stem}:{number}")
    yield tally


def _unheaded(stem: str) -> str:
    """A stem without the number at its head."""
    return squeezed(re.sub(r"^\s*Câu\s*\d+\s*[.:]?", "", stem))


def history() -> Iterator[Tally]:
    """Vietnamese tables without a header, and one whose header has names of fields."""
    for number, path in enumerate(sorted(HISTORY.rglob("*detail*.csv"))):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = [list[object](row) for row in csv.reader(stream, delimiter=";")]
        yield by_columns(f"his.{number}", path, table, _of_history)
    for path in sorted(HISTORY.rglob("*detail*.xlsx")):
        yield by_columns("his.xlsx", path, sheet(path, 8), _of_history)


def _of_history(row: list[object]) -> Expected:
    row = [*row, *[""] * (8 - len(row))]
    options = [re.sub(r"^\s*[A-D]\s*[.,:]", "", shown(cell)) for cell in row[3:7]]
    return choice("", row[2], list[object](options), shown(row[7]))


def peers() -> Iterator[Tally]:
    """Examples of GIFT and QTI 2.2 against the hand-made tables of the tests.

    What no kind here can hold is read, told and counted apart; a picture that the folder of examples
    lacks is told as well, and is no fault of the reading.
    """
    gift = read(PEERS / "moodle-gift-examples/question/format/gift/examples.txt").items
    yield _peer("gift", [(draft, *row[1:], "") for draft, row in zip(gift, GIFT, strict=True)])
    files = sorted((PEERS / "qti22-1edtech/qtiv2p2-examples/items").glob("*.xml"))
    pairs = [
        (read(file).items[0], *QTI[file.stem], CANNOT_BE_HELD.get(file.stem, ""))
        for file in files
        if file.stem in QTI
    ]
    yield _peer("qti", pairs)


def _peer(name: str, rows: list[tuple[Draft, str, int, object, str, str]]) -> Tally:
    """`rows`: the draft, its kind, options, key and doubts as they should be, what cannot be held."""
    tally = Tally(name, len(rows), ready=sum(row[0].ready for row in rows))
    for draft, kind, options, key, doubt, beyond in rows:
        if beyond and not draft.ready:
            tally.beyond[beyond] = tally.beyond.get(beyond, 0) + 1
            continue
        wrong = [] if draft.kind == kind else [f"kind {draft.kind}≠{kind}"]
        wrong += [] if len(draft.options) == options else ["options"]
        wrong += [] if key_of(draft) == key else [f"key {key_of(draft)}≠{key}"]
        wrong += [] if doubts(draft) == doubt else [f"doubts {doubts(draft)}≠{doubt}"]
        wrong += ["ready key"] if beyond else []
        tally.judge(" ".join(wrong), draft, draft.source.file)
    return tally


def maps() -> Iterator[Tally]:
    """v16, v19 and v21, where a key is a text or stands below: no key but what the file says."""
    template = Tally("v16")
    for path in BANKS.glob("v16*/*.xlsx"):
        for row, draft in zip(sheet(path, 20), drafts(template, path), strict=False):
            said = {shown(cell).strip().upper() for cell in row}
            wrong = _unsaid(draft, said)
            template.judge(wrong, draft, str(draft.source.cell))
    yield template
    below = Tally("v19")
    for path in BANKS.glob("v19*/*.md"):
        raw = raw_lines(path)
        for draft in drafts(below, path):
            line = draft.source.line or 1
            told = next((x for x in raw[line - 1 : line + 15] if "答案" in x), "")
            letters = re.sub(r"[^A-H]", "", told.upper())
            wrong = (
                "" if not letters or _letters_of(draft) == letters else f"key {draft.key}≠{letters}"
            )
            below.judge(wrong, draft, str(line))
    yield below
    pairs = Tally("v21")
    for path in BANKS.glob("v21*/*.json"):
        answers = list(json.loads(path.read_text("utf-8")).values())
        for answer, draft in zip(answers, drafts(pairs, path), strict=True):
            pairs.judge(_by_text(draft, str(answer)), draft, str(draft.source.cell))
    yield pairs


def _letters_of(draft: Draft) -> str:
    """The key as letters; that of a judgement by the options that the file gives."""
    if draft.kind != "truth" or not draft.options:
        return "".join(map(str, draft.key))
    meant = ("对", "正确") if draft.key == ("true",) else ("错", "错误")
    return "".join(chr(ord("A") + i) for i, text in enumerate(draft.options) if text in meant)


def _unsaid(draft: Draft, said: set[str]) -> str:
    """A key of letters that no cell of the row says."""
    letters = "".join(x for x in draft.key if isinstance(x, str) and len(x) == 1)
    spelt = {re.sub(r"[^A-H]", "", cell) for cell in said}
    return f"key {letters}" if letters and letters not in spelt else ""


def _by_text(draft: Draft, answer: str) -> str:
    """The options that a key names, against the text that the map gives."""
    if draft.kind == "truth":
        right = {"正确": "true", "对": "true", "错误": "false", "错": "false"}.get(answer.strip())
        return "" if draft.key == (right,) else f"key {draft.key}≠{answer}"
    named = {squeezed(draft.options[ord(x) - ord("A")]) for x in draft.key}
    return "" if named and squeezed("".join(named)) in {squeezed(answer), *named} and squeezed(answer) in named | {squeezed("".join(sorted(named)))} else f"key {draft.key}≠{answer}"  # fmt: skip


def mixtures() -> Iterator[Tally]:
    """Known items in files drawn at random, none of which this was written for."""
    for way in WAYS:
        tally = Tally(way)
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            score = scored(way, seeded(range(*MIXED)), Path(folder))
            tally.seconds = time.perf_counter() - start
        tally.items = tally.checked = score.items
        tally.right, tally.silent, tally.ready = score.right, len(score.silent), score.ready
        yield tally


def keep(rows: list[Tally], peak: int) -> None:
    """Leave the table where the page of measurements looks for it."""
    folder = HERE.parents[1] / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    told = [{**vars(tally), "share": round(tally.share, 2)} for tally in rows]
    shown = json.dumps({"sets": told, "peak_mb": peak}, ensure_ascii=False, indent=1)
    (folder / "intake.json").write_text(shown + "\n", "utf-8")


def main() -> None:
    if not BANKS.is_dir():
        print("The banks are not here (../shared/data/zh-human); nothing to measure.")
        return
    print(
        f"{'set':<8}{'items':>7}{'checked':>9}{'right %':>9}{'silent':>8}{'ready %':>8}{'s':>8}{'cannot':>7}"
    )
    rows: list[Tally] = []
    sources = (samples, columns, twins, vietnamese, essays, history, peers, maps, mixtures)
    for source in sources:
        for tally in source():
            print(tally.row())
            rows.append(tally)
    for tally in rows:
        for what, count in sorted(tally.beyond.items()):
            print(f"cannot be held, {tally.name}: {what} {count}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"silent: wrong keys without a problem. Peak memory of the whole run: {peak} MB.")
    keep(rows, peak)


if __name__ == "__main__":
    main()
