"""Which column of a table holds what: by the names in its header, else by what stands in the cells."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.intakes.rules import keys, options
from question_bank.intakes.rules.kind_words import kind_of
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.lines import Row

_NAMES = {
    "number": r"序号|题号|编号|id|no\.?|试题编号|题目编号|number|试题序号|question ?(?:number|no\.?|id)|stt|sốthứtự|câusố|câu",
    "kind": r"题型|类型|题目类型|试题类型|题型\*|question ?type|type|试题题型|题目题型|题类|loại(?:câuhỏi)?|dạng(?:câuhỏi)?",
    "stem": r"题干|题目|题目内容|试题|试题内容|问题|问题内容|题面|题目描述|试题题干|题目名称|内容|question|stem|题干内容|试题名称|题目题干|(?:试题|题目|题干|问题)(?:描述|正文|主体|文本|标题|信息)|câuhỏi|nộidung(?:câuhỏi)?|đềbài",
    "options": r"选项|备选项|备选答案|选项内容|全部选项|options|候选项|答案选项|(?:các)?phươngán|(?:các)?lựachọn",
    "key": r"答案|正确答案|参考答案|标准答案|正确选项|答案内容|试题答案|题目答案|answer|key|正确答案选项|right ?answer|correct ?answer|correct ?ans|correct ?option|đápán(?:đúng)?|phươngánđúng|(?:câu)?trảlờiđúng|câutrảlời",
    "rationale": r"解析|答案解析|试题解析|题目解析|说明|解释|详解|explanation|analysis|备注解析|giảithích|lờigiải|gợiý(?:trảlời)?|hướngdẫn(?:giải|chấm)?",
    "points": r"(?:每题|本题|单题)(?:分值|分数)|分值|分数|题目分值|试题分数|score|points|得分|(?:số)?điểm",
    "difficulty": r"难度|难易度|难易程度|难度等级|难度系数|试题难度|difficulty|level|mứcđộ|độkhó",
    "topic": r"知识点|考点|章节|所属章节|知识点分类|分类|科目|所属知识点|topic|category|专业|模块|[一二三]级(?:知识点|分类|章节)|chủđề|chương",
    "tags": r"(?:试题|题目)?标签|关键词|关键字|tags?|keywords?",
    "provenance": r"出处|来源|题目来源|依据|参考出处|source|页码|法规依据|教材页码|nguồn",
}
_PATTERNS = {role: re.compile(rf"(?:{names})", re.IGNORECASE) for role, names in _NAMES.items()}
_OPTION = re.compile(
    r"(?:选项|答案|备选项|备选答案|option|choice|ans(?:wer)?|đápán|phươngán|lựachọn)?[\s_\-]*([A-LＡ-Ｌ])(?:选项|项|答案)?|(?:选项|答案|备选项|option)[\s_\-]*(\d{1,2}|[一二三四五六七八九十])",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"[A-Za-z]+_(?=[^_])")
_LENGTH_OF_STEM = 6
_CHINESE = "一二三四五六七八九十"


@dataclass(slots=True)
class Columns:
    """The position of every role; `options` by letter, `numbered` if the header counts options 1, 2, 3."""

    roles: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    provenance: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    more_keys: list[int] = field(default_factory=list)
    """Further columns of answers, which must agree with the first."""
    numbered: bool = False
    told: dict[str, str] = field(default_factory=dict)
    """The roles that the cells tell and not the header, with what the header has there."""

    def cell(self, row: Row, role: str) -> str:
        """The text of a role in a row, "" if the table has no such column."""
        at = self.roles.get(role)
        return row.cells[at] if at is not None and at < len(row.cells) else ""


def column_name(position: int) -> str:
    """The letters of a column counted from 0."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def signature(row: Row) -> str:
    """What tells one header from another: SHA-256 of its names, in their order."""
    names = [re.sub(r"\s+", "", narrow(cell)).casefold() for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def mapped(columns: Mapping[str, int]) -> Columns:
    """The columns as a person said them: roles and letters of options by position from 0."""
    made = Columns()
    for name, at in columns.items():
        if re.fullmatch("[A-L]", name):
            made.options[name] = at
        elif name == "provenance":
            made.provenance.append(at)
        elif name in _NAMES:
            made.roles[name] = at
    made.options = dict(sorted(made.options.items()))
    return made


def mapping_faults(columns: Mapping[str, int]) -> list[str]:
    """What is wrong with columns as a person said them, as Chinese sentences."""
    places = [at for name, at in columns.items() if name != "header"]
    letters = sorted(name for name in columns if re.fullmatch("[A-L]", name))
    faults = []
    if "stem" not in columns:
        faults.append("请指出哪一列是题干。")
    if "key" not in columns:
        faults.append("请指出哪一列是答案。")
    if len(set(places)) < len(places):
        faults.append("同一列不能既是这个又是那个。")
    if letters != [chr(ord("A") + at) for at in range(len(letters))]:
        faults.append("选项列须从A起依次指出。")
    if any(name not in _NAMES and name not in (*letters, "header") for name in columns):
        faults.append("有一列的用途不认识，请刷新页面再选。")
    return faults


def header(rows: Sequence[Row]) -> tuple[int, Columns] | None:
    """The position of the header among the first rows, and its columns; None if no row is one.

    A row that names all but the stem or all but the key is one as well, if the cells below tell which
    column that is; it stands in `told` then.
    """
    best: tuple[bool, int, int, Columns] | None = None
    for at, row in enumerate(rows[:15]):
        columns = _named(row)
        weight = len(columns.roles) + len(columns.options)
        if best is not None and (True, weight) <= best[:2]:
            continue
        known = "stem" in columns.roles
        if weight > 1 and (not known or "key" not in columns.roles):
            _take_unnamed(columns, row, rows[at + 1 :])
        if "stem" not in columns.roles or not (
            set(columns.roles) & {"key", "kind", "options"} or columns.options
        ):
            continue
        if best is None or (known, weight) > best[:2]:
            best = (known, weight, at, columns)
    return (best[2], best[3]) if best else None


def _take_unnamed(columns: Columns, row: Row, below: Sequence[Row]) -> None:
    """Find the stem or the key, of which the header has no name that is known, by what stands below."""
    cells = {
        at: [r.cells[at] for r in below if at < len(r.cells) and r.cells[at]]
        for at in columns.unknown
    }
    if "stem" not in columns.roles and "key" in columns.roles:
        lengths = {at: sum(map(len, texts)) / len(texts) for at, texts in cells.items() if texts}
        long = [at for at, length in lengths.items() if length >= _LENGTH_OF_STEM]
        most = max((len(cells[at]) for at in long), default=0)
        long = [at for at in long if len(cells[at]) * 10 >= most * 9]
        found = {"stem": max(long, key=lambda at: lengths[at])} if long else {}
    elif "key" not in columns.roles and "stem" in columns.roles:
        keyed = [at for at, texts in cells.items() if _share(texts, lambda c: _is_key(c, False)) > 0.95]  # fmt: skip
        found = {"key": keyed[0]} if len(keyed) == 1 else {}
    else:
        found = {}
    for role, at in found.items():
        columns.roles[role] = at
        columns.unknown.remove(at)
        columns.told[role] = row.cells[at]


def _named(row: Row) -> Columns:
    columns = Columns()
    names = _without_prefix([_name(cell) for cell in row.cells])
    for at, name in enumerate(names):
        if not name or len(name) > 24:
            columns.unknown += [at] if name else []
            continue
        option = _OPTION.fullmatch(name)
        role = next((role for role, known in _PATTERNS.items() if known.fullmatch(name)), "")
        if option:
            columns.numbered = columns.numbered or bool(option[2])
            columns.options.setdefault(_letter(option), at)
        elif role == "provenance":
            columns.provenance.append(at)
        elif role == "key" and role in columns.roles:
            columns.more_keys.append(at)
        elif role and role not in columns.roles:
            columns.roles[role] = at
        else:
            columns.unknown.append(at)
    return columns


def _name(cell: str) -> str:
    """A header without its remarks: `正确答案(只能输入ABCD)` is 正确答案."""
    name = re.sub(r"[（(【\[].*", "", narrow(cell), flags=re.DOTALL)
    return unicodedata.normalize("NFC", re.sub(r"[\s*:：]+", "", name))


def _without_prefix(names: list[str]) -> list[str]:
    """Names of fields without what a database put before most of them: `lt_Question` is Question."""
    prefixes = Counter(found[0] for name in names if (found := _PREFIX.match(name)))
    prefix, count = max(prefixes.items(), key=lambda item: item[1], default=("", 0))
    if count < 3 or count * 2 < sum(1 for name in names if name):
        return names
    return [name.removeprefix(prefix) for name in names]


def _letter(option: re.Match[str]) -> str:
    if option[1]:
        return narrow(option[1]).upper()
    number = _CHINESE.index(option[2]) + 1 if option[2] in _CHINESE else int(option[2])
    return chr(ord("A") + number - 1)


def by_content(rows: Sequence[Row]) -> Columns | None:
    """The columns of a table without header, from what most of its cells are; None if unclear.

    The key is the one column whose cells are all letters or judgements, the stem the longest texts
    before it (else behind it), the kind one of kind words; options stand between stem and key, and
    one text behind the key explains.
    """
    width = max((len(row.cells) for row in rows), default=0)
    cells = [
        [row.cells[i] for row in rows if i < len(row.cells) and row.cells[i]] for i in range(width)
    ]
    lengths = [sum(map(len, column)) / len(rows) for column in cells]
    keyed = _keyed(cells)
    texts = [i for i in range(width) if lengths[i] >= _LENGTH_OF_STEM and i not in keyed]
    if len(rows) < 2 or len(keyed) != 1 or not texts or len(cells[keyed[0]]) * 2 < len(rows):
        return None
    key = keyed[0]
    stem = max([i for i in texts if i < key] or texts, key=lambda i: lengths[i])
    columns = Columns({"stem": stem, "key": key})
    _further_roles(columns, cells, texts)
    free = _option_columns(columns, cells, len(rows))
    columns.options = {chr(ord("A") + n): i for n, i in enumerate(free[:12])}
    return columns


def _option_columns(columns: Columns, cells: list[list[str]], height: int) -> list[int]:
    """The columns between stem and key, or those behind both if most rows fill at least two."""
    stem, key = columns.roles["stem"], columns.roles["key"]
    between = range(stem + 1, key) if key > stem + 1 else range(max(stem, key) + 1, len(cells))
    free = [i for i in between if i not in columns.roles.values() and cells[i]]
    filled = [i for i in free if len(cells[i]) * 10 > height * 3]
    if key < stem or key == stem + 1:
        inside = sum(1 for cell in cells[stem] if options.opening(cell) is not None)
        if len(filled) < 2 or inside * 2 > len(cells[stem]):
            return []
        columns.roles.pop("rationale", None)
    return free


def _keyed(cells: list[list[str]]) -> list[int]:
    """The columns whose cells are all answers; of several, those that do not say the same all along."""
    kinds = [kind_of(cell) for column in cells for cell in column if kind_of(cell)]
    short = "truth" in kinds
    found = [
        i for i, column in enumerate(cells) if _share(column, lambda c: _is_key(c, short)) > 0.95
    ]
    varied = [i for i in found if len(set(cells[i])) > 1]
    return varied if len(found) > 1 and varied else found


def _further_roles(columns: Columns, cells: list[list[str]], texts: list[int]) -> None:
    stem, key = columns.roles["stem"], columns.roles["key"]
    for i, column in enumerate(cells):
        if i not in (stem, key) and _share(column, lambda cell: bool(kind_of(cell))) > 0.95:
            columns.roles["kind"] = i
    if stem > 0 and _share(cells[0], str.isdigit) == 1:
        columns.roles["number"] = 0
    behind = [i for i in texts if i > key]
    if stem < key and len(behind) == 1:
        columns.roles["rationale"] = behind[0]


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    if not cells:
        return 0.0
    return sum(1 for cell in cells if test(cell)) / len(cells)


def _is_key(cell: str, short: bool) -> bool:
    return bool(keys.letters(cell) or keys.judgement(cell, short=short))
